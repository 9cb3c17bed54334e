"""SQS: queues, and the policies that are resources of their own."""

from collections.abc import Callable

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.types.attributes import attribute_name, from_attributes, to_attributes
from localcloud.provider.wire import Props

_SETTINGS = (
    "contentBasedDeduplication",
    "deduplicationScope",
    "delaySeconds",
    "fifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId",
    "maxMessageSize",
    "messageRetentionSeconds",
    "policy",
    "receiveWaitTimeSeconds",
    "redriveAllowPolicy",
    "redrivePolicy",
    "sqsManagedSseEnabled",
    "visibilityTimeoutSeconds",
)
_FIFO_ONLY = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")


# -- queue


def _attributes(call: Call) -> dict[str, str]:
    found = to_attributes(call.inputs, _SETTINGS)
    if not call.inputs.get("fifoQueue"):
        for name in _FIFO_ONLY:
            found.pop(name, None)
    return found


def _create(call: Call) -> str:
    attributes = _attributes(call)
    if call.inputs.get("fifoQueue"):
        attributes["FifoQueue"] = "true"
    tags = call.tag_parameters("create_queue")
    return str(
        call.api("create_queue", QueueName=call.inputs["name"], Attributes=attributes, **tags)["QueueUrl"]
    )


def _read(call: Call) -> Props:
    attributes = call.api("get_queue_attributes", QueueUrl=call.id, AttributeNames=["All"])["Attributes"]
    found = from_attributes(call, attributes, (*_SETTINGS, "arn", "fifoQueue"))
    return {**found, "url": call.id, "name": call.id.rsplit("/", 1)[-1]}


def _update(call: Call) -> None:
    attributes = _attributes(call)
    for name in _SETTINGS:
        if call.old.get(name) is not None and call.inputs.get(name) is None:
            attributes[attribute_name(name)] = ""
    call.api("set_queue_attributes", QueueUrl=call.id, Attributes=attributes)


def _valid(inputs: Props) -> list[tuple[str, str]]:
    fifo, name = inputs.get("fifoQueue") is True, inputs.get("name")
    if isinstance(name, str) and fifo != name.endswith(".fifo"):
        reason = "must end with .fifo for a FIFO queue" if fifo else "only a FIFO queue may end with .fifo"
        return [("name", reason)]
    if inputs.get("contentBasedDeduplication") is True and not fifo:
        return [("contentBasedDeduplication", "can only be set for a FIFO queue")]
    return [
        (setting, f"expected a number in the range ({low} - {high}), got {inputs[setting]}")
        for setting, (low, high) in _RANGES.items()
        if isinstance(inputs.get(setting), int) and not low <= inputs[setting] <= high
    ]


_RANGES = {
    "delaySeconds": (0, 900),
    "maxMessageSize": (1024, 1048576),
    "messageRetentionSeconds": (60, 1209600),
    "receiveWaitTimeSeconds": (0, 20),
    "visibilityTimeoutSeconds": (0, 43200),
    "kmsDataKeyReusePeriodSeconds": (60, 86400),
}
"""Limits of the SQS API reference (SetQueueAttributes)."""

QUEUE = ResourceType(
    "aws:sqs/queue:Queue",
    "sqs",
    create=_create,
    read=_read,
    delete=Op("delete_queue", key={"QueueUrl": "id"}),
    changes=(Change(_SETTINGS, _update),),
    replace=frozenset({"name", "namePrefix", "fifoQueue"}),
    defaults={
        "contentBasedDeduplication": False,
        "delaySeconds": 0,
        "fifoQueue": False,
        "messageRetentionSeconds": 345600,
        "receiveWaitTimeSeconds": 0,
        "visibilityTimeoutSeconds": 30,
    },
    kept=frozenset(
        {
            "deduplicationScope",
            "fifoThroughputLimit",
            "kmsDataKeyReusePeriodSeconds",
            "maxMessageSize",
            "policy",
            "redriveAllowPolicy",
            "redrivePolicy",
            "sqsManagedSseEnabled",
        }
    ),
    local=frozenset({"namePrefix"}),
    outside=frozenset({"policy", "redriveAllowPolicy", "redrivePolicy"}),
    documents=frozenset({"policy", "redriveAllowPolicy", "redrivePolicy"}),
    auto_name=AutoName(limit=80),
    tags=TagApi("tag_queue", "untag_queue", "list_queue_tags", {"QueueUrl": "id"}),
    check=_valid,
)


# -- policies beside the queue


def _beside(token: str, name: str) -> ResourceType:
    """A resource that owns one document attribute of a queue; its id is the queue's URL."""

    def put(call: Call) -> str:
        url = str(call.inputs["queueUrl"])
        call.api("set_queue_attributes", QueueUrl=url, Attributes=to_attributes(call.inputs, (name,)))
        return url

    return ResourceType(
        token,
        "sqs",
        create=put,
        read=_reader(name),
        delete=_clearer(name),
        changes=(Change((name,), put),),
        id_parts=("queueUrl",),
        replace=frozenset({"queueUrl"}),
        documents=frozenset({name}),
    )


def _reader(name: str) -> Callable[[Call], Props | None]:
    def read(call: Call) -> Props | None:
        wanted = [attribute_name(name)]
        answer = call.api("get_queue_attributes", QueueUrl=call.id, AttributeNames=wanted)
        value = answer.get("Attributes", {}).get(attribute_name(name))
        return {name: value} if value else None

    return read


def _clearer(name: str) -> Callable[[Call], None]:
    def clear(call: Call) -> None:
        call.api("set_queue_attributes", QueueUrl=call.id, Attributes={attribute_name(name): ""})

    return clear


TYPES = [
    QUEUE,
    _beside("aws:sqs/queuePolicy:QueuePolicy", "policy"),
    _beside("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy"),
    _beside("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy"),
]

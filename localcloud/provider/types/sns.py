"""SNS: topics, their policies, subscriptions."""

import json

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.types.attributes import attribute_name, from_attributes, to_attributes
from localcloud.provider.wire import Props

_FEEDBACK = tuple(
    f"{protocol}{outcome}"
    for protocol in ("application", "firehose", "http", "lambda", "sqs")
    for outcome in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
)
_SETTINGS = (
    "archivePolicy",
    "contentBasedDeduplication",
    "deliveryPolicy",
    "displayName",
    "fifoThroughputScope",
    "kmsMasterKeyId",
    "maximumMessageSize",
    "policy",
    "signatureVersion",
    "tracingConfig",
    *_FEEDBACK,
)


# -- topic


def _create(call: Call) -> str:
    attributes = to_attributes(call.inputs, (*_SETTINGS, "fifoTopic"))
    if attributes.get("FifoTopic") == "false":
        del attributes["FifoTopic"]
        attributes.pop("ContentBasedDeduplication", None)
    tags = call.tag_parameters("create_topic")
    return str(call.api("create_topic", Name=call.inputs["name"], Attributes=attributes, **tags)["TopicArn"])


def _read(call: Call) -> Props:
    attributes = call.api("get_topic_attributes", TopicArn=call.id)["Attributes"]
    found = from_attributes(call, attributes, (*_SETTINGS, "fifoTopic", "owner", "beginningArchiveTime"))
    found.setdefault("displayName", "")
    return {**found, "arn": call.id, "name": call.id.rsplit(":", 1)[-1]}


def _update(call: Call) -> None:
    for name in _SETTINGS:
        if call.changed(name) and (name in call.inputs or name in call.old):
            value = to_attributes(call.inputs, (name,)).get(attribute_name(name), "")
            if name == "policy" and not value:
                value = default_policy(call.id, call.account)
            call.api(
                "set_topic_attributes",
                TopicArn=call.id,
                AttributeName=attribute_name(name),
                AttributeValue=value,
            )


def default_policy(arn: str, account: str) -> str:
    """The policy a topic has when none was given: its owner may do everything (SNS developer guide)."""
    actions = "GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic Subscribe"
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in (*actions.split(), "ListSubscriptionsByTopic", "Publish")],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


def _valid(inputs: Props) -> list[tuple[str, str]]:
    if inputs.get("fifoTopic") is True and not str(inputs.get("name")).endswith(".fifo"):
        return [("name", "must end with .fifo for a FIFO topic")]
    return []


TOPIC = ResourceType(
    "aws:sns/topic:Topic",
    "sns",
    create=_create,
    read=_read,
    delete=Op("delete_topic", key={"TopicArn": "id"}),
    changes=(Change(_SETTINGS, _update),),
    replace=frozenset({"name", "namePrefix", "fifoTopic"}),
    defaults={"contentBasedDeduplication": False, "fifoTopic": False},
    kept=frozenset(
        {
            "policy",
            "maximumMessageSize",
            "signatureVersion",
            "tracingConfig",
            "fifoThroughputScope",
            "archivePolicy",
        }
    ),
    local=frozenset({"namePrefix"}),
    outside=frozenset({"policy"}),
    documents=frozenset({"policy", "deliveryPolicy", "archivePolicy"}),
    auto_name=AutoName(limit=256),
    tags=TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"ResourceArn": "id"}),
    gone=("NotFound",),
    check=_valid,
)


# -- policy of a topic


def _put_policy(call: Call) -> str:
    arn = str(call.inputs["arn"])
    policy = call.inputs["policy"]
    call.api("set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn


def _read_policy(call: Call) -> Props | None:
    attributes = call.api("get_topic_attributes", TopicArn=call.id)["Attributes"]
    policy = attributes.get("Policy")
    return {"arn": call.id, "policy": policy, "owner": attributes.get("Owner")} if policy else None


def _reset_policy(call: Call) -> None:
    policy = default_policy(call.id, call.account)
    call.api("set_topic_attributes", TopicArn=call.id, AttributeName="Policy", AttributeValue=policy)


TOPIC_POLICY = ResourceType(
    "aws:sns/topicPolicy:TopicPolicy",
    "sns",
    create=_put_policy,
    read=_read_policy,
    delete=_reset_policy,
    changes=(Change(("policy",), _put_policy),),
    replace=frozenset({"arn"}),
    documents=frozenset({"policy"}),
)


# -- subscription

_SUBSCRIPTION = (
    "deliveryPolicy",
    "filterPolicy",
    "filterPolicyScope",
    "rawMessageDelivery",
    "redrivePolicy",
    "replayPolicy",
    "subscriptionRoleArn",
)


def _subscribe(call: Call) -> str:
    answer = call.api(
        "subscribe",
        TopicArn=call.inputs["topic"],
        Protocol=call.inputs["protocol"],
        Endpoint=call.inputs["endpoint"],
        Attributes=to_attributes(call.inputs, _SUBSCRIPTION),
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def _read_subscription(call: Call) -> Props:
    attributes = call.api("get_subscription_attributes", SubscriptionArn=call.id)["Attributes"]
    names = (*_SUBSCRIPTION, "protocol", "endpoint", "confirmationWasAuthenticated", "pendingConfirmation")
    found = from_attributes(call, attributes, names)
    found.setdefault("pendingConfirmation", False)
    found.setdefault("confirmationWasAuthenticated", True)
    return {**found, "arn": call.id, "topic": attributes["TopicArn"], "ownerId": attributes.get("Owner")}


def _change_subscription(call: Call) -> None:
    for name in _SUBSCRIPTION:
        if call.changed(name):
            value = to_attributes(call.inputs, (name,)).get(attribute_name(name), "")
            call.api(
                "set_subscription_attributes",
                SubscriptionArn=call.id,
                AttributeName=attribute_name(name),
                AttributeValue=value or ("{}" if name == "filterPolicy" else ""),
            )


SUBSCRIPTION = ResourceType(
    "aws:sns/topicSubscription:TopicSubscription",
    "sns",
    create=_subscribe,
    read=_read_subscription,
    delete=Op("unsubscribe", key={"SubscriptionArn": "id"}),
    changes=(Change(_SUBSCRIPTION, _change_subscription),),
    replace=frozenset({"topic", "protocol", "endpoint"}),
    defaults={"confirmationTimeoutInMinutes": 1, "endpointAutoConfirms": False, "rawMessageDelivery": False},
    kept=frozenset({"filterPolicyScope"}),
    local=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"}),
    documents=frozenset({"deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy"}),
    gone=("NotFound",),
)

TYPES = [TOPIC, TOPIC_POLICY, SUBSCRIPTION]

"""Services that keep settings in a map of string attributes (SNS, SQS)."""

from collections.abc import Iterable

from localcloud.provider.model import Call
from localcloud.provider.wire import Props

_SPECIAL = {
    "arn": "QueueArn",
    "fifoQueue": "FifoQueue",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}


def attribute_name(name: str) -> str:
    """API name of a property kept as an attribute."""
    return _SPECIAL.get(name, name[0].upper() + name[1:])


def to_attributes(inputs: Props, names: Iterable[str]) -> dict[str, str]:
    """Attributes for those of the named properties that are given."""
    found = {}
    for name in names:
        value = inputs.get(name)
        if value is not None and value != "":
            found[attribute_name(name)] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def from_attributes(call: Call, attributes: Props, names: Iterable[str]) -> Props:
    """Properties out of attributes, in the types the SDK declares."""
    renamed = {name: attributes.get(attribute_name(name)) for name in names}
    return call.properties({name: value for name, value in renamed.items() if value not in (None, "")})

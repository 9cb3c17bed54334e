"""What a bucket tells others about: queues, topics, functions, EventBridge."""

from localcloud.provider.model import Call
from localcloud.provider.types.s3_configuration import bucket_setting
from localcloud.provider.wire import Props

_DESTINATIONS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "lambdaFunctionArn", "LambdaFunctionArn"),
    "queues": ("QueueConfigurations", "queueArn", "QueueArn"),
    "topics": ("TopicConfigurations", "topicArn", "TopicArn"),
}


def _put_notification(call: Call) -> None:
    wanted: Props = {}
    for name, (member, arn, api_arn) in _DESTINATIONS.items():
        entries = [_notification(entry, api_arn, entry[arn]) for entry in call.inputs.get(name) or []]
        if entries:
            wanted[member] = entries
    if call.inputs.get("eventbridge"):
        wanted["EventBridgeConfiguration"] = {}
    call.api(
        "put_bucket_notification_configuration",
        Bucket=call.id,
        NotificationConfiguration=wanted,
        SkipDestinationValidation=True,
    )


def _notification(entry: Props, api_arn: str, arn: str) -> Props:
    given = {"prefix": entry.get("filterPrefix"), "suffix": entry.get("filterSuffix")}
    rules = [{"Name": name, "Value": value} for name, value in given.items() if value]
    result = {api_arn: arn, "Events": entry["events"]}
    if entry.get("id"):
        result["Id"] = entry["id"]
    if rules:
        result["Filter"] = {"Key": {"FilterRules": rules}}
    return result


def _read_notification(call: Call) -> Props | None:
    live = call.api("get_bucket_notification_configuration", Bucket=call.id)
    found: Props = {"eventbridge": "EventBridgeConfiguration" in live}
    for name, (member, arn, api_arn) in _DESTINATIONS.items():
        entries = []
        for item in live.get(member, []):
            rules = item.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            filters = {f"filter{rule['Name'].capitalize()}": rule["Value"] for rule in rules}
            entries.append({"id": item.get("Id"), "events": item["Events"], arn: item[api_arn], **filters})
        if entries:
            found[name] = entries
    return found if len(found) > 1 or found["eventbridge"] else None


def _drop_notification(call: Call) -> None:
    call.api("put_bucket_notification_configuration", Bucket=call.id, NotificationConfiguration={})


TYPES = [
    bucket_setting(
        "aws:s3/bucketNotification:BucketNotification",
        _put_notification,
        _read_notification,
        _drop_notification,
        ("eventbridge", *_DESTINATIONS),
        kept=frozenset(f"{name}.id" for name in _DESTINATIONS),
        unordered=frozenset(f"{name}.events" for name in _DESTINATIONS),
    ),
]

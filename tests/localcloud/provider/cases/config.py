"""AWS Config: one recorder and one delivery channel per account and Region."""

from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.cases.s3 import bucket
from tests.localcloud.provider.conftest import Stage

ROLE = "arn:aws:iam::123456789012:role/config"
OTHER_ROLE = "arn:aws:iam::123456789012:role/other"


def _recorder(stage: Stage, unique: str, *, channel: bool = False) -> str:
    """A recorder made by somebody else, with a channel when it is to run."""
    client = stage.client("config")
    name = f"case-{unique}"
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    recorder = {"name": name, "roleARN": ROLE, "recordingGroup": group}
    client.put_configuration_recorder(ConfigurationRecorder=recorder)
    if channel:
        client.put_delivery_channel(DeliveryChannel={"name": name, "s3BucketName": bucket(stage, unique)})
    return name


def _nothing_left(stage: Stage, _: Any) -> None:
    client = stage.client("config")
    for recorder in client.describe_configuration_recorders()["ConfigurationRecorders"]:
        client.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])
    for channel in client.describe_delivery_channels()["DeliveryChannels"]:
        client.delete_delivery_channel(DeliveryChannelName=channel["name"])
    for recorder in client.describe_configuration_recorders()["ConfigurationRecorders"]:
        client.delete_configuration_recorder(ConfigurationRecorderName=recorder["name"])


def _channel(stage: Stage, unique: str) -> dict[str, Any]:
    _recorder(stage, unique)
    return {
        "name": f"case-{unique}",
        "s3BucketName": bucket(stage, unique),
        "s3KeyPrefix": "config",
        "snapshotDeliveryProperties": {"deliveryFrequency": "Six_Hours"},
    }


CASES = [
    Case(
        "aws:cfg/recorder:Recorder",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "roleArn": ROLE,
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
            "recordingMode": {
                "recordingFrequency": "CONTINUOUS",
                "recordingModeOverride": {
                    "resourceTypes": ["AWS::EC2::Instance"],
                    "recordingFrequency": "DAILY",
                },
            },
        },
        edits={
            "roleArn": OTHER_ROLE,
            "recordingGroup": {"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]},
            "recordingMode": {"recordingFrequency": "DAILY"},
        },
        cleanup=_nothing_left,
    ),
    Case(
        "aws:cfg/recorderStatus:RecorderStatus",
        lambda stage, unique: {"name": _recorder(stage, unique, channel=True), "isEnabled": True},
        edits={"isEnabled": False},
        stays=True,
        cleanup=_nothing_left,
    ),
    Case(
        "aws:cfg/deliveryChannel:DeliveryChannel",
        _channel,
        edits={
            "s3BucketName": lambda stage: bucket(stage, "other-deliveries"),
            "s3KeyPrefix": "other",
            "s3KmsKeyArn": "arn:aws:kms:us-east-2:123456789012:key/11112222-3333-4444-5555-666677778888",
            "snsTopicArn": "arn:aws:sns:us-east-2:123456789012:config",
            "snapshotDeliveryProperties": {"deliveryFrequency": "One_Hour"},
        },
        cleanup=_nothing_left,
    ),
    Case(
        "aws:cfg/configurationAggregator:ConfigurationAggregator",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "organizationAggregationSource": {"roleArn": ROLE, "allRegions": True},
            "tags": {"class": "aggregator"},
        },
        edits={
            "organizationAggregationSource": {"roleArn": ROLE, "regions": ["us-west-2"]},
            "tags": {"class": "other", "more": "x"},
        },
        unread=frozenset({"accountAggregationSource"}),  # excludes the other source
        management=True,
    ),
    Case(
        "aws:cfg/aggregateAuthorization:AggregateAuthorization",
        lambda stage, unique: {
            "accountId": "123456789012",
            "authorizedAwsRegion": "us-east-2",
            "tags": {"class": "authorization"},
        },
        edits={"tags": {"class": "other"}},
    ),
]

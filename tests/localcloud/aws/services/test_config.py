"""AWS Config through plain boto3: what is added to moto's own implementation."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME
from tests.localcloud.aws.services.accounts import client, new_account, refused


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "recording")


@pytest.fixture
def config(world: World, account: str) -> Any:
    return client(world, account, "config")


@pytest.fixture
def recorder(config: Any, account: str) -> dict[str, Any]:
    """A recorder of everything, once a day."""
    settings = {
        "roleARN": f"arn:aws:iam::{account}:role/config",
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        "recordingMode": {"recordingFrequency": "DAILY"},
    }
    config.put_configuration_recorder(ConfigurationRecorder=settings)
    return settings


def bucket(world: World, name: str, retention: str | None = None) -> str:
    s3 = client(world, None, "s3")
    s3.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": HOME},
        ObjectLockEnabledForBucket=retention is not None,
    )
    if retention:
        rule = {"DefaultRetention": {"Mode": retention, "Days": 1}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    return name


def test_a_recorder_keeps_its_mode_and_is_named_default(config: Any, recorder: dict[str, Any]) -> None:
    found = config.describe_configuration_recorders()["ConfigurationRecorders"][0]
    assert (found["name"], found["recordingMode"]) == ("default", recorder["recordingMode"])
    assert found["recordingGroup"]["includeGlobalResourceTypes"] is True


def test_an_account_has_one_recorder(config: Any, recorder: dict[str, Any]) -> None:
    refused(
        "MaxNumberOfConfigurationRecordersExceededException",
        config.put_configuration_recorder,
        ConfigurationRecorder={**recorder, "name": "second"},
    )


def test_a_bucket_with_a_default_retention_cannot_take_deliveries(
    world: World, config: Any, recorder: dict[str, Any], unique: str
) -> None:
    locked = bucket(world, f"locked-{unique}", retention="GOVERNANCE")
    message = refused(
        "InsufficientDeliveryPolicyException",
        config.put_delivery_channel,
        DeliveryChannel={"name": "channel", "s3BucketName": locked},
    )
    assert "default retention" in message
    missing = {"name": "channel", "s3BucketName": f"missing-{unique}"}
    refused("NoSuchBucketException", config.put_delivery_channel, DeliveryChannel=missing)


def test_the_channel_stays_while_the_recorder_runs(
    world: World, config: Any, recorder: dict[str, Any], unique: str
) -> None:
    refused(
        "NoAvailableDeliveryChannelException",
        config.start_configuration_recorder,
        ConfigurationRecorderName="default",
    )
    plain = bucket(world, f"plain-{unique}")
    config.put_delivery_channel(DeliveryChannel={"name": "channel", "s3BucketName": plain})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    status = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"][0]
    assert status["recording"] is True
    refused(
        "LastDeliveryChannelDeleteFailedException",
        config.delete_delivery_channel,
        DeliveryChannelName="channel",
    )
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    config.delete_delivery_channel(DeliveryChannelName="channel")


def test_aggregating_the_organization_needs_a_delegated_account(world: World, config: Any) -> None:
    source = {"RoleArn": "arn:aws:iam::123456789012:role/aggregator", "AllAwsRegions": True}
    wanted = {"ConfigurationAggregatorName": "organization", "OrganizationAggregationSource": source}
    refused("OrganizationAccessDeniedException", config.put_configuration_aggregator, **wanted)
    management = client(world, None, "config")
    put = management.put_configuration_aggregator
    arn = put(**wanted, Tags=[{"Key": "owner", "Value": "security"}])["ConfigurationAggregator"]
    put(**wanted)
    tags = management.list_tags_for_resource(ResourceArn=arn["ConfigurationAggregatorArn"])["Tags"]
    assert tags == [{"Key": "owner", "Value": "security"}], "a change that names no tags leaves them"
    management.delete_configuration_aggregator(ConfigurationAggregatorName="organization")

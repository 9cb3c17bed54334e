"""Keys and replicas: settings that never vary."""

import pytest

from components.keys.customer_key import CustomerKey, CustomerKeyArgs
from components.keys.replica_key import ReplicaKey, ReplicaKeyArgs
from tests.unit.audit.recording import HOME, HOME_KEY_ARN, STANDBY, Estate, record


@pytest.fixture(scope="module")
def estate() -> Estate:
    def build() -> None:
        CustomerKey("logs", CustomerKeyArgs("alias/logs", "Logs.", "{}", HOME, multi_region=True))
        ReplicaKey("copy", ReplicaKeyArgs("alias/logs", "Logs.", "{}", HOME_KEY_ARN, STANDBY))

    return record(build)


def test_a_key_rotates_and_cannot_vanish_within_thirty_days(estate):
    key = estate.one("kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.inputs["bypassPolicyLockoutSafetyCheck"] is False
    assert key.inputs["multiRegion"] is True
    assert key.inputs["region"] == HOME


def test_a_replica_is_made_from_the_primary_in_its_own_region(estate):
    replica = estate.one("kms/replicaKey:ReplicaKey")
    assert replica.inputs["primaryKeyArn"] == HOME_KEY_ARN
    assert replica.inputs["region"] == STANDBY
    assert replica.inputs["deletionWindowInDays"] == 30


def test_keys_and_replicas_are_protected(estate):
    assert estate.one("kms/key:Key").protect
    assert estate.one("kms/replicaKey:ReplicaKey").protect


def test_both_regions_use_one_alias(estate):
    names = {(alias.inputs["name"], alias.inputs["region"]) for alias in estate.of("kms/alias:Alias")}
    assert names == {("alias/logs", HOME), ("alias/logs", STANDBY)}

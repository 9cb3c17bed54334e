"""The audit key: services encrypt for this organization, readers decrypt through S3 in the audit account."""

import json

import pytest

from .recording import HOME, HOME_KEY_ARN, ORGANIZATION_ID, STANDBY, Estate, Recorded


@pytest.fixture(params=[HOME, STANDBY])
def key(request, home: Estate, standby: Estate) -> Recorded:
    if request.param == HOME:
        return home.one("kms/key:Key", "audit-key")
    return standby.one("kms/replicaKey:ReplicaKey", "audit-key")


def test_is_one_multi_region_key_with_a_replica_made_by_the_standby_stack(home, standby):
    assert home.one("kms/key:Key", "audit-key").inputs["multiRegion"] is True
    assert standby.one("kms/replicaKey:ReplicaKey").inputs["primaryKeyArn"] == HOME_KEY_ARN
    assert not home.of("kms/replicaKey:ReplicaKey")


def test_lives_in_the_audit_account(key):
    assert key.account == "audit"
    assert key.protect


def test_every_service_is_bound_to_its_source(key):
    for statement in key.document():
        if "Service" in statement["Principal"]:
            tested = {name for tests in statement["Condition"].values() for name in tests}
            assert tested & {"aws:SourceArn", "aws:SourceOrgID"}, statement["Sid"]


def test_config_is_bound_to_the_organization(key):
    (config,) = [each for each in key.document() if each["Sid"] == "ConfigEncrypts"]
    assert config["Condition"] == {"StringEquals": {"aws:SourceOrgID": ORGANIZATION_ID}}


def test_readers_decrypt_only_through_s3_of_the_same_region(key):
    (readers,) = [each for each in key.document() if each["Sid"] == "ReadersAndReplicationThroughS3"]
    assert readers["Condition"] == {
        "StringEquals": {"kms:ViaService": f"s3.{key.inputs['region']}.amazonaws.com"}
    }


def test_nobody_is_everybody(key):
    assert all("*" not in json.dumps(each["Principal"]) for each in key.document())

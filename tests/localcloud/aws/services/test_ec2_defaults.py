"""EC2 settings of an account in a Region, through plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.services.accounts import client, new_account, refused


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "defaults")


@pytest.fixture
def ec2(world: World, account: str) -> Any:
    return client(world, account, "ec2")


def test_the_default_key_of_volumes_must_exist(world: World, account: str, ec2: Any) -> None:
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    refused("InvalidKmsKey.NotFound", ec2.modify_ebs_default_kms_key_id, KmsKeyId="missing")
    key = client(world, account, "kms").create_key()["KeyMetadata"]
    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key["KeyId"])
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key["Arn"]
    ec2.reset_ebs_default_kms_key_id()
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"


def test_sharing_of_snapshots_and_images_is_blocked(ec2: Any) -> None:
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"
    ec2.disable_snapshot_block_public_access()
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"
    refused("InvalidParameterValue", ec2.enable_snapshot_block_public_access, State="perhaps")


def test_metadata_defaults_are_set_and_taken_back(ec2: Any) -> None:
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=1)
    found = ec2.get_instance_metadata_defaults()["AccountLevel"]
    assert (found["HttpTokens"], found["HttpPutResponseHopLimit"]) == ("required", 1)
    ec2.modify_instance_metadata_defaults(HttpTokens="no-preference", HttpPutResponseHopLimit=-1)
    assert set(ec2.get_instance_metadata_defaults()["AccountLevel"]) == {"ManagedBy"}
    refused("InvalidParameterValue", ec2.modify_instance_metadata_defaults, HttpPutResponseHopLimit=65)


def test_the_serial_console_and_internet_gateways_are_switched(ec2: Any) -> None:
    assert ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is False
    ec2.enable_serial_console_access()
    assert ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is True
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    found = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (found["InternetGatewayBlockMode"], found["State"]) == ("block-ingress", "update-complete")
    refused(
        "InvalidParameterValue", ec2.modify_vpc_block_public_access_options, InternetGatewayBlockMode="open"
    )

"""Macie through plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME
from tests.localcloud.aws.services.accounts import client, new_account, refused


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "macie")


@pytest.fixture
def macie(world: World, account: str) -> Any:
    return client(world, account, "macie2")


def test_a_session_lives_from_enable_to_disable(macie: Any) -> None:
    refused("AccessDeniedException", macie.get_macie_session)
    macie.enable_macie(findingPublishingFrequency="ONE_HOUR")
    refused("ConflictException", macie.enable_macie)
    macie.update_macie_session(status="PAUSED")
    found = macie.get_macie_session()
    assert (found["status"], found["findingPublishingFrequency"]) == ("PAUSED", "ONE_HOUR")
    macie.disable_macie()
    refused("AccessDeniedException", macie.get_macie_session)


def test_bad_input_is_refused(macie: Any) -> None:
    refused("ValidationException", macie.enable_macie, status="SOMETIMES")


def test_results_are_exported_to_a_bucket_that_exists(world: World, macie: Any, unique: str) -> None:
    macie.enable_macie()
    destination = {"bucketName": f"results-{unique}", "kmsKeyArn": "arn:aws:kms:us-east-2:1:key/k"}
    put = macie.put_classification_export_configuration
    refused("ValidationException", put, configuration={"s3Destination": destination})
    client(world, None, "s3").create_bucket(
        Bucket=f"results-{unique}", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    put(configuration={"s3Destination": destination})
    assert macie.get_classification_export_configuration()["configuration"] == {"s3Destination": destination}
    put(configuration={})
    assert macie.get_classification_export_configuration()["configuration"] == {}


def test_automated_discovery_is_a_setting_of_its_own(macie: Any) -> None:
    macie.enable_macie()
    assert macie.get_automated_discovery_configuration()["status"] == "DISABLED"
    macie.update_automated_discovery_configuration(status="ENABLED")
    assert macie.get_automated_discovery_configuration()["status"] == "ENABLED"


def test_the_administrator_enrols_accounts_to_come(world: World, account: str, macie: Any) -> None:
    management = client(world, None, "macie2")
    macie.enable_macie()
    refused("AccessDeniedException", macie.update_organization_configuration, autoEnable=True)
    management.enable_organization_admin_account(adminAccountId=account)
    earlier = new_account(world, "earlier")
    macie.update_organization_configuration(autoEnable=True)
    assert macie.describe_organization_configuration()["autoEnable"] is True
    later = new_account(world, "later")
    refused("AccessDeniedException", client(world, earlier, "macie2").get_macie_session)
    member = client(world, later, "macie2")
    assert member.get_macie_session()["status"] == "ENABLED"
    refused("ConflictException", member.disable_macie)
    management.disable_organization_admin_account(adminAccountId=account)


def test_the_administrator_takes_in_accounts_that_already_exist(
    world: World, account: str, macie: Any
) -> None:
    member = new_account(world, "macie-member")
    macie.enable_macie()
    refused(
        "AccessDeniedException", macie.create_member, account={"accountId": member, "email": "a@example.com"}
    )
    client(world, None, "macie2").enable_organization_admin_account(adminAccountId=account)
    try:
        macie.create_member(
            account={"accountId": member, "email": "a@example.com"}, tags={"owner": "security"}
        )
        found = macie.get_member(id=member)
        assert (found["relationshipStatus"], found["tags"]) == ("Enabled", {"owner": "security"})
        assert client(world, member, "macie2").get_macie_session()["status"] == "ENABLED"
        macie.update_member_session(id=member, status="PAUSED")
        assert macie.get_member(id=member)["relationshipStatus"] == "Paused"
        macie.delete_member(id=member)
        refused("ResourceNotFoundException", macie.get_member, id=member)
    finally:
        client(world, None, "macie2").disable_organization_admin_account(adminAccountId=account)

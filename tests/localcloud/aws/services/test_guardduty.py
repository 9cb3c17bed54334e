"""GuardDuty through plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, STANDBY
from tests.localcloud.aws.services.accounts import client, new_account, refused

BAD = "BadRequestException"


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "guarded")


@pytest.fixture
def guardduty(world: World, account: str) -> Any:
    return client(world, account, "guardduty")


def features(guardduty: Any, detector: str) -> dict[str, str]:
    return {each["Name"]: each["Status"] for each in guardduty.get_detector(DetectorId=detector)["Features"]}


def test_a_new_detector_has_every_plan_but_the_runtime_ones(guardduty: Any) -> None:
    detector = guardduty.create_detector(Enable=True, Tags={"owner": "security"})["DetectorId"]
    off = {name for name, status in features(guardduty, detector).items() if status == "DISABLED"}
    assert off == {"EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"}
    assert guardduty.get_detector(DetectorId=detector)["Tags"] == {"owner": "security"}


def test_an_account_has_one_detector_per_region(world: World, account: str, guardduty: Any) -> None:
    guardduty.create_detector(Enable=True)
    assert "already exists" in refused(BAD, guardduty.create_detector, Enable=True)
    standby = client(world, account, "guardduty", STANDBY)
    assert standby.list_detectors()["DetectorIds"] == []
    assert standby.create_detector(Enable=True)["DetectorId"]


def test_suspending_and_switching_plans_shows(guardduty: Any) -> None:
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.update_detector(
        DetectorId=detector,
        Enable=False,
        FindingPublishingFrequency="ONE_HOUR",
        Features=[
            {"Name": "S3_DATA_EVENTS", "Status": "DISABLED"},
            {
                "Name": "RUNTIME_MONITORING",
                "Status": "ENABLED",
                "AdditionalConfiguration": [{"Name": "EC2_AGENT_MANAGEMENT", "Status": "ENABLED"}],
            },
        ],
    )
    found = guardduty.get_detector(DetectorId=detector)
    assert (found["Status"], found["FindingPublishingFrequency"]) == ("DISABLED", "ONE_HOUR")
    assert features(guardduty, detector)["S3_DATA_EVENTS"] == "DISABLED"
    runtime = next(each for each in found["Features"] if each["Name"] == "RUNTIME_MONITORING")
    agents = {each["Name"]: each["Status"] for each in runtime["AdditionalConfiguration"]}
    assert (agents["EC2_AGENT_MANAGEMENT"], agents["EKS_ADDON_MANAGEMENT"]) == ("ENABLED", "DISABLED")


@pytest.mark.parametrize(
    "change",
    [
        {"FindingPublishingFrequency": "NEVER"},
        {"Features": [{"Name": "S3_DATA_EVENTS", "Status": "PERHAPS"}]},
        {
            "Features": [
                {"Name": "RUNTIME_MONITORING", "Status": "ENABLED"},
                {"Name": "EKS_RUNTIME_MONITORING", "Status": "ENABLED"},
            ]
        },
    ],
)
def test_bad_input_is_refused_and_changes_nothing(guardduty: Any, change: dict[str, Any]) -> None:
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    before = features(guardduty, detector)
    refused(BAD, guardduty.update_detector, DetectorId=detector, **change)
    assert features(guardduty, detector) == before


def test_a_deleted_detector_is_gone(guardduty: Any) -> None:
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.delete_detector(DetectorId=detector)
    assert "not owned" in refused(BAD, guardduty.get_detector, DetectorId=detector)


def test_findings_are_exported_to_a_bucket_that_exists(world: World, guardduty: Any, unique: str) -> None:
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    properties = {
        "DestinationArn": f"arn:aws:s3:::findings-{unique}",
        "KmsKeyArn": "arn:aws:kms:us-east-2:1:key/k",
    }
    where = {"DetectorId": detector, "DestinationType": "S3", "DestinationProperties": properties}
    refused(BAD, guardduty.create_publishing_destination, **where)
    client(world, None, "s3").create_bucket(
        Bucket=f"findings-{unique}", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    made = guardduty.create_publishing_destination(**where)["DestinationId"]
    found = guardduty.describe_publishing_destination(DetectorId=detector, DestinationId=made)
    assert (found["Status"], found["DestinationProperties"]) == ("PUBLISHING", properties)
    guardduty.delete_publishing_destination(DetectorId=detector, DestinationId=made)
    assert guardduty.list_publishing_destinations(DetectorId=detector)["Destinations"] == []


def test_the_administrator_enrols_the_organization(world: World, account: str, guardduty: Any) -> None:
    management = client(world, None, "guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    update = guardduty.update_organization_configuration
    refused(BAD, update, DetectorId=detector, AutoEnableOrganizationMembers="ALL")
    refused(BAD, guardduty.enable_organization_admin_account, AdminAccountId=account)
    management.enable_organization_admin_account(AdminAccountId=account)
    member_id = new_account(world, "member")
    member = client(world, member_id, "guardduty")
    assert member.list_detectors()["DetectorIds"] == []

    plans = [{"Name": "RDS_LOGIN_EVENTS", "AutoEnable": "ALL"}]
    update(DetectorId=detector, AutoEnableOrganizationMembers="ALL", Features=plans)

    found = guardduty.describe_organization_configuration(DetectorId=detector)
    settings = {each["Name"]: each["AutoEnable"] for each in found["Features"]}
    assert found["AutoEnableOrganizationMembers"] == "ALL"
    assert (settings["RDS_LOGIN_EVENTS"], settings["S3_DATA_EVENTS"]) == ("ALL", "NONE")
    enrolled = member.list_detectors()["DetectorIds"][0]
    assert features(member, enrolled)["RDS_LOGIN_EVENTS"] == "ENABLED"
    assert features(member, enrolled)["S3_DATA_EVENTS"] == "DISABLED"
    assert member.get_administrator_account(DetectorId=enrolled)["Administrator"]["AccountId"] == account
    refused(BAD, member.delete_detector, DetectorId=enrolled)
    assert member_id in {each["AccountId"] for each in guardduty.list_members(DetectorId=detector)["Members"]}

    assert management.list_detectors()["DetectorIds"] == [], "management switches itself on, or nobody does"

    management.disable_organization_admin_account(AdminAccountId=account)
    assert management.list_organization_admin_accounts()["AdminAccounts"] == []


def test_what_is_not_served_says_so(guardduty: Any) -> None:
    assert "not emulated" in refused("NotImplemented", guardduty.list_invitations)

"""CloudTrail through plain boto3: the organization trail and its selectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, STANDBY


@pytest.fixture
def trail(world: World, organization: dict[str, str], unique: str) -> Iterator[Any]:
    session = world.session(None, HOME)
    session.client("organizations").enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    session.client("s3").create_bucket(
        Bucket=f"trail-{unique}", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    client = session.client("cloudtrail")
    made = client.create_trail(
        Name=f"org-{unique}",
        S3BucketName=f"trail-{unique}",
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
    )
    client.start_logging(Name=made["TrailARN"])
    yield made
    client.delete_trail(Name=made["TrailARN"])


@pytest.mark.parametrize("region", [HOME, STANDBY])
def test_members_see_the_organization_trail_and_that_it_logs(world: World, trail: Any, region: str) -> None:
    member = world.session("payments", region).client("cloudtrail")
    seen = {entry["TrailARN"]: entry for entry in member.describe_trails()["trailList"]}
    assert seen[trail["TrailARN"]]["IsOrganizationTrail"]
    assert seen[trail["TrailARN"]]["HomeRegion"] == HOME
    assert member.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
    assert trail["TrailARN"] in [entry["TrailARN"] for entry in member.list_trails()["Trails"]]


@pytest.mark.parametrize("action", ["stop_logging", "delete_trail"])
def test_members_cannot_touch_it(world: World, trail: Any, action: str) -> None:
    member = world.session("payments", HOME).client("cloudtrail")
    with pytest.raises(ClientError, match="management account only"):
        getattr(member, action)(Name=trail["TrailARN"])


def test_a_member_cannot_make_an_organization_trail(world: World, trail: Any) -> None:
    member = world.session("payments", HOME).client("cloudtrail")
    with pytest.raises(ClientError) as error:
        member.create_trail(Name="mine", S3BucketName=trail["S3BucketName"], IsOrganizationTrail=True)
    assert error.value.response["Error"]["Code"] == "NotOrganizationMasterAccountException"


def test_a_name_is_taken_once(world: World, trail: Any) -> None:
    with pytest.raises(ClientError) as error:
        world.session(None, HOME).client("cloudtrail").create_trail(
            Name=trail["Name"], S3BucketName=trail["S3BucketName"]
        )
    assert error.value.response["Error"]["Code"] == "TrailAlreadyExistsException"


def test_selectors_are_what_was_put_last(world: World, trail: Any) -> None:
    client = world.session(None, HOME).client("cloudtrail")
    name = trail["Name"]
    basic = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
    advanced = [{"Name": "s3", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]
    client.put_event_selectors(TrailName=name, AdvancedEventSelectors=advanced)
    client.put_event_selectors(TrailName=name, EventSelectors=basic)
    found = client.get_event_selectors(TrailName=name)
    assert found["EventSelectors"] == basic
    assert not found.get("AdvancedEventSelectors")
    for _ in range(2):
        client.put_insight_selectors(TrailName=name, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])
    assert client.get_insight_selectors(TrailName=name)["InsightSelectors"] == [
        {"InsightType": "ApiCallRateInsight"}
    ]
    described = client.get_trail(Name=name)["Trail"]
    assert described["HasCustomEventSelectors"]
    assert described["HasInsightSelectors"]


def test_an_account_of_the_organization_administers_trails(
    world: World, trail: Any, organization: dict[str, str]
) -> None:
    session = world.session(None, HOME)
    session.client("cloudtrail").register_organization_delegated_admin(MemberAccountId=organization["audit"])
    admins = session.client("organizations").list_delegated_administrators(
        ServicePrincipal="cloudtrail.amazonaws.com"
    )["DelegatedAdministrators"]
    assert organization["audit"] in [admin["Id"] for admin in admins]
    session.client("cloudtrail").deregister_organization_delegated_admin(
        DelegatedAdminAccountId=organization["audit"]
    )

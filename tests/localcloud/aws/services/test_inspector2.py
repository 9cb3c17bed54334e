"""Inspector through plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.services.accounts import client, new_account, refused


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "inspecting")


@pytest.fixture
def inspector(world: World, account: str) -> Any:
    return client(world, account, "inspector2")


def on(inspector: Any, account: str) -> set[str]:
    found = inspector.batch_get_account_status(accountIds=[account])["accounts"][0]["resourceState"]
    return {name for name, state in found.items() if state["status"] == "ENABLED"}


def test_scans_are_switched_one_by_one(inspector: Any, account: str) -> None:
    inspector.enable(resourceTypes=["ECR", "LAMBDA_CODE"])
    assert on(inspector, account) == {"ecr", "lambda", "lambdaCode"}
    inspector.disable(resourceTypes=["LAMBDA"])
    assert on(inspector, account) == {"ecr"}
    inspector.disable()
    assert inspector.batch_get_account_status()["accounts"][0]["state"]["status"] == "DISABLED"


def test_bad_input_is_refused(inspector: Any) -> None:
    refused("ValidationException", inspector.enable, resourceTypes=["FLOPPY"])


def test_the_administrator_scans_for_the_organization(world: World, account: str, inspector: Any) -> None:
    management = client(world, None, "inspector2")
    every = {"ec2": True, "ecr": True, "lambda": True, "lambdaCode": True}
    refused("AccessDeniedException", inspector.update_organization_configuration, autoEnable=every)
    management.enable_delegated_admin_account(delegatedAdminAccountId=account)
    assert inspector.get_delegated_admin_account()["delegatedAdmin"]["accountId"] == account
    refused(
        "ValidationException",
        inspector.update_organization_configuration,
        autoEnable={"ec2": True, "ecr": True, "lambdaCode": True},
    )
    inspector.update_organization_configuration(autoEnable=every)
    assert inspector.describe_organization_configuration()["autoEnable"] == every
    newcomer = new_account(world, "newcomer")
    assert on(inspector, newcomer) == {"ec2", "ecr", "lambda", "lambdaCode"}
    refused("ResourceNotFoundException", inspector.get_member, accountId=newcomer)
    inspector.associate_member(accountId=newcomer)
    assert inspector.get_member(accountId=newcomer)["member"]["relationshipStatus"] == "ENABLED"
    inspector.disassociate_member(accountId=newcomer)
    refused("ResourceNotFoundException", inspector.get_member, accountId=newcomer)
    failed = inspector.enable(accountIds=["999999999999"], resourceTypes=["EC2"])["failedAccounts"]
    assert [each["errorCode"] for each in failed] == ["ACCESS_DENIED"]
    management.disable_delegated_admin_account(delegatedAdminAccountId=account)

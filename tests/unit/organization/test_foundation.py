"""The first layer: who may enter an account, and by which role."""

import json

import pytest

from components.accounts import Accounts
from components.catalogue.identity import load_identity
from components.organization.foundation import build_foundation
from components.settings import Settings
from tests.unit.audit.recording import Estate, record
from tests.unit.test_settings import read


def foundation(settings: Settings) -> Estate:
    identity = load_identity(settings.catalogue_dir / "identity.yaml", settings.catalogue)

    def build() -> None:
        accounts = Accounts(settings)
        build_foundation(settings, identity, accounts)
        for account in settings.catalogue.accounts:
            accounts.provider(account)

    return record(build)


def entered_by(estate: Estate) -> set[str]:
    """Role names, with their paths, by which the stack enters member accounts."""
    providers = [one for one in estate.resources if one.type == "pulumi:providers:aws"]
    arns = []
    for provider in providers:
        roles = provider.inputs.get("assumeRoles", [])
        arns += [role["roleArn"] for role in (json.loads(roles) if isinstance(roles, str) else roles)]
    return {arn.split(":role", 1)[-1] if ":role" in arn else arn.rsplit(":", 1)[-1] for arn in arns}


@pytest.fixture(scope="module")
def estate() -> Estate:
    return foundation(read())


def test_every_member_account_of_the_catalogue_is_created_in_its_unit(estate: Estate) -> None:
    catalogue = read().catalogue
    made = {one.name: one.inputs["parentId"] for one in estate.of("organizations/account:Account")}
    assert made == {account.key: account.unit for account in catalogue.members}


def test_units_hang_where_the_catalogue_says(estate: Estate) -> None:
    units = {
        one.name: one.inputs["parentId"]
        for one in estate.of("organizations/organizationalUnit:OrganizationalUnit")
    }
    assert units["prod"] == "workloads"
    assert set(units) == set(read().catalogue.units)


def test_the_organization_has_all_features_and_central_root_management(estate: Estate) -> None:
    organization = estate.one("organizations/organization:Organization")
    assert organization.protect
    assert organization.inputs["featureSet"] == "ALL"
    assert "SERVICE_CONTROL_POLICY" in organization.inputs["enabledPolicyTypes"]
    root = estate.one("iam/organizationsFeatures:OrganizationsFeatures")
    assert set(root.inputs["enabledFeatures"]) == {"RootCredentialsManagement", "RootSessions"}
    assert "organization" in estate.waits_for(root)


def test_an_update_creates_the_platform_roles_by_the_role_aws_made(estate: Estate) -> None:
    assert "/OrganizationAccountAccessRole" in entered_by(estate)


def test_a_read_only_preview_never_enters_by_a_role_that_can_change_something() -> None:
    entered = entered_by(foundation(read(memberAccess="plan")))
    assert not [role for role in entered if "deploy" in role or "OrganizationAccountAccessRole" in role]
    assert "/platform/plan/pulumi-plan" in entered


def test_member_accounts_trust_the_pipeline_the_operators_and_holders_of_deploying_sets(
    estate: Estate,
) -> None:
    deploy = [one for one in estate.of("iam/role:Role") if one.inputs["path"] == "/platform/deploy/"]
    trusted = json.loads(deploy[0].inputs["assumeRolePolicy"])["Statement"][0]["Condition"]["ArnLike"][
        "aws:PrincipalArn"
    ]
    assert trusted == [
        "arn:aws:iam::123456789012:role/platform/deploy/*",
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_mgmt-administer_*",
        "arn:aws:iam::123456789012:role/operators/first-update",
    ]

"""AWS Organizations through plain boto3: who may ask, accounts, OUs, delegation, policies and their limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World

LONGEST = {"SERVICE_CONTROL_POLICY": 10_240, "RESOURCE_CONTROL_POLICY": 5_120}


@pytest.fixture
def orgs(world: World, organization: dict[str, str]) -> Any:
    return world.session().client("organizations")


@pytest.fixture
def root(orgs: Any) -> str:
    return str(orgs.list_roots()["Roots"][0]["Id"])


@pytest.fixture
def unit(orgs: Any, root: str, unique: str) -> str:
    return str(
        orgs.create_organizational_unit(ParentId=root, Name=f"unit {unique}")["OrganizationalUnit"]["Id"]
    )


@pytest.fixture(params=sorted([*LONGEST, "BACKUP_POLICY", "DECLARATIVE_POLICY_EC2", "TAG_POLICY"]))
def policy_type(request: pytest.FixtureRequest, orgs: Any, root: str) -> Iterator[str]:
    orgs.enable_policy_type(RootId=root, PolicyType=request.param)
    yield request.param
    orgs.disable_policy_type(RootId=root, PolicyType=request.param)


def error_of(call: Any, **parameters: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return {**error.value.response, "Code": error.value.response["Error"]["Code"]}


def _policy(orgs: Any, name: str, kind: str, content: str | None = None) -> str:
    made = orgs.create_policy(Name=name, Type=kind, Description=name, Content=content or '{"Statement":[]}')
    return str(made["Policy"]["PolicySummary"]["Id"])


def test_an_email_address_serves_one_account(orgs: Any, organization: dict[str, str]) -> None:
    status = orgs.create_account(Email="AUDIT@example.com", AccountName="second")["CreateAccountStatus"]
    assert (status["State"], status["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")


def test_a_closed_account_is_suspended(world: World, orgs: Any, unique: str) -> None:
    made = orgs.create_account(Email=f"{unique}@example.com", AccountName=unique)["CreateAccountStatus"]
    orgs.close_account(AccountId=made["AccountId"])
    assert orgs.describe_account(AccountId=made["AccountId"])["Account"]["Status"] == "SUSPENDED"
    assert unique not in world.accounts()


def test_a_member_neither_reads_nor_writes_unless_it_is_a_delegated_administrator(
    world: World, orgs: Any, organization: dict[str, str]
) -> None:
    member = world.session("payments").client("organizations")
    assert error_of(member.list_accounts)["Code"] == "AccessDeniedException"
    assert (
        error_of(member.create_account, Email="x@example.com", AccountName="x")["Code"]
        == "AccessDeniedException"
    )
    assert member.describe_organization()["Organization"]["FeatureSet"] == "ALL"
    register = {"AccountId": organization["payments"], "ServicePrincipal": "fms.amazonaws.com"}
    assert (
        error_of(orgs.register_delegated_administrator, **register)["Code"] == "ConstraintViolationException"
    )
    orgs.enable_aws_service_access(ServicePrincipal="fms.amazonaws.com")
    orgs.register_delegated_administrator(**register)
    assert organization["audit"] in [account["Id"] for account in member.list_accounts()["Accounts"]]
    assert (
        error_of(member.create_account, Email="x@example.com", AccountName="x")["Code"]
        == "AccessDeniedException"
    )
    orgs.deregister_delegated_administrator(**register)
    assert error_of(member.list_accounts)["Code"] == "AccessDeniedException"


@pytest.mark.parametrize(
    "service",
    ["access-analyzer", "backup", "cloudtrail", "config", "detective", "guardduty", "inspector2", "macie", "ram",
     "securityhub", "sso"],
)  # fmt: skip
def test_the_services_of_a_landing_zone_can_be_delegated(
    orgs: Any, organization: dict[str, str], service: str
) -> None:
    principal = f"{service}.amazonaws.com"
    orgs.enable_aws_service_access(ServicePrincipal=principal)
    orgs.register_delegated_administrator(AccountId=organization["audit"], ServicePrincipal=principal)
    admins = orgs.list_delegated_administrators(ServicePrincipal=principal)["DelegatedAdministrators"]
    assert organization["audit"] in [admin["Id"] for admin in admins]
    enabled = orgs.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert principal in [entry["ServicePrincipal"] for entry in enabled]
    orgs.deregister_delegated_administrator(AccountId=organization["audit"], ServicePrincipal=principal)


def test_an_unknown_service_cannot_be_delegated(orgs: Any, organization: dict[str, str]) -> None:
    register = {"AccountId": organization["audit"], "ServicePrincipal": "nonsense.amazonaws.com"}
    assert error_of(orgs.register_delegated_administrator, **register)["Code"] == "InvalidInputException"


@pytest.mark.parametrize("kind", sorted(LONGEST))
def test_a_policy_is_as_long_as_its_type_allows_and_no_longer(orgs: Any, unique: str, kind: str) -> None:
    frame = json.dumps({"Version": "2012-10-17", "Statement": []}, separators=(",", ":"))
    fits = frame + " " * (LONGEST[kind] - len(frame))
    policy = _policy(orgs, unique, kind, fits)
    for attempt, parameters in (
        (orgs.create_policy, {"Name": f"{unique}b", "Type": kind, "Description": ""}),
        (orgs.update_policy, {"PolicyId": policy}),
    ):
        error = error_of(attempt, Content=fits + " ", **parameters)
        assert (error["Code"], error["Reason"]) == (
            "ConstraintViolationException",
            "POLICY_CONTENT_LIMIT_EXCEEDED",
        )
    orgs.delete_policy(PolicyId=policy)


def test_a_policy_that_is_not_json_is_refused(orgs: Any, unique: str) -> None:
    wrong = {"Name": unique, "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": "{"}
    assert error_of(orgs.create_policy, **wrong)["Code"] == "MalformedPolicyDocumentException"


def test_a_target_takes_as_many_policies_as_the_type_allows(
    orgs: Any, root: str, unit: str, unique: str, policy_type: str
) -> None:
    limit = 5 if policy_type == "RESOURCE_CONTROL_POLICY" else 10
    room = limit - (1 if policy_type in LONGEST else 0)  # the default policy takes a place
    policies = [_policy(orgs, f"{unique} {n}", policy_type) for n in range(room + 1)]
    for policy in policies[:-1]:
        orgs.attach_policy(PolicyId=policy, TargetId=unit)
    error = error_of(orgs.attach_policy, PolicyId=policies[-1], TargetId=unit)
    assert error["Reason"] == "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    again = error_of(orgs.attach_policy, PolicyId=policies[0], TargetId=unit)
    assert again["Code"] == "DuplicatePolicyAttachmentException"
    orgs.delete_organizational_unit(OrganizationalUnitId=unit)
    for policy in policies:
        orgs.delete_policy(PolicyId=policy)


def test_a_policy_of_a_type_that_is_not_enabled_cannot_be_attached(orgs: Any, unit: str, unique: str) -> None:
    policy = _policy(orgs, unique, "SERVICE_CONTROL_POLICY")
    assert (
        error_of(orgs.attach_policy, PolicyId=policy, TargetId=unit)["Code"]
        == "PolicyTypeNotEnabledException"
    )
    assert (
        error_of(orgs.detach_policy, PolicyId=policy, TargetId=unit)["Code"] == "PolicyNotAttachedException"
    )


def test_the_last_service_control_policy_stays(orgs: Any, unit: str) -> None:
    error = error_of(orgs.detach_policy, PolicyId="p-FullAWSAccess", TargetId=unit)
    assert error["Reason"] == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"


def test_the_effective_policy_is_inherited_and_overridden(
    orgs: Any, root: str, unit: str, unique: str, organization: dict[str, str]
) -> None:
    orgs.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    account = orgs.create_account(Email=f"{unique}@example.com", AccountName=unique)["CreateAccountStatus"][
        "AccountId"
    ]
    orgs.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    wide = {"tags": {"Owner": {"tag_key": {"@@assign": "Owner"}, "tag_value": {"@@assign": ["a"]}}}}
    narrow = {"tags": {"Owner": {"tag_value": {"@@append": ["b"]}}}}
    orgs.attach_policy(PolicyId=_policy(orgs, f"{unique} w", "TAG_POLICY", json.dumps(wide)), TargetId=root)
    orgs.attach_policy(PolicyId=_policy(orgs, f"{unique} n", "TAG_POLICY", json.dumps(narrow)), TargetId=unit)
    effective = orgs.describe_effective_policy(PolicyType="TAG_POLICY", TargetId=account)["EffectivePolicy"]
    assert json.loads(effective["PolicyContent"]) == {
        "tags": {"Owner": {"tag_key": "Owner", "tag_value": ["a", "b"]}}
    }
    orgs.disable_policy_type(RootId=root, PolicyType="TAG_POLICY")


def test_units_have_distinct_names_and_are_deleted_only_when_empty(
    orgs: Any, root: str, unit: str, unique: str
) -> None:
    again = error_of(orgs.create_organizational_unit, ParentId=root, Name=f"unit {unique}")
    assert again["Code"] == "DuplicateOrganizationalUnitException"
    child = orgs.create_organizational_unit(ParentId=unit, Name=f"unit {unique}")["OrganizationalUnit"]["Id"]
    occupied = error_of(orgs.delete_organizational_unit, OrganizationalUnitId=unit)
    assert occupied["Code"] == "OrganizationalUnitNotEmptyException"
    orgs.delete_organizational_unit(OrganizationalUnitId=child)
    orgs.update_organizational_unit(OrganizationalUnitId=unit, Name=f"renamed {unique}")
    orgs.update_organizational_unit(OrganizationalUnitId=unit, Name=f"renamed {unique}")


def test_the_resource_policy_is_kept(orgs: Any) -> None:
    assert error_of(orgs.describe_resource_policy)["Code"] == "ResourcePolicyNotFoundException"
    content = '{"Version":"2012-10-17","Statement":[]}'
    orgs.put_resource_policy(Content=content)
    assert orgs.describe_resource_policy()["ResourcePolicy"]["Content"] == content
    orgs.delete_resource_policy()
    assert error_of(orgs.describe_resource_policy)["Code"] == "ResourcePolicyNotFoundException"


def test_root_credentials_are_managed_centrally_once_iam_is_trusted(world: World, orgs: Any) -> None:
    iam = world.session().client("iam")
    assert error_of(iam.enable_organizations_root_sessions)["Code"] == "ServiceAccessNotEnabledException"
    orgs.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_credentials_management()
    iam.enable_organizations_root_sessions()
    assert iam.list_organizations_features()["EnabledFeatures"] == [
        "RootCredentialsManagement",
        "RootSessions",
    ]
    iam.disable_organizations_root_sessions()
    assert iam.list_organizations_features()["EnabledFeatures"] == ["RootCredentialsManagement"]


def test_alternate_contacts_are_set_for_members(world: World, organization: dict[str, str]) -> None:
    account = world.session().client("account")
    contact = {"EmailAddress": "s@example.com", "Name": "n", "PhoneNumber": "+4930123456", "Title": "t"}
    where = {"AccountId": organization["audit"], "AlternateContactType": "SECURITY"}
    account.put_alternate_contact(**where, **contact)
    assert account.get_alternate_contact(**where)["AlternateContact"]["EmailAddress"] == "s@example.com"


def test_identity_center_has_an_instance(world: World) -> None:
    instances = world.session().client("sso-admin").list_instances()["Instances"]
    assert len(instances) == 1

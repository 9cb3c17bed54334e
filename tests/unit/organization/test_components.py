"""The organization's components: what they register, and what they deliberately never do."""

import json
from typing import Any

import pulumi
import pytest

from components.errors import ConfigError
from components.organization.account_baseline import AccountBaseline, AccountBaselineArgs
from components.organization.break_glass import (
    BreakGlassAlarm,
    BreakGlassAlarmArgs,
    BreakGlassRole,
    BreakGlassRoleArgs,
)
from components.organization.guardrails import GuardrailPolicyArgs, Guardrails, GuardrailsArgs
from components.organization.identity_center import _only
from components.organization.member_account import AlternateContactArgs, MemberAccount, MemberAccountArgs
from components.organization.pipeline import Pipeline, PipelineArgs
from components.organization.platform_roles import PlatformRoles, PlatformRolesArgs
from components.organization.region_baseline import RegionBaseline, RegionBaselineArgs
from tests.unit.audit.recording import Estate, Recorded, record

MANAGEMENT = "123456789012"
REGION = "us-east-2"


def trust(role: Recorded) -> dict[str, Any]:
    """The only statement of a role's trust policy."""
    statements = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert len(statements) == 1
    return dict(statements[0])


def roles(estate: Estate) -> dict[str, Recorded]:
    return {role.name: role for role in estate.of("iam/role:Role")}


@pytest.fixture(scope="module")
def account() -> Estate:
    args = MemberAccountArgs(
        account_name="audit",
        email="aws+audit@example.com",
        unit_id="ou-1",
        tags={"owner": "security"},
        contacts=[AlternateContactArgs("security", "On call", "Security", "s@example.com", "+15555550110")],
        delegations=["config.amazonaws.com"],
    )
    return record(lambda: MemberAccount("audit", args))


def test_an_account_is_protected_never_closed_by_deletion_and_importable(account: Estate) -> None:
    made = account.one("organizations/account:Account")
    assert made.protect
    assert made.inputs["closeOnDeletion"] is False
    assert made.inputs["tags"] == {"owner": "security"}


def test_an_account_can_be_reached_about_security(account: Estate) -> None:
    contact = account.one("account/alternativeContact:AlternativeContact")
    assert contact.inputs["alternateContactType"] == "SECURITY"
    assert contact.inputs["accountId"] == "audit"


def test_an_account_administers_what_it_is_delegated(account: Estate) -> None:
    delegation = account.one("organizations/delegatedAdministrator:DelegatedAdministrator")
    assert delegation.inputs == {"accountId": "audit", "servicePrincipal": "config.amazonaws.com"}


def test_the_deploy_role_trusts_named_principals_of_management_only() -> None:
    args = PlatformRolesArgs(
        deployer_arns=[f"arn:aws:iam::{MANAGEMENT}:role/platform/deploy/*"],
        planner_arns=[f"arn:aws:iam::{MANAGEMENT}:role/platform/plan/*"],
        management_account_id=MANAGEMENT,
    )
    made = roles(record(lambda: PlatformRoles("audit", args)))
    deploy, plan = made["audit-deploy"], made["audit-plan"]
    assert deploy.inputs["path"] == "/platform/deploy/"
    assert trust(deploy)["Principal"] == {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}
    assert trust(deploy)["Condition"] == {"ArnLike": {"aws:PrincipalArn": args.deployer_arns}}
    assert trust(plan)["Condition"] == {"ArnLike": {"aws:PrincipalArn": args.planner_arns}}


def test_the_plan_role_reads_configuration_and_no_content() -> None:
    args = PlatformRolesArgs([], [], MANAGEMENT)
    attachments = record(lambda: PlatformRoles("audit", args)).of(
        "iam/rolePolicyAttachment:RolePolicyAttachment"
    )
    granted = {one.inputs["policyArn"].rsplit("/", 1)[1] for one in attachments if "-plan-" in one.name}
    assert granted == {"SecurityAudit", "ViewOnlyAccess"}


def test_breaking_the_glass_takes_a_fresh_second_factor_and_lasts_an_hour() -> None:
    role = record(lambda: BreakGlassRole("audit", BreakGlassRoleArgs(MANAGEMENT))).one("iam/role:Role")
    assert role.inputs["path"] == "/breakglass/"
    assert role.inputs["maxSessionDuration"] == 3600
    condition = trust(role)["Condition"]
    assert condition["Bool"] == {"aws:MultiFactorAuthPresent": "true"}
    assert condition["NumericLessThan"] == {"aws:MultiFactorAuthAge": "900"}
    assert condition["ArnLike"] == {"aws:PrincipalArn": f"arn:aws:iam::{MANAGEMENT}:user/breakglass/*"}


def test_using_an_emergency_role_rings_within_a_minute() -> None:
    args = BreakGlassAlarmArgs(REGION, "/payments/audit-trail", "arn:aws:sns:us-east-2:123456789012:alarms")
    estate = record(lambda: BreakGlassAlarm("break-glass", args))
    metric = estate.one("cloudwatch/logMetricFilter:LogMetricFilter").inputs
    alarm = estate.one("cloudwatch/metricAlarm:MetricAlarm").inputs
    assert '$.requestParameters.roleArn = "*:role/breakglass/*"' in metric["pattern"]
    assert metric["metricTransformation"]["name"] == alarm["metricName"]
    assert metric["metricTransformation"]["namespace"] == alarm["namespace"]
    assert (alarm["threshold"], alarm["period"], alarm["evaluationPeriods"]) == (1, 60, 1)
    assert alarm["alarmActions"] == [args.topic_arn]


def test_pipeline_roles_pin_the_audience_and_the_whole_subject() -> None:
    args = PipelineArgs("example/estate", "main", ["prod-a", "prod-b"], "arn:aws:s3:::state", "alias/state")
    made = roles(record(lambda: Pipeline("pipeline", args)))
    issuer = "token.actions.githubusercontent.com"
    repository = "repo:example/estate"
    for name, subjects in {
        "pipeline-plan": [f"{repository}:pull_request", f"{repository}:ref:refs/heads/main"],
        "pipeline-deploy": [f"{repository}:environment:prod-a", f"{repository}:environment:prod-b"],
    }.items():
        assert trust(made[name])["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert trust(made[name])["Condition"] == {
            "StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subjects}
        }


def test_a_pull_request_enters_accounts_by_the_plan_role_alone() -> None:
    args = PipelineArgs("example/estate", "main", ["prod-a", "prod-b"], "arn:aws:s3:::state", "alias/state")
    statements = record(lambda: Pipeline("pipeline", args)).one("iam/rolePolicy:RolePolicy").document()
    entered = [one["Resource"] for one in statements if one["Action"] == "sts:AssumeRole"]
    assert entered == ["arn:aws:iam::*:role/platform/plan/*"]
    actions = {
        action
        for one in statements
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert actions == {"sts:AssumeRole", "s3:GetObject", "s3:ListBucket", "kms:Decrypt"}


def test_no_bucket_of_an_account_can_be_public() -> None:
    estate = record(lambda: AccountBaseline("audit", AccountBaselineArgs("111111111111")))
    block = estate.one("s3/accountPublicAccessBlock:AccountPublicAccessBlock").inputs
    for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"):
        assert block[key] is True


@pytest.fixture(scope="module")
def region() -> Estate:
    return record(lambda: RegionBaseline("audit", RegionBaselineArgs(REGION, "none")))


@pytest.mark.parametrize(
    ("type_", "key", "value"),
    [
        ("ebs/encryptionByDefault:EncryptionByDefault", "enabled", True),
        ("ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "state", "block-all-sharing"),
        ("ec2/imageBlockPublicAccess:ImageBlockPublicAccess", "state", "block-new-sharing"),
        ("ec2/instanceMetadataDefaults:InstanceMetadataDefaults", "httpTokens", "required"),
        ("ec2/serialConsoleAccess:SerialConsoleAccess", "enabled", False),
        (
            "ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
            "internetGatewayBlockMode",
            "block-bidirectional",
        ),
        ("ec2/defaultSecurityGroup:DefaultSecurityGroup", "ingress", []),
        ("ec2/defaultSecurityGroup:DefaultSecurityGroup", "egress", []),
    ],
)
def test_a_careless_resource_becomes_a_safe_one(region: Estate, type_: str, key: str, value: object) -> None:
    assert region.one(type_).inputs[key] == value


def test_a_guardrail_is_attached_to_each_node_it_names() -> None:
    args = GuardrailsArgs(
        policies=[
            GuardrailPolicyArgs("standstill", "SERVICE_CONTROL_POLICY", "{}", "Nothing runs.", ["a", "b"])
        ],
        nodes={"a": "ou-a", "b": "ou-b"},
    )
    estate = record(lambda: Guardrails("guardrails", args))
    attached = estate.of("organizations/policyAttachment:PolicyAttachment")
    assert {one.inputs["targetId"] for one in attached} == {"ou-a", "ou-b"}
    assert {one.inputs["policyId"] for one in attached} == {"standstill"}


def test_without_an_identity_center_instance_the_remedy_is_named() -> None:
    with pytest.raises(ConfigError, match="Enable Identity Center there once, by hand"):
        _only([], REGION)


def test_components_register_under_the_published_token() -> None:
    estate = record(lambda: AccountBaseline("audit", AccountBaselineArgs(pulumi.Output.from_input("1"))))
    assert {one.type for one in estate.resources if not one.type.startswith("aws:")} == {
        "payments:index:AccountBaseline"
    }

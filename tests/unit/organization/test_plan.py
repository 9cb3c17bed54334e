"""The committed guardrails: rendered, within quotas old and new, and no lock-out."""

import dataclasses
import datetime
import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.errors import ConfigError
from components.organization.packing import Packed
from components.organization.plan import plan_guardrails
from components.organization.simulate import Request, refusal
from components.settings import Maintenance, Settings
from tests.unit.test_settings import read

WORKLOAD = "arn:aws:iam::111111111111:role/service/payments"
BREAK_GLASS = "arn:aws:iam::111111111111:role/breakglass/break-glass"
DEPLOY = "arn:aws:iam::111111111111:role/platform/deploy/pulumi-deploy"
ARCHIVE = "arn:aws:s3:::payments-audit-123456789012-us-east-2"


@functools.cache
def all_policies(stack: str = "prod-primary") -> dict[str, Packed]:
    plan = plan_guardrails(read(stack))
    return {policy.name: policy for policy in (*plan.at_once, *plan.after_audit)}


def refused(name: str, action: str, principal: str, resource: str = "*", **changes: Any) -> bool:
    region = changes.pop("region", "us-east-2")
    request = Request(action, resource, principal, region, changes)
    return refusal(all_policies()[name].body, request) is not None


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[str, Callable[[Any], None]], Settings]:
    """Settings whose catalogue directory is a copy with one file's data changed."""

    def alter(name: str, change: Callable[[Any], None]) -> Settings:
        settings = read()
        directory = tmp_path / "catalogue"
        shutil.copytree(settings.catalogue_dir, directory)
        file = directory / name
        parse: Any = json.loads if name.endswith(".json") else yaml.safe_load
        data = parse(file.read_text())
        change(data)
        file.write_text(json.dumps(data) if name.endswith(".json") else yaml.safe_dump(data, sort_keys=False))
        return dataclasses.replace(settings, catalogue_dir=directory)

    return alter


def test_the_home_stack_makes_the_whole_first_set() -> None:
    assert set(all_policies()) == {
        "org-integrity", "root-user", "audit-trail", "audit-bucket-us-east-2", "audit-key", "security-services",
        "region-deny", "standstill", "tls-only", "ai-opt-out",
    }  # fmt: skip


def test_a_standby_stack_makes_only_what_guards_its_own_region() -> None:
    policies = all_policies("prod-standby")
    assert set(policies) == {"audit-bucket-us-west-2"}
    assert "us-east-2" not in policies["audit-bucket-us-west-2"].content


def test_documents_are_minified_and_have_no_placeholder_left() -> None:
    for policy in all_policies().values():
        assert policy.content == json.dumps(json.loads(policy.content), separators=(",", ":"))
        assert "${" not in policy.content


def test_the_set_also_fits_the_quotas_of_before_2026(
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    def old(data: Any) -> None:
        data["limits"]["SERVICE_CONTROL_POLICY"].update(per_node=5, characters=5120)

    plan = plan_guardrails(altered("limits.yaml", old))
    assert all(row.slots_used <= 5 for row in plan.headroom)
    assert max(len(policy.content) for policy in (*plan.at_once, *plan.after_audit)) <= 5120


@pytest.mark.parametrize("principal", [WORKLOAD, BREAK_GLASS, DEPLOY])
@pytest.mark.parametrize(
    ("policy", "action", "resource"),
    [
        ("org-integrity", "organizations:LeaveOrganization", "*"),
        ("audit-trail", "cloudtrail:StopLogging", "*"),
        ("audit-trail", "config:StopConfigurationRecorder", "*"),
        ("audit-bucket-us-east-2", "s3:PutBucketObjectLockConfiguration", ARCHIVE),
        ("audit-bucket-us-east-2", "s3:PutObjectRetention", f"{ARCHIVE}/trail/AWSLogs/o-1/file.gz"),
        ("audit-bucket-us-east-2", "s3:DeleteBucketPolicy", ARCHIVE),
        ("audit-bucket-us-east-2", "s3:UpdateObjectEncryption", f"{ARCHIVE}/trail/AWSLogs/o-1/file.gz"),
        ("audit-bucket-us-east-2", "s3:PutObject", f"{ARCHIVE}/trail/AWSLogs/o-1/forged.gz"),
        ("audit-key", "kms:ScheduleKeyDeletion", "arn:aws:kms:us-east-2:111111111111:key/mrk-1"),
        ("audit-key", "kms:DisableKey", "arn:aws:kms:us-east-2:111111111111:key/mrk-1"),
        ("audit-trail", "config:DisassociateResourceTypes", "*"),
        ("audit-trail", "config:PutRetentionConfiguration", "*"),
        ("org-integrity", "organizations:AcceptHandshake", "*"),
        ("org-integrity", "account:PutAlternateContact", "*"),
    ],
)
def test_what_nobody_may_do_binds_break_glass_and_the_deploy_role_too(
    policy: str, action: str, resource: str, principal: str
) -> None:
    assert refused(policy, action, principal, resource)


@pytest.mark.parametrize(
    ("policy", "action", "region"),
    [
        ("security-services", "guardduty:DeleteDetector", "us-east-2"),
        ("security-services", "guardduty:UpdateMalwareScanSettings", "us-east-2"),
        ("security-services", "securityhub:StartConfigurationPolicyDisassociation", "us-east-2"),
        ("security-services", "securityhub:BatchUpdateStandardsControlAssociations", "us-east-2"),
        ("security-services", "macie2:UpdateAutomatedDiscoveryConfiguration", "us-east-2"),
        ("security-services", "access-analyzer:UpdateArchiveRule", "us-east-2"),
        ("security-services", "inspector2:UpdateFilter", "us-east-2"),
        ("audit-trail", "config:PutConfigurationRecorder", "us-east-2"),
        ("audit-key", "kms:PutKeyPolicy", "us-east-2"),
        ("region-deny", "ec2:RunInstances", "eu-west-1"),
        ("standstill", "ec2:RunInstances", "us-east-2"),
    ],
)
def test_what_is_exempt_is_exempt_by_path_alone(policy: str, action: str, region: str) -> None:
    assert refused(policy, action, WORKLOAD, region=region)
    assert refused(policy, action, "arn:aws:iam::111111111111:role/pulumi-deploy", region=region)
    assert not refused(policy, action, DEPLOY, region=region)
    assert not refused(policy, action, BREAK_GLASS, region=region)


def test_the_exempt_paths_cannot_be_entered_by_making_a_role_there() -> None:
    for path in ("platform/deploy", "platform/plan", "breakglass"):
        role = f"arn:aws:iam::111111111111:role/{path}/mine"
        assert refused("org-integrity", "iam:CreateRole", WORKLOAD, role)
        assert refused("org-integrity", "iam:UpdateAssumeRolePolicy", BREAK_GLASS, role)
        assert not refused("org-integrity", "iam:CreateRole", DEPLOY, role)
    assert not refused(
        "org-integrity", "iam:CreateRole", WORKLOAD, "arn:aws:iam::111111111111:role/service/mine"
    )


@pytest.mark.parametrize("action", ["iam:PassRole", "iam:PutRolePolicy", "iam:DeleteRole", "iam:CreateRole"])
def test_the_roles_that_carry_the_logs_are_the_pipelines_alone(action: str) -> None:
    role = "arn:aws:iam::111111111111:role/platform/audit/payments-log-replication-delivery-us-east-2"
    assert refused("org-integrity", action, WORKLOAD, role)
    assert not refused("org-integrity", action, DEPLOY, role)


@pytest.mark.parametrize("principal", [WORKLOAD, BREAK_GLASS, DEPLOY])
def test_no_access_point_lends_a_log_bucket_another_arn(principal: str) -> None:
    point = "arn:aws:s3:us-east-2:111111111111:accesspoint/side-door"
    assert refused("audit-bucket-us-east-2", "s3:CreateAccessPoint", principal, point)


def test_only_what_carries_logs_writes_to_the_archive() -> None:
    replication = "arn:aws:iam::111111111111:role/platform/audit/payments-log-replication-copy-us-west-2"
    written = f"{ARCHIVE}/config/AWSLogs/111111111111/Config/file.gz"
    assert refused("audit-bucket-us-east-2", "s3:ReplicateObject", WORKLOAD, written)
    assert not refused("audit-bucket-us-east-2", "s3:ReplicateObject", replication, written)
    assert not refused("audit-bucket-us-east-2", "s3:GetObject", WORKLOAD, written)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("events:DisableRule", "arn:aws:events:us-east-2:111111111111:rule/payments-findings-guardduty"),
        ("sns:DeleteTopic", "arn:aws:sns:us-east-2:111111111111:payments-findings"),
        ("sqs:PurgeQueue", "arn:aws:sqs:us-east-2:111111111111:payments-findings-undelivered"),
        (
            "cloudwatch:DeleteAlarms",
            "arn:aws:cloudwatch:us-east-2:111111111111:alarm:payments-findings-undelivered",
        ),
    ],
)
def test_the_way_of_a_finding_to_a_person_stays_open(action: str, resource: str) -> None:
    assert refused("security-services", action, WORKLOAD, resource)
    assert not refused("security-services", action, DEPLOY, resource)
    assert not refused("security-services", action, WORKLOAD, resource.replace("payments-findings", "orders"))


def test_edge_services_are_let_through_in_their_own_region_alone() -> None:
    for action in ("acm:RequestCertificate", "wafv2:CreateWebACL", "kms:Decrypt"):
        assert not refused("region-deny", action, WORKLOAD, region="us-east-1")
        assert not refused("region-deny", action, WORKLOAD, region="us-west-2")
        assert refused("region-deny", action, WORKLOAD, region="eu-west-1")
        assert not refused("region-deny", action, DEPLOY, region="eu-west-1")


def test_the_root_user_is_refused_and_a_central_root_task_is_not() -> None:
    root = "arn:aws:iam::111111111111:root"
    assert refused("root-user", "s3:GetObject", root)
    assert not refused("root-user", "s3:DeleteBucketPolicy", root, **{"aws:AssumedRoot": "true"})
    assert not refused("root-user", "s3:GetObject", WORKLOAD)


def test_global_services_answer_from_anywhere() -> None:
    for action in (
        "iam:ListRoles",
        "organizations:DescribeOrganization",
        "route53:ListHostedZones",
        "ce:GetCosts",
    ):
        assert not refused("region-deny", action, WORKLOAD, region="us-east-1")
    assert refused("region-deny", "lambda:InvokeFunction", WORKLOAD, region="us-east-1")


def test_a_guardrail_that_is_too_large_stops_the_program(
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    def swell(data: Any) -> None:
        data[0]["Action"] = [f"service{number}:Action" for number in range(600)]

    with pytest.raises(ConfigError, match=r"guardrails/org-integrity\.json: the document has \d+ characters"):
        plan_guardrails(altered("guardrails/org-integrity.json", swell))


def test_a_guardrail_that_would_lock_the_deployment_out_stops_the_program(
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    def forget_exemption(data: Any) -> None:
        del data[0]["Condition"]

    with pytest.raises(ConfigError) as caught:
        plan_guardrails(altered("guardrails/security-services.json", forget_exemption))
    assert caught.value.subject == "guardrail security-services, statement SecurityServices"
    assert "would refuse guardduty:UpdateDetector" in caught.value.problem


def test_an_account_on_its_way_in_can_still_be_given_its_platform_roles(
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    def forget_bootstrap(data: Any) -> None:
        data[0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"] = "${exempt_roles}"

    with pytest.raises(ConfigError, match="role/OrganizationAccountAccessRole in unit 'quarantine'"):
        plan_guardrails(altered("guardrails/standstill.json", forget_bootstrap))


def test_a_guardrail_attached_too_early_would_refuse_building_what_it_guards(
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    def at_once(data: Any) -> None:
        for row in data["guardrails"]:
            row.pop("after", None)

    with pytest.raises(ConfigError, match=r"audit-bucket-us-east-2.*would refuse s3:PutBucketVersioning"):
        plan_guardrails(altered("guardrails.yaml", at_once))


def test_one_guardrail_for_both_regions_would_refuse_building_the_standby(
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    def all_buckets(data: Any) -> None:
        data[0]["Resource"] = ["arn:aws:s3:::payments-audit-*"]

    with pytest.raises(ConfigError, match="would refuse s3:PutBucketVersioning"):
        plan_guardrails(altered("guardrails/audit-bucket.json", all_buckets))


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        (
            "guardrails.yaml",
            lambda data: data["guardrails"][0].update(attach=["roots"]),
            "there is no unit 'roots'",
        ),
        ("guardrails.yaml", lambda data: data["guardrails"][0].update(name="missing"), "cannot be read"),
        (
            "guardrails.yaml",
            lambda data: data["guardrails"][1].update(name="org-integrity"),
            "is written twice",
        ),
        (
            "guardrails/region-deny.json",
            lambda data: data[0].update(NotAction="${global_action}"),
            "there is no placeholder 'global_action'",
        ),
        ("region_deny.yaml", lambda data: data["exempt"][0].pop("reason"), "the key is missing"),
    ],
)
def test_refuses(
    name: str,
    change: Callable[[Any], None],
    problem: str,
    altered: Callable[[str, Callable[[Any], None]], Settings],
) -> None:
    with pytest.raises(ConfigError) as caught:
        plan_guardrails(altered(name, change))
    assert problem in caught.value.problem


def test_a_maintenance_window_detaches_one_guardrail_and_says_so() -> None:
    window = Maintenance("audit-bucket", "a log source is added", datetime.date(2026, 12, 1))
    plan = plan_guardrails(dataclasses.replace(read(), maintenance=(window,)))
    attached = {policy.name: policy.attach for policy in (*plan.at_once, *plan.after_audit)}
    assert attached["audit-bucket-us-east-2"] == ()
    assert attached["audit-trail"] == ("root",)
    assert plan.detached == ("audit-bucket",)


def test_a_maintenance_window_for_an_unknown_guardrail_is_refused() -> None:
    window = Maintenance("audit-buckets", "a log source is added", datetime.date(2026, 12, 1))
    with pytest.raises(ConfigError, match="Did you mean 'audit-bucket'"):
        plan_guardrails(dataclasses.replace(read(), maintenance=(window,)))

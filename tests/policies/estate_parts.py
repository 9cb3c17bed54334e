"""The good estate's detection, identities and workload."""

from __future__ import annotations

import json

from tests.policies.documents import HOME, MANAGEMENT_ID, SECURITY_ID, allow, document
from tests.policies.world import Item

PLANS = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
)


def detection() -> list[Item]:
    standards = [
        f"arn:aws:securityhub:{HOME}::standards/{name}"
        for name in ("pci-dss/v/4.0.1", "aws-foundational-security-best-practices/v/1.0.0")
    ]
    pattern = json.dumps(
        {"source": ["aws.securityhub"], "detail": {"findings": {"Severity": {"Label": ["HIGH"]}}}}
    )
    return [
        Item(
            "aws:guardduty/detector:Detector", "detector", {"id": "d-1", "enable": True}, provider="security"
        ),
        Item(
            "aws:guardduty/organizationConfiguration:OrganizationConfiguration",
            "guardduty-members",
            {"autoEnableOrganizationMembers": "ALL"},
            {"detectorId": "detector"},
            provider="security",
        ),
        *(
            Item(
                "aws:guardduty/detectorFeature:DetectorFeature",
                f"own-{plan}",
                {"name": plan, "status": "ENABLED"},
                {"detectorId": "detector"},
                provider="security",
            )
            for plan in PLANS
        ),
        *(
            Item(
                "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
                f"members-{plan}",
                {"name": plan, "autoEnable": "ALL"},
                {"detectorId": "detector"},
                provider="security",
            )
            for plan in PLANS
        ),
        Item("aws:macie2/account:Account", "macie", {"status": "ENABLED"}, provider="security"),
        Item(
            "aws:macie2/organizationConfiguration:OrganizationConfiguration",
            "macie-members",
            {"autoEnable": True},
            provider="security",
        ),
        *(
            Item(
                "aws:accessanalyzer/analyzer:Analyzer", f"{name}-access", {"type": kind}, provider="security"
            )
            for name, kind in (("external", "ORGANIZATION"), ("unused", "ORGANIZATION_UNUSED_ACCESS"))
        ),
        Item("aws:securityhub/account:Account", "hub", {"id": SECURITY_ID}, provider="security"),
        *(
            Item(
                "aws:securityhub/standardsSubscription:StandardsSubscription",
                name,
                {"standardsArn": arn},
                provider="security",
            )
            for name, arn in zip(("own-pci", "own-baseline"), standards, strict=True)
        ),
        Item(
            "aws:securityhub/configurationPolicy:ConfigurationPolicy",
            "hub-policy",
            {"configurationPolicy": {"serviceEnabled": True, "enabledStandardArns": standards}},
            provider="security",
        ),
        Item(
            "aws:securityhub/findingAggregator:FindingAggregator",
            "hub-aggregator",
            {"linkingMode": "SPECIFIED_REGIONS", "specifiedRegions": ["us-west-2"]},
            provider="security",
        ),
        Item(
            "aws:inspector2/enabler:Enabler",
            "inspector",
            {"resourceTypes": ["EC2", "ECR", "LAMBDA"]},
            provider="security",
        ),
        Item(
            "aws:inspector2/organizationConfiguration:OrganizationConfiguration",
            "inspector-members",
            {"autoEnable": {"ec2": True, "ecr": True, "lambda": True}},
            provider="security",
        ),
        Item(
            "aws:cloudwatch/eventRule:EventRule",
            "grave-findings",
            {"id": "grave", "name": "grave", "eventPattern": pattern, "state": "ENABLED"},
            provider="security",
        ),
        Item(
            "aws:cloudwatch/eventTarget:EventTarget",
            "grave-findings-target",
            {"deadLetterConfig": {"arn": "arn:aws:sqs:q"}},
            {"rule": "grave-findings"},
            provider="security",
        ),
    ]


def identity() -> list[Item]:
    issuer = "token.actions.githubusercontent.com"
    subject = "repo:example/payments:environment:production"
    trust = allow(
        {"Federated": f"arn:aws:iam::{MANAGEMENT_ID}:oidc-provider/{issuer}"},
        "sts:AssumeRoleWithWebIdentity",
        Condition={"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}},
    )
    role_props = {
        "id": "deploy",
        "name": "deploy",
        "path": "/platform/deploy/",
        "assumeRolePolicy": document(trust),
    }
    return [
        Item("aws:iam/role:Role", "deploy-role", role_props),
        Item(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "deploy-administrator",
            {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            {"role": "deploy-role"},
        ),
        Item(
            "aws:iam/policy:Policy",
            "read-metrics",
            {"policy": document({"Effect": "Allow", "Action": "cloudwatch:GetMetricData", "Resource": "*"})},
        ),
        Item(
            "aws:ssoadmin/permissionSet:PermissionSet",
            "administer",
            {
                "id": "ps-1",
                "arn": "arn:aws:sso:::permissionSet/1",
                "name": "mgmt-administer",
                "sessionDuration": "PT1H",
            },
        ),
        Item(
            "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
            "administer-policy",
            {"managedPolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            {"permissionSetArn": "administer"},
        ),
        Item(
            "aws:ssoadmin/permissionSet:PermissionSet",
            "develop",
            {
                "id": "ps-2",
                "arn": "arn:aws:sso:::permissionSet/2",
                "name": "develop",
                "sessionDuration": "PT4H",
            },
        ),
        Item(
            "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
            "develop-policy",
            {"managedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"},
            {"permissionSetArn": "develop"},
        ),
        Item(
            "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment",
            "develop-boundary",
            refs={"permissionSetArn": "develop"},
        ),
    ]


def workload() -> list[Item]:
    ledger = {
        "clusterIdentifier": "payments-ledger",
        "engine": "aurora-postgresql",
        "tags": {"data-class": "ledger"},
    }
    table = {"name": "payments-idempotency", "tags": {"data-class": "operational"}}
    return [
        Item("aws:sfn/stateMachine:StateMachine", "charge", {"type": "STANDARD"}, provider="payments"),
        Item(
            "aws:rds/globalCluster:GlobalCluster",
            "books-of-record",
            {"id": "ledger"},
            provider="payments",
            protect=True,
        ),
        Item(
            "aws:rds/cluster:Cluster",
            "ledger",
            ledger,
            {"globalClusterIdentifier": "books-of-record"},
            provider="payments",
            protect=True,
        ),
        Item("aws:dynamodb/table:Table", "small-table", table, provider="payments", protect=True),
    ]

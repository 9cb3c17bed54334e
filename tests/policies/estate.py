"""The good estate: the smallest program that every policy accepts, in a production stack."""

from __future__ import annotations

import json
from typing import Any

from tests.policies.world import PROVIDERS, Item, World

MANAGEMENT_ID, AUDIT_ID, SECURITY_ID, PAYMENTS_ID = (
    "123456789012",
    "210000000001",
    "210000000002",
    "210000000003",
)
HOME = "us-east-2"
TAGS = {
    "owner": "platform",
    "env": "prod",
    "data-class": "confidential",
    "pci-scope": "connected",
    "cost-center": "CC-1",
}
PLANS = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
)
DEPLOY = "arn:aws:iam::*:role/platform/deploy/*"
BREAK_GLASS = "arn:aws:iam::*:role/breakglass/*"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def allow(principal: Any, actions: Any, **more: Any) -> dict[str, Any]:
    return {
        "Sid": "Allowed",
        "Effect": "Allow",
        "Principal": principal,
        "Action": actions,
        "Resource": "*",
        **more,
    }


def deny(actions: Any, **more: Any) -> dict[str, Any]:
    return {"Sid": "Denied", "Effect": "Deny", "Action": actions, "Resource": "*", **more}


def tls_only(bucket: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def trail_delivery(bucket: str) -> dict[str, Any]:
    return allow(
        {"Service": "cloudtrail.amazonaws.com"},
        "s3:PutObject",
        Resource=f"arn:aws:s3:::{bucket}/trail/*",
        Condition={
            "StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-east-2:123456789012:trail/payments"}
        },
    )


def key_policy() -> str:
    custodians = allow(
        {"AWS": f"arn:aws:iam::{AUDIT_ID}:root"}, ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    )
    users = allow({"Service": "cloudtrail.amazonaws.com"}, ["kms:GenerateDataKey", "kms:DescribeKey"])
    return document(custodians, users)


def provider(name: str, account_id: str, account: str = "", **tags: str) -> Item:
    props = {
        "region": HOME,
        "allowedAccountIds": json.dumps([account_id]),
        "defaultTags": json.dumps({"tags": {**TAGS, **tags}}),
    }
    return Item(PROVIDERS, name, props, {"allowedAccountIds": account} if account else {})


def account(name: str, account_id: str, unit: str, **tags: str) -> Item:
    props = {"id": account_id, "name": name, "tags": {**TAGS, **tags}}
    return Item(
        "aws:organizations/account:Account", f"{name}-account", props, {"parentId": unit}, protect=True
    )


def bucket(name: str, physical: str, policy: str, locked: bool, key: str = "audit-key") -> list[Item]:
    """A bucket of the audit account with all its parts."""
    encryption = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": f"arn:aws:kms:us-east-2:{AUDIT_ID}:key/k"}
    default = encryption if key else {"sseAlgorithm": "AES256"}
    here: dict[str, Any] = {"bucket": physical}
    made = {
        **here,
        "id": physical,
        "arn": f"arn:aws:s3:::{physical}",
        "objectLockEnabled": locked,
        "forceDestroy": False,
    }
    private = dict.fromkeys(
        ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
    )
    parts = [
        Item("aws:s3/bucket:Bucket", name, made, provider="audit", protect=True),
        _part("BucketVersioning", name, {**here, "versioningConfiguration": {"status": "Enabled"}}),
        _part("BucketOwnershipControls", name, {**here, "rule": {"objectOwnership": "BucketOwnerEnforced"}}),
        _part("BucketPublicAccessBlock", name, {**here, **private}),
        _part(
            "BucketServerSideEncryptionConfiguration",
            name,
            {**here, "rules": [{"applyServerSideEncryptionByDefault": default}]},
        ),
        _part("BucketPolicy", name, {**here, "policy": policy}),
    ]
    if locked:
        retention = {"defaultRetention": {"mode": "COMPLIANCE", "days": 2557}}
        parts.append(_part("BucketObjectLockConfiguration", name, {**here, "rule": retention}))
    return parts


def _part(kind: str, bucket_name: str, props: dict[str, Any]) -> Item:
    token = f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"
    return Item(token, f"{bucket_name}-{kind}", props, provider="audit")


def guardrail(name: str, content: str, *nodes: str, kind: str = "SERVICE_CONTROL_POLICY") -> list[Item]:
    policy = Item(
        "aws:organizations/policy:Policy",
        name,
        {"id": f"p-{name}", "name": name, "type": kind, "content": content},
    )
    token = "aws:organizations/policyAttachment:PolicyAttachment"
    attachments = [
        Item(token, f"{name}-at-{node}", refs={"policyId": name, "targetId": node}) for node in nodes
    ]
    return [policy, *attachments]


def _guardrails() -> list[Item]:
    by_path = {"ArnNotLike": {"aws:PrincipalArn": [DEPLOY, BREAK_GLASS]}}
    trail = [
        "cloudtrail:StopLogging",
        "cloudtrail:DeleteTrail",
        "cloudtrail:UpdateTrail",
        "cloudtrail:PutEventSelectors",
    ]
    config = ["config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder"]
    services = [
        "guardduty:*",
        "macie2:DisableMacie",
        "securityhub:DisableSecurityHub",
        "access-analyzer:Delete*",
    ]
    lock = ["s3:PutBucketObjectLockConfiguration", "s3:BypassGovernanceRetention", "s3:DeleteObjectVersion"]
    root_user = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}, "Null": {"aws:AssumedRoot": "true"}}
    regions = {"StringNotEquals": {"aws:RequestedRegion": [HOME, "us-west-2"]}, **by_path}
    region_deny = {"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": regions}
    audit = deny(
        [*lock, "s3:PutBucketPolicy", "s3:PutBucketVersioning"], Resource="arn:aws:s3:::payments-audit-*"
    )
    return [
        *guardrail("org-integrity", document(deny("organizations:LeaveOrganization")), "organization"),
        *guardrail("audit-trail", document(deny(trail), deny(config)), "organization"),
        *guardrail("security-services", document(deny(services, Condition=by_path)), "organization"),
        *guardrail("root-user", document(deny("*", Condition=root_user)), "organization"),
        *guardrail("region-deny", document(region_deny), "organization"),
        *guardrail("audit-bucket", document(audit), "security-unit"),
    ]


def _organization() -> list[Item]:
    unit = "aws:organizations/organizationalUnit:OrganizationalUnit"
    administrators = {
        "guardduty": "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount",
        "macie": "aws:macie2/organizationAdminAccount:OrganizationAdminAccount",
        "securityhub": "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount",
    }
    delegated = "aws:organizations/delegatedAdministrator:DelegatedAdministrator"
    return [
        Item("aws:organizations/organization:Organization", "organization", {"id": "r-root"}, protect=True),
        Item(
            unit,
            "security-unit",
            {"id": "ou-1", "name": "Security"},
            {"parentId": "organization"},
            protect=True,
        ),
        Item(
            unit,
            "workloads-unit",
            {"id": "ou-2", "name": "Workloads"},
            {"parentId": "organization"},
            protect=True,
        ),
        Item(unit, "prod-unit", {"id": "ou-3", "name": "Prod"}, {"parentId": "workloads-unit"}, protect=True),
        Item(
            unit,
            "nonprod-unit",
            {"id": "ou-4", "name": "NonProd"},
            {"parentId": "workloads-unit"},
            protect=True,
        ),
        account("audit", AUDIT_ID, "security-unit", **{"data-class": "audit"}),
        account("security", SECURITY_ID, "security-unit"),
        account("payments", PAYMENTS_ID, "prod-unit", **{"data-class": "cardholder", "pci-scope": "cde"}),
        *(
            Item(token, f"{name}-admin", refs={"adminAccountId": "security-account"})
            for name, token in administrators.items()
        ),
        Item(
            "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount",
            "inspector-admin",
            refs={"accountId": "security-account"},
        ),
        *(
            Item(
                delegated,
                f"{name}-admin",
                {"servicePrincipal": f"{name}.amazonaws.com"},
                {"accountId": "security-account"},
            )
            for name in ("config", "access-analyzer")
        ),
    ]


def _audit() -> list[Item]:
    archive, delivery, access = "payments-audit-archive", "payments-audit-delivery", "payments-audit-access"
    logging = {"bucket": archive, "targetBucket": access}
    return [
        Item(
            "aws:kms/key:Key",
            "audit-key",
            {
                "id": "k",
                "arn": f"arn:aws:kms:us-east-2:{AUDIT_ID}:key/k",
                "enableKeyRotation": True,
                "deletionWindowInDays": 30,
                "policy": key_policy(),
            },
            provider="audit",
            protect=True,
        ),
        *bucket("archive", archive, document(tls_only(archive), trail_delivery(archive)), locked=True),
        *bucket("delivery", delivery, document(tls_only(delivery)), locked=False),
        *bucket("access", access, document(tls_only(access)), locked=False, key=""),
        Item("aws:s3/bucketLogging:BucketLogging", "archive-logging", logging, provider="audit"),
        Item(
            "aws:cloudwatch/logGroup:LogGroup",
            "trail-group",
            {"arn": "arn:aws:logs:g", "retentionInDays": 400},
            {"kmsKeyId": "audit-key"},
            protect=True,
        ),
        Item(
            "aws:cloudtrail/trail:Trail",
            "trail",
            trail_props(archive),
            {"kmsKeyId": "audit-key"},
            protect=True,
        ),
        Item(
            "aws:cfg/recorder:Recorder",
            "recorder",
            {"region": HOME, "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}},
            provider="security",
        ),
        Item(
            "aws:cfg/recorderStatus:RecorderStatus", "recorder-on", {"isEnabled": True}, provider="security"
        ),
        Item(
            "aws:cfg/deliveryChannel:DeliveryChannel",
            "channel",
            {"s3BucketName": delivery},
            provider="security",
        ),
        Item(
            "aws:cfg/configurationAggregator:ConfigurationAggregator",
            "aggregator",
            {"organizationAggregationSource": {"regions": [HOME, "us-west-2"]}},
            provider="security",
        ),
    ]


def trail_props(archive: str) -> dict[str, Any]:
    def selector(*fields: dict[str, Any]) -> dict[str, Any]:
        return {"fieldSelectors": list(fields)}

    data = {"field": "eventCategory", "equals": ["Data"]}
    return {
        "isOrganizationTrail": True,
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogging": True,
        "enableLogFileValidation": True,
        "s3BucketName": archive,
        "cloudWatchLogsGroupArn": "arn:aws:logs:g:*",
        "advancedEventSelectors": [
            selector({"field": "eventCategory", "equals": ["Management"]}),
            selector(
                data,
                {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                {"field": "resources.ARN", "notStartsWiths": [f"arn:aws:s3:::{archive}/"]},
            ),
            selector(data, {"field": "resources.type", "equals": ["AWS::Lambda::Function"]}),
        ],
    }


def _detection() -> list[Item]:
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


def _identity() -> list[Item]:
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


def _workload() -> list[Item]:
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


def estate() -> World:
    """The good estate."""
    items = [
        provider("management", MANAGEMENT_ID),
        provider("audit", AUDIT_ID, "audit-account", **{"data-class": "audit"}),
        provider("security", SECURITY_ID, "security-account"),
        provider(
            "payments", PAYMENTS_ID, "payments-account", **{"data-class": "cardholder", "pci-scope": "cde"}
        ),
        *_organization(),
        *_guardrails(),
        *_audit(),
        *_detection(),
        *_identity(),
        *_workload(),
    ]
    world = World({})
    for item in items:
        assert item.name not in world.items, f"{item.name} is in the estate twice"
        world = world.adding(item)
    return world

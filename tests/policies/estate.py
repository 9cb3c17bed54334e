"""The good estate: the smallest program that every policy accepts, in a production stack."""

from __future__ import annotations

import json
from typing import Any

from tests.policies.documents import (
    AUDIT_ID,
    BREAK_GLASS,
    DEPLOY,
    HOME,
    MANAGEMENT_ID,
    PAYMENTS_ID,
    SECURITY_ID,
    TAGS,
    deny,
    document,
    key_policy,
    tls_only,
    trail_delivery,
)
from tests.policies.estate_parts import detection, identity, workload
from tests.policies.world import PROVIDERS, Item, World


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
        *detection(),
        *identity(),
        *workload(),
    ]
    world = World({})
    for item in items:
        assert item.name not in world.items, f"{item.name} is in the estate twice"
        world = world.adding(item)
    return world

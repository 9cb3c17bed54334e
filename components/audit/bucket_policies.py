"""Bucket policies of the log buckets, as documents. Creates no resource.

Every Allow names one log service and the condition that ties it to this organization; a policy that only ever
allowed a principal could be driven from a stranger's account (the confused deputy). Nothing here allows a person or
role: readers get their access from the audit account's own IAM.

Sources: CloudTrail, Config, GuardDuty, Macie and S3 user guides, the pages on bucket policies for each.
"""

from collections.abc import Sequence
from typing import Any

from components.keys.key_policy import minified

TRAIL_PREFIX = "trail"
CONFIG_PREFIX = "config"
MACIE_PREFIX = "macie"
ACCESS_LOG_PREFIX = "access"

OLDEST_TLS = "1.2"

DESTRUCTION = (
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
)


def bucket_arn(bucket: str) -> str:
    """ARN of a bucket; S3 bucket ARNs carry neither account nor Region."""
    return f"arn:aws:s3:::{bucket}"


def archive_policy(bucket: str, trail_arn: str | None) -> str:
    """Policy of an Object Lock bucket: the organization trail may add, and nobody at all may delete.

    `trail_arn` is None in a Region the trail does not deliver to. Replication writes with a role of the bucket's own
    account and needs no statement. Expiry by lifecycle is S3's own act and is not subject to the deny.
    """
    statements = [_deny_destruction(bucket), *_deny_weak_transport(bucket)]
    if trail_arn is not None:
        statements += _trail_delivery(bucket, trail_arn)
    return minified(*statements)


def delivery_policy(bucket: str, region: str, organization_id: str, security_account_id: str) -> str:
    """Policy of the plain bucket that Config, GuardDuty and Macie deliver to, before replication to the archive."""
    return minified(
        *_deny_weak_transport(bucket),
        *_config_delivery(bucket, organization_id),
        *_findings_delivery(
            bucket,
            service="guardduty",
            # GuardDuty tries out its access above the path its findings take; the detector's ARN is the bound.
            objects="*",
            account_id=security_account_id,
            source_arns=[f"arn:aws:guardduty:{region}:{security_account_id}:detector/*"],
        ),
        *_findings_delivery(
            bucket,
            service="macie",
            objects=f"{MACIE_PREFIX}/*",
            account_id=security_account_id,
            source_arns=[
                f"arn:aws:macie2:{region}:{security_account_id}:classification-job/*",
                f"arn:aws:macie2:{region}:{security_account_id}:export-configuration:*",
            ],
        ),
    )


def access_log_policy(bucket: str, account_id: str, logged_buckets: Sequence[str]) -> str:
    """Policy of the bucket that receives S3 server access logs of the other log buckets of its account and Region."""
    delivery = {
        "Sid": "ServerAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{bucket_arn(bucket)}/{ACCESS_LOG_PREFIX}/*",
        "Condition": {
            "ArnEquals": {"aws:SourceArn": [bucket_arn(logged) for logged in logged_buckets]},
            "StringEquals": {"aws:SourceAccount": account_id},
        },
    }
    return minified(*_deny_weak_transport(bucket), delivery)


def _deny_destruction(bucket: str) -> dict[str, Any]:
    return {
        "Sid": "NobodyDeletes",
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(DESTRUCTION),
        "Resource": [bucket_arn(bucket), f"{bucket_arn(bucket)}/*"],
    }


def _deny_weak_transport(bucket: str) -> list[dict[str, Any]]:
    everything = [bucket_arn(bucket), f"{bucket_arn(bucket)}/*"]
    return [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "NoOldTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": {"NumericLessThan": {"s3:TlsVersion": OLDEST_TLS}},
        },
    ]


def _trail_delivery(bucket: str, trail_arn: str) -> list[dict[str, Any]]:
    """The path has no organization id in it on purpose: the trail's ARN is the stronger bound, and it is known
    before the organization exists, so that the policy rules can read this document in the very first preview."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    return [
        {
            "Sid": "TrailChecksBucket",
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:GetBucketAcl",
            "Resource": bucket_arn(bucket),
            "Condition": {"StringEquals": {"aws:SourceArn": trail_arn}},
        },
        {
            "Sid": "TrailDelivers",
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": f"{bucket_arn(bucket)}/{TRAIL_PREFIX}/AWSLogs/*",
            "Condition": {
                "StringEquals": {"aws:SourceArn": trail_arn, "s3:x-amz-acl": "bucket-owner-full-control"}
            },
        },
    ]


def _config_delivery(bucket: str, organization_id: str) -> list[dict[str, Any]]:
    """Config writes as itself when the recorder's role cannot, so the roles of nine accounts stay out of this."""
    service = {"Service": "config.amazonaws.com"}
    return [
        {
            "Sid": "ConfigChecksBucket",
            "Effect": "Allow",
            "Principal": service,
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": bucket_arn(bucket),
            "Condition": {"StringEquals": {"aws:SourceOrgID": organization_id}},
        },
        {
            "Sid": "ConfigDelivers",
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": f"{bucket_arn(bucket)}/{CONFIG_PREFIX}/AWSLogs/*/Config/*",
            "Condition": {
                "StringEquals": {
                    "aws:SourceOrgID": organization_id,
                    "s3:x-amz-acl": "bucket-owner-full-control",
                }
            },
        },
    ]


def _findings_delivery(
    bucket: str, service: str, objects: str, account_id: str, source_arns: Sequence[str]
) -> list[dict[str, Any]]:
    principal = {"Service": f"{service}.amazonaws.com"}
    condition = {
        "ArnLike": {"aws:SourceArn": list(source_arns)},
        "StringEquals": {"aws:SourceAccount": account_id},
    }
    sid = {"guardduty": "GuardDuty", "macie": "Macie"}[service]
    return [
        {
            "Sid": f"{sid}ChecksBucket",
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:GetBucketLocation",
            "Resource": bucket_arn(bucket),
            "Condition": condition,
        },
        {
            "Sid": f"{sid}Delivers",
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:PutObject",
            "Resource": f"{bucket_arn(bucket)}/{objects}",
            "Condition": condition,
        },
    ]

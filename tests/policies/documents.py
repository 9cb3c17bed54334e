"""Policy documents and identities of the good estate."""

from __future__ import annotations

import json
from typing import Any

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

"""KMS keys, replicas and aliases."""

import json
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.conftest import Stage


def _policy(account: str, *actions: str) -> str:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _primary(stage: Stage) -> str:
    client = stage.client("kms", region="us-west-2")
    return str(client.create_key(MultiRegion=True)["KeyMetadata"]["Arn"])


def _key(stage: Stage) -> str:
    return str(stage.client("kms").create_key()["KeyMetadata"]["KeyId"])


def _other_key(stage: Stage) -> Any:
    return _key(stage)


CASES = [
    Case(
        "aws:kms/key:Key",
        lambda stage, unique: {
            "description": "trail",
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "deletionWindowInDays": 7,
            "policy": _policy(stage.audit_account, "kms:*"),
            "tags": {"class": "key"},
        },
        edits={
            "description": "other",
            "rotationPeriodInDays": 365,
            "isEnabled": False,
            "policy": lambda stage: _policy(stage.audit_account, "kms:*", "kms:Decrypt"),
            "tags": {"class": "other", "more": "x"},
        },
        unread=frozenset({"enableKeyRotation"}),  # off, it has no period; see test_kms.py
    ),
    Case(
        "aws:kms/alias:Alias",
        lambda stage, unique: {"name": f"alias/case-{unique}", "targetKeyId": _key(stage)},
        edits={"targetKeyId": _other_key},
    ),
    Case(
        "aws:kms/replicaKey:ReplicaKey",
        lambda stage, unique: {
            "primaryKeyArn": _primary(stage),
            "description": "replica",
            "deletionWindowInDays": 7,
            "policy": _policy(stage.audit_account, "kms:*"),
            "tags": {"class": "key"},
        },
        edits={
            "description": "other",
            "enabled": False,
            "policy": lambda stage: _policy(stage.audit_account, "kms:*", "kms:Decrypt"),
            "tags": {"class": "other"},
        },
    ),
]

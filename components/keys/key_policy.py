"""Key policies as documents: the custodians of a key and its users are separate statements, always.

Owns the shape of every key policy in the estate. Administrators may manage a key and never use it to decrypt
(PCI DSS 3.6.1.3, 3.7.6: custodians are not users), nor hand out a grant that does; users may use it and never manage
it. No statement names the principal `*`. It creates no resource.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)

ENCRYPT = ("kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
DECRYPT = ("kms:Decrypt", "kms:DescribeKey")
ENCRYPT_AND_DECRYPT = tuple(sorted({*ENCRYPT, *DECRYPT}))


@dataclass(frozen=True)
class KeyUse:
    """One permission to use a key: who, for what, and under which conditions."""

    sid: str
    """Statement id: says who uses the key and why, in CamelCase."""
    principal: Mapping[str, str | Sequence[str]]
    """IAM principal element, for example `{"Service": "cloudtrail.amazonaws.com"}`."""
    actions: Sequence[str]
    """KMS actions, never administrative ones."""
    condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Condition element. A service principal without one could be driven by a stranger's account."""


def minified(*statements: Mapping[str, Any]) -> str:
    """An IAM policy document of these statements as deterministic JSON without white space."""
    document = {"Version": "2012-10-17", "Statement": [dict(statement) for statement in statements]}
    return json.dumps(document, separators=(",", ":"))


def key_policy(account_id: str, uses: Sequence[KeyUse]) -> str:
    """The policy of a key owned by `account_id`.

    The administrators are the IAM principals of the owning account whose own permissions say so (in this
    organization the deploy and break-glass roles; service control policies deny the rest). Naming the account rather
    than a role keeps the key manageable when a role is replaced: a key that names a deleted role can be recovered by
    AWS Support alone.
    """
    administration = {
        "Sid": "AdministeredByThisAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
        "Action": list(ADMINISTRATION),
        "Resource": "*",
    }
    return minified(administration, *(_statement(use) for use in uses))


def _statement(use: KeyUse) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": use.sid,
        "Effect": "Allow",
        "Principal": dict(use.principal),
        "Action": list(use.actions),
        "Resource": "*",
    }
    if use.condition:
        statement["Condition"] = {operator: dict(tests) for operator, tests in use.condition.items()}
    return statement

"""Bucket policies on requests for objects, with their conditions.

moto 5.2.5 refuses whatever a statement names as soon as the statement has a condition that it cannot compare, so the
usual "deny without TLS" would deny everything. Here a statement for everyone is read with what is true of each call
to this emulator; the loopback door stands for a TLS one. Statements that name principals are not evaluated, as in
moto, and neither is a statement whose condition uses an operator outside `policy_conditions`.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3 import models as s3

from localcloud.aws.calls import ApiError, Call, before
from localcloud.aws.patching import replace
from localcloud.aws.policy_conditions import UnknownOperatorError, met
from localcloud.aws.services.s3_object_lock import bucket_of

READS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject"}
WRITES = {"PutObject": "s3:PutObject", "CopyObject": "s3:PutObject", "CreateMultipartUpload": "s3:PutObject"}
REMOVALS = {"DeleteObject": "s3:DeleteObject", "DeleteBucket": "s3:DeleteBucket"}
LOCKS = {"PutObjectRetention": "s3:PutObjectRetention", "PutObjectLegalHold": "s3:PutObjectLegalHold"}
ACTIONS = {**READS, **WRITES, **REMOVALS, **LOCKS}
"""Operations that are judged before moto sees them, to the action they need. (moto refuses without an error code.)"""

FACTS = {"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:principalisawsservice": "false"}


@before("s3", *ACTIONS)
def refuse_what_the_policy_denies(call: Call) -> None:
    """AccessDenied when a statement for everyone denies one of the actions that the call needs."""
    name, key = call.params["Bucket"], call.params.get("Key")
    resource = f"arn:aws:s3:::{name}/{key}" if key is not None else f"arn:aws:s3:::{name}"
    bucket = bucket_of(name)
    if any(permission(bucket, action, resource) is PermissionResult.DENIED for action in _actions(call)):
        raise ApiError("AccessDenied", "Access Denied", 403)


def _actions(call: Call) -> list[str]:
    action = ACTIONS[call.operation]
    needed = [f"{action}Version" if call.params.get("VersionId") and action == "s3:DeleteObject" else action]
    if call.params.get("BypassGovernanceRetention"):
        needed.append("s3:BypassGovernanceRetention")
    return needed


def permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """What the bucket's policy says of an action on an object: a denial wins over a permission."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    effects = {
        statement.get("Effect")
        for statement in _listed(json.loads(bucket.policy)["Statement"])
        if _concerns(statement, action, resource)
    }
    if "Deny" in effects:
        return PermissionResult.DENIED
    return PermissionResult.PERMITTED if "Allow" in effects else PermissionResult.NEUTRAL


def _concerns(statement: dict[str, Any], action: str, resource: str) -> bool:
    try:
        return (
            _is_everyone(statement.get("Principal"))
            and _names(statement, "Action", action.lower(), str.lower)
            and _names(statement, "Resource", resource, str)
            and met(statement.get("Condition") or {}, FACTS)
        )
    except UnknownOperatorError:
        return False


def _is_everyone(principal: Any) -> bool:
    return principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS", [])))


def _names(statement: dict[str, Any], element: str, value: str, spelling: Any) -> bool:
    if f"Not{element}" in statement:
        return not any(fnmatchcase(value, spelling(one)) for one in _listed(statement[f"Not{element}"]))
    return any(fnmatchcase(value, spelling(one)) for one in _listed(statement.get(element, [])))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def install() -> None:
    """Puts this reading in the place of moto's."""
    replace(s3.FakeBucket, get_permission=permission)

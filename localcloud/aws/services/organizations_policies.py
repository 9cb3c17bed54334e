"""AWS Organizations policies: every type, size and attachment limits from data, effective policies, resource policy.

Effective policies are computed as AWS documents for the management policy types: values inherited down the tree,
`@@assign` replaces, `@@append` adds, `@@remove` takes away; child control operators are not evaluated. Policies are
stored and attached; none is enforced on API calls.
"""

from __future__ import annotations

import json
import time
from typing import Any

from moto.organizations import models as org

from localcloud.aws.calls import ApiError, Call, Reply, before, operation
from localcloud.aws.patching import replace
from localcloud.aws.services.organizations import CATALOGUE, backend_of

LIMITS: dict[str, dict[str, int]] = CATALOGUE["policyTypes"]
MINIMUM_ATTACHED = {"SERVICE_CONTROL_POLICY": 1, "RESOURCE_CONTROL_POLICY": 1}

_resource_policies: dict[str, dict[str, Any]] = {}
"""By organization id."""


@before("organizations", "CreatePolicy", "UpdatePolicy")
def content_fits(call: Call) -> None:
    """JSON, and no longer than the limit of its type."""
    content = call.params.get("Content")
    if content is None:
        return
    kind = call.params.get("Type")
    if kind is None:
        kind = backend_of(call.account).get_policy_by_id(call.params["PolicyId"]).type
    limit = LIMITS.get(kind, {}).get("characters")
    if limit is None:
        raise ApiError(
            "InvalidInputException", "You specified an invalid value.", Reason="INVALID_ENUM_POLICY_TYPE"
        )
    if len(content) > limit:
        message = (
            f"The policy content has {len(content):,} characters; the maximum for a {kind} is {limit:,}."
        )
        raise ApiError("ConstraintViolationException", message, Reason="POLICY_CONTENT_LIMIT_EXCEEDED")
    try:
        sound = isinstance(json.loads(content), dict)
    except ValueError:
        sound = False
    if not sound:
        message = "The provided policy document does not meet the requirements of the specified policy type."
        raise ApiError("MalformedPolicyDocumentException", message)


@before("organizations", "AttachPolicy")
def attachment_fits(call: Call) -> None:
    """The type is enabled in the root, the policy not yet attached there, and the target has room."""
    backend = backend_of(call.account)
    policy = backend.get_policy_by_id(call.params["PolicyId"])
    target = _target(backend, call.params["TargetId"])
    root = next(unit for unit in backend.ou if unit.type == "ROOT")
    if not any(kind["Type"] == policy.type for kind in root.policy_types):
        message = "This operation can be performed only for enabled policy types."
        raise ApiError("PolicyTypeNotEnabledException", message)
    same = [p for p in target.attached_policies if p.type == policy.type]
    if policy in same:
        raise ApiError(
            "DuplicatePolicyAttachmentException",
            "The selected policy is already attached to the specified target.",
        )
    limit = LIMITS[policy.type]["attachments"]
    if len(same) >= limit:
        message = (
            f"{target.id} already has {len(same)} policies of type {policy.type}; the maximum is {limit}."
        )
        raise ApiError(
            "ConstraintViolationException", message, Reason="MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
        )


@before("organizations", "DetachPolicy")
def detachment_is_sound(call: Call) -> None:
    """The policy is attached, and is not the last one of a type that must never be without."""
    backend = backend_of(call.account)
    policy = backend.get_policy_by_id(call.params["PolicyId"])
    target = _target(backend, call.params["TargetId"])
    if policy not in target.attached_policies:
        raise ApiError(
            "PolicyNotAttachedException",
            "The policy isn't attached to the specified target in the specified root.",
        )
    same = [p for p in target.attached_policies if p.type == policy.type]
    if len(same) <= MINIMUM_ATTACHED.get(policy.type, 0):
        message = f"You must keep at least one {policy.type} attached to {target.id}."
        raise ApiError(
            "ConstraintViolationException", message, Reason="MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
        )


def _target(backend: Any, target_id: str) -> Any:
    found = next((t for t in [*backend.ou, *backend.accounts] if t.id == target_id), None)
    if found is None:
        raise ApiError(
            "TargetNotFoundException",
            "We can't find a root, OU, account, or policy with the TargetId that you specified.",
        )
    return found


@operation("organizations", "PutResourcePolicy")
def put_resource_policy(call: Call) -> dict[str, Any]:
    organization = backend_of(call.account).org
    content = call.params["Content"]
    if len(content) > CATALOGUE["resourcePolicyCharacters"]:
        raise ApiError(
            "ConstraintViolationException",
            "The resource policy is too long.",
            Reason="POLICY_CONTENT_LIMIT_EXCEEDED",
        )
    try:
        json.loads(content)
    except ValueError:
        raise ApiError("MalformedPolicyDocumentException", "The resource policy is not JSON.") from None
    identifier = f"rp-{organization.id.removeprefix('o-')}"
    arn = f"arn:aws:organizations::{organization.master_account_id}:resourcepolicy/{organization.id}/{identifier}"
    held = _resource_policies.get(organization.id, {}).get("_tags", {})
    held = {**held, **{tag["Key"]: tag["Value"] for tag in call.params.get("Tags", [])}}
    policy = {"ResourcePolicySummary": {"Id": identifier, "Arn": arn}, "Content": content, "_tags": held}
    _resource_policies[organization.id] = policy
    return {"ResourcePolicy": policy}


@operation("organizations", "DescribeResourcePolicy", "DeleteResourcePolicy")
def resource_policy(call: Call) -> dict[str, Any]:
    organization = backend_of(call.account).org
    if organization.id not in _resource_policies:
        raise ApiError(
            "ResourcePolicyNotFoundException",
            "We can't find a resource policy request with the parameter that you specified.",
        )
    if call.operation == "DeleteResourcePolicy":
        del _resource_policies[organization.id]
        return {}
    return {"ResourcePolicy": _resource_policies[organization.id]}


@operation("organizations", "ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> dict[str, Any] | Reply:
    """The resource policy can be tagged too; everything else is moto's."""
    identifier = str(call.params["ResourceId"])
    if not identifier.startswith("rp-"):
        return call.forward()
    policy = _resource_policies[backend_of(call.account).org.id]
    held: dict[str, str] = policy.setdefault("_tags", {})
    held.update({tag["Key"]: tag["Value"] for tag in call.params.get("Tags", [])})
    for key in call.params.get("TagKeys", []):
        held.pop(key, None)
    return (
        {"Tags": [{"Key": k, "Value": v} for k, v in held.items()]}
        if call.operation.startswith("List")
        else {}
    )


@operation("organizations", "DescribeEffectivePolicy")
def effective_policy(call: Call) -> dict[str, Any]:
    """The policy that results for an account from everything attached above it."""
    backend = backend_of(call.account)
    kind = call.params["PolicyType"]
    target = _target(backend, call.params.get("TargetId") or call.account)
    chain = [target]
    while chain[0].type != "ROOT":
        parent = chain[0].parent_id
        chain.insert(0, next(unit for unit in backend.ou if unit.id == parent))
    merged: dict[str, Any] = {}
    found = False
    for node in chain:
        for policy in node.attached_policies:
            if policy.type == kind:
                found = True
                _merge(merged, json.loads(policy.content))
    if not found:
        message = "The effective policy for the specified target was not found."
        raise ApiError("EffectivePolicyNotFoundException", message)
    return {
        "EffectivePolicy": {
            "PolicyContent": json.dumps(merged),
            "LastUpdatedTimestamp": time.time(),
            "TargetId": target.id,
            "PolicyType": kind,
        }
    }


def _merge(into: dict[str, Any], policy: dict[str, Any]) -> None:
    """Apply a child's policy to what it inherits."""
    for key, value in policy.items():
        if key.startswith("@@"):
            continue
        if not isinstance(value, dict):
            into[key] = value
        elif "@@assign" in value:
            into[key] = value["@@assign"]
        elif "@@append" in value or "@@remove" in value:
            kept = [v for v in into.get(key, []) if v not in value.get("@@remove", [])]
            into[key] = kept + [v for v in value.get("@@append", []) if v not in kept]
        else:
            below = into.setdefault(key, {})
            if isinstance(below, dict):
                _merge(below, value)


def install() -> None:
    """Let moto hold the policy types that it does not know."""
    original = org.FakePolicy.__init__
    known = set(org.FakePolicy.SUPPORTED_POLICY_TYPES) - {"BACKUP_POLICY"}

    def initialize(self: Any, organization: Any, **settings: Any) -> None:
        kind = settings.get("Type", "")
        if kind in known or kind not in LIMITS:
            original(self, organization, **settings)
            return
        original(self, organization, **{**settings, "Type": "TAG_POLICY"})
        self.type = kind
        self._arn_format = f"arn:{{0}}:organizations::{{1}}:policy/{{2}}/{kind.lower()}/{{3}}"

    replace(org.FakePolicy, __init__=initialize, SUPPORTED_POLICY_TYPES=sorted(LIMITS))
    replace(org.FakeRoot, SUPPORTED_POLICY_TYPES=sorted(LIMITS))

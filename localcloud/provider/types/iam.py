"""IAM roles and policies. Account-wide settings and identity providers live in iam_account.py."""

import json

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

_MAX_VERSIONS = 5
"""IAM keeps at most five versions of a managed policy (IAM quotas)."""


# -- role


def _read_role(call: Call) -> Props:
    role = call.api("get_role", RoleName=call.id)["Role"]
    found = call.properties(role)
    found["permissionsBoundary"] = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    if not call.inputs or call.inputs.get("managedPolicyArns"):  # else other resources attach policies
        found["managedPolicyArns"] = _attached(call)
    if not call.inputs or call.inputs.get("inlinePolicies"):
        found["inlinePolicies"] = [
            {"name": name, "policy": _inline(call, name)}
            for name in call.pages("list_role_policies", "PolicyNames", RoleName=call.id)
        ]
    return found


def _attached(call: Call) -> list[str]:
    attached = call.pages("list_attached_role_policies", "AttachedPolicies", RoleName=call.id)
    return [policy["PolicyArn"] for policy in attached]


def _inline(call: Call, name: str) -> str:
    answer = call.api("get_role_policy", RoleName=call.id, PolicyName=name)
    return json.dumps(answer["PolicyDocument"], separators=(",", ":"))


def _boundary(call: Call) -> None:
    arn = call.inputs.get("permissionsBoundary")
    if arn:
        call.api("put_role_permissions_boundary", RoleName=call.id, PermissionsBoundary=arn)
    else:
        call.api("delete_role_permissions_boundary", RoleName=call.id)


def _describe_role(call: Call) -> None:
    call.api(
        "update_role",
        RoleName=call.id,
        Description=call.inputs.get("description") or "",
        MaxSessionDuration=call.inputs.get("maxSessionDuration"),
    )


def _managed_policies(call: Call) -> None:
    wanted, before = set(call.inputs.get("managedPolicyArns") or []), set(_attached(call))
    for arn in sorted(wanted - before):
        call.api("attach_role_policy", RoleName=call.id, PolicyArn=arn)
    for arn in sorted(before - wanted):
        call.api("detach_role_policy", RoleName=call.id, PolicyArn=arn)


def _inline_policies(call: Call) -> None:
    wanted = {entry["name"]: entry["policy"] for entry in call.inputs.get("inlinePolicies") or []}
    before = set(call.pages("list_role_policies", "PolicyNames", RoleName=call.id))
    for name, policy in wanted.items():
        call.api("put_role_policy", RoleName=call.id, PolicyName=name, PolicyDocument=policy)
    for name in sorted(before - set(wanted)):
        call.api("delete_role_policy", RoleName=call.id, PolicyName=name)


def _delete_role(call: Call) -> None:
    for profile in call.pages("list_instance_profiles_for_role", "InstanceProfiles", RoleName=call.id):
        call.api(
            "remove_role_from_instance_profile",
            RoleName=call.id,
            InstanceProfileName=profile["InstanceProfileName"],
        )
    force = call.state.get("forceDetachPolicies")
    if force or call.state.get("managedPolicyArns"):
        for arn in _attached(call):
            call.api("detach_role_policy", RoleName=call.id, PolicyArn=arn)
    if force or call.state.get("inlinePolicies"):
        for name in call.pages("list_role_policies", "PolicyNames", RoleName=call.id):
            call.api("delete_role_policy", RoleName=call.id, PolicyName=name)
    call.api("delete_role", RoleName=call.id)


ROLE = ResourceType(
    "aws:iam/role:Role",
    "iam",
    create=Op("create_role", answer="Role"),
    read=_read_role,
    delete=_delete_role,
    changes=(
        Change(
            ("assumeRolePolicy",), Op("update_assume_role_policy", key={"PolicyDocument": "assumeRolePolicy"})
        ),
        Change(("description", "maxSessionDuration"), _describe_role),
        Change(("permissionsBoundary",), _boundary),
        Change(("managedPolicyArns",), _managed_policies, on_create=True),
        Change(("inlinePolicies",), _inline_policies, on_create=True),
    ),
    id_parts=("name",),
    names={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument", "uniqueId": "RoleId"},
    replace=frozenset({"name", "namePrefix", "path"}),
    defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
    kept=frozenset({"managedPolicyArns", "inlinePolicies"}),
    local=frozenset({"namePrefix", "forceDetachPolicies"}),
    documents=frozenset({"assumeRolePolicy", "inlinePolicies.policy"}),
    unordered=frozenset({"managedPolicyArns", "inlinePolicies"}),
    auto_name=AutoName(),
    tags=TagApi("tag_role", "untag_role", key={"RoleName": "id"}),
)


# -- inline policy of a role


def _put_role_policy(call: Call) -> Props:
    call.api(
        "put_role_policy",
        RoleName=call.inputs["role"],
        PolicyName=call.inputs["name"],
        PolicyDocument=call.inputs["policy"],
    )
    return {}


ROLE_POLICY = ResourceType(
    "aws:iam/rolePolicy:RolePolicy",
    "iam",
    create=_put_role_policy,
    read=Op("get_role_policy"),
    delete=Op("delete_role_policy"),
    changes=(Change(("policy",), _put_role_policy),),
    id_parts=("role", "name"),
    separator=":",
    names={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
    replace=frozenset({"role", "name", "namePrefix"}),
    local=frozenset({"namePrefix"}),
    documents=frozenset({"policy"}),
    auto_name=AutoName(limit=128),
    checked_by=("put_role_policy",),
)


# -- attachment of a managed policy


def _read_attachment(call: Call) -> Props | None:
    parts = call.parts()
    attached = call.pages("list_attached_role_policies", "AttachedPolicies", RoleName=parts["role"])
    return {} if any(policy["PolicyArn"] == parts["policyArn"] for policy in attached) else None


ROLE_POLICY_ATTACHMENT = ResourceType(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "iam",
    create=Op("attach_role_policy"),
    read=_read_attachment,
    delete=Op("detach_role_policy"),
    id_parts=("role", "policyArn"),
    names={"role": "RoleName"},
    replace=frozenset({"role", "policyArn"}),
)


# -- managed policy


def _read_policy(call: Call) -> Props:
    policy = call.api("get_policy", PolicyArn=call.id)["Policy"]
    version = call.api("get_policy_version", PolicyArn=call.id, VersionId=policy["DefaultVersionId"])
    found = call.properties({**policy, "PolicyDocument": version["PolicyVersion"]["Document"]})
    found.setdefault("tags", {})
    return found


def _new_version(call: Call) -> None:
    versions = call.pages("list_policy_versions", "Versions", PolicyArn=call.id)
    spare = sorted((version for version in versions if not version["IsDefaultVersion"]), key=_age)
    if len(versions) >= _MAX_VERSIONS:
        call.api("delete_policy_version", PolicyArn=call.id, VersionId=spare[0]["VersionId"])
    call.api(
        "create_policy_version", PolicyArn=call.id, PolicyDocument=call.inputs["policy"], SetAsDefault=True
    )


def _age(version: Props) -> int:
    return int(str(version["VersionId"]).lstrip("v"))


def _delete_policy(call: Call) -> None:
    for version in call.pages("list_policy_versions", "Versions", PolicyArn=call.id):
        if not version["IsDefaultVersion"]:
            call.api("delete_policy_version", PolicyArn=call.id, VersionId=version["VersionId"])
    call.api("delete_policy", PolicyArn=call.id)


POLICY = ResourceType(
    "aws:iam/policy:Policy",
    "iam",
    create=Op("create_policy", answer="Policy"),
    read=_read_policy,
    delete=_delete_policy,
    changes=(Change(("policy",), _new_version),),
    id_parts=("arn",),
    names={"name": "PolicyName", "policy": "PolicyDocument", "arn": "Arn"},
    replace=frozenset({"name", "namePrefix", "path", "description"}),
    defaults={"path": "/"},
    local=frozenset({"namePrefix", "delayAfterPolicyCreationInMs"}),
    outside=frozenset({"attachmentCount"}),
    documents=frozenset({"policy"}),
    auto_name=AutoName(limit=128),
    tags=TagApi("tag_policy", "untag_policy", key={"PolicyArn": "id"}),
)

TYPES = [ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, POLICY]

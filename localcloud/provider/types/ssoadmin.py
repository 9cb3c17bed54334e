"""Identity Center: permission sets, what is attached to them, assignments; and its groups."""

import time
from collections.abc import Callable

from localcloud.provider.errors import ProviderError
from localcloud.provider.model import AutoName, Call, Change, Function, Invocation, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

_PATIENCE = 60.0
"""Seconds to wait for an assignment or a provisioning."""


def provision(call: Call) -> None:
    """Bring accounts that use the permission set up to date, as the console does after a change."""
    arn, instance = call.value("permissionSetArn") or call.value("arn"), call.value("instanceArn")
    call.api(
        "provision_permission_set",
        InstanceArn=instance,
        PermissionSetArn=arn,
        TargetType="ALL_PROVISIONED_ACCOUNTS",
    )


# -- permission set


def _update(call: Call) -> None:
    parts = call.parts()
    call.api(
        "update_permission_set",
        InstanceArn=parts["instanceArn"],
        PermissionSetArn=parts["arn"],
        Description=call.inputs.get("description"),
        SessionDuration=call.inputs.get("sessionDuration"),
        RelayState=call.inputs.get("relayState"),
    )
    provision(call)


PERMISSION_SET = ResourceType(
    "aws:ssoadmin/permissionSet:PermissionSet",
    "sso-admin",
    create=Op("create_permission_set", answer="PermissionSet"),
    read=Op("describe_permission_set", answer="PermissionSet"),
    delete=Op("delete_permission_set"),
    changes=(Change(("description", "relayState", "sessionDuration"), _update),),
    id_parts=("arn", "instanceArn"),
    separator=",",
    names={"arn": "PermissionSetArn"},
    replace=frozenset({"name", "instanceArn"}),
    defaults={"sessionDuration": "PT1H"},
    auto_name=AutoName(prefix=None, limit=32),
    tags=TagApi(
        "tag_resource",
        "untag_resource",
        "list_tags_for_resource",
        {"ResourceArn": "arn", "InstanceArn": "instanceArn"},
    ),
)


# -- what a permission set holds


def _then_provision(operation: str) -> Callable[[Call], Props]:
    def run(call: Call) -> Props:
        Op(operation)(call)
        provision(call)
        return {}

    return run


def _drop(operation: str) -> Callable[[Call], None]:
    def run(call: Call) -> None:
        Op(operation).by_id(call)
        provision(call)

    return run


def _read_managed(call: Call) -> Props | None:
    parts = call.parts()
    found = call.pages(
        "list_managed_policies_in_permission_set",
        "AttachedManagedPolicies",
        InstanceArn=parts["instanceArn"],
        PermissionSetArn=parts["permissionSetArn"],
    )
    for policy in found:
        if policy["Arn"] == parts["managedPolicyArn"]:
            return {"managedPolicyName": policy["Name"]}
    return None


MANAGED_POLICY = ResourceType(
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
    "sso-admin",
    create=_then_provision("attach_managed_policy_to_permission_set"),
    read=_read_managed,
    delete=_drop("detach_managed_policy_from_permission_set"),
    id_parts=("managedPolicyArn", "permissionSetArn", "instanceArn"),
    separator=",",
    replace=frozenset({"managedPolicyArn", "permissionSetArn", "instanceArn"}),
)


def _read_inline(call: Call) -> Props | None:
    parts = call.parts()
    answer = call.api(
        "get_inline_policy_for_permission_set",
        InstanceArn=parts["instanceArn"],
        PermissionSetArn=parts["permissionSetArn"],
    )
    policy = answer.get("InlinePolicy")
    return {"inlinePolicy": policy} if policy else None


INLINE_POLICY = ResourceType(
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
    "sso-admin",
    create=_then_provision("put_inline_policy_to_permission_set"),
    read=_read_inline,
    delete=_drop("delete_inline_policy_from_permission_set"),
    changes=(Change(("inlinePolicy",), _then_provision("put_inline_policy_to_permission_set")),),
    id_parts=("permissionSetArn", "instanceArn"),
    separator=",",
    replace=frozenset({"permissionSetArn", "instanceArn"}),
    documents=frozenset({"inlinePolicy"}),
    checked_by=("put_inline_policy_to_permission_set",),
)


def _customer_key(call: Call) -> Props:
    """Parameters of a customer managed policy out of the id `NAME,PATH,PERMISSION_SET,INSTANCE`."""
    name, path, permission_set, instance = call.id.split(",")
    return {
        "InstanceArn": instance,
        "PermissionSetArn": permission_set,
        "CustomerManagedPolicyReference": {"Name": name, "Path": path},
    }


def _attach_customer(call: Call) -> str:
    reference = call.inputs["customerManagedPolicyReference"]
    path = reference.get("path") or "/"
    call.id = ",".join((reference["name"], path, call.inputs["permissionSetArn"], call.inputs["instanceArn"]))
    call.api("attach_customer_managed_policy_reference_to_permission_set", **_customer_key(call))
    provision(call)
    return call.id


def _read_customer(call: Call) -> Props | None:
    key = _customer_key(call)
    wanted = key.pop("CustomerManagedPolicyReference")
    found = call.pages(
        "list_customer_managed_policy_references_in_permission_set", "CustomerManagedPolicyReferences", **key
    )
    if not any(item["Name"] == wanted["Name"] and item.get("Path", "/") == wanted["Path"] for item in found):
        return None
    return {
        "customerManagedPolicyReference": {"name": wanted["Name"], "path": wanted["Path"]},
        "permissionSetArn": key["PermissionSetArn"],
        "instanceArn": key["InstanceArn"],
    }


def _detach_customer(call: Call) -> None:
    call.api("detach_customer_managed_policy_reference_from_permission_set", **_customer_key(call))
    provision(call)


CUSTOMER_POLICY = ResourceType(
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment",
    "sso-admin",
    create=_attach_customer,
    read=_read_customer,
    delete=_detach_customer,
    replace=frozenset({"customerManagedPolicyReference", "permissionSetArn", "instanceArn"}),
    defaults={"customerManagedPolicyReference.path": "/"},
    checked_by=("attach_customer_managed_policy_reference_to_permission_set",),
)


def _read_boundary(call: Call) -> Props | None:
    parts = call.parts()
    answer = call.api(
        "get_permissions_boundary_for_permission_set",
        InstanceArn=parts["instanceArn"],
        PermissionSetArn=parts["permissionSetArn"],
    )
    return call.properties(answer) if answer.get("PermissionsBoundary") else None


BOUNDARY = ResourceType(
    "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment",
    "sso-admin",
    create=_then_provision("put_permissions_boundary_to_permission_set"),
    read=_read_boundary,
    delete=_drop("delete_permissions_boundary_from_permission_set"),
    id_parts=("permissionSetArn", "instanceArn"),
    separator=",",
    replace=frozenset({"permissionsBoundary", "permissionSetArn", "instanceArn"}),
    defaults={"permissionsBoundary.customerManagedPolicyReference.path": "/"},
)


# -- assignment


def _wait(call: Call, status: Props, operation: str, request: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while status.get("Status") == "IN_PROGRESS" and time.monotonic() < deadline:
        time.sleep(0.1)
        answer = call.api(operation, InstanceArn=call.value("instanceArn"), **{request: status["RequestId"]})
        status = next(value for name, value in answer.items() if name.endswith("Status"))
    if status.get("Status") == "FAILED":
        raise ProviderError(f"the assignment failed: {status.get('FailureReason')}")


def _assign(call: Call) -> Props:
    params = Op("create_account_assignment").parameters(call, call.inputs)
    status = call.api("create_account_assignment", **params)["AccountAssignmentCreationStatus"]
    _wait(call, status, "describe_account_assignment_creation_status", "AccountAssignmentCreationRequestId")
    return {}


def _read_assignment(call: Call) -> Props | None:
    parts = call.parts()
    found = call.pages(
        "list_account_assignments",
        "AccountAssignments",
        InstanceArn=parts["instanceArn"],
        AccountId=parts["targetId"],
        PermissionSetArn=parts["permissionSetArn"],
    )
    wanted = (parts["principalId"], parts["principalType"])
    return {} if any((item["PrincipalId"], item["PrincipalType"]) == wanted for item in found) else None


def _unassign(call: Call) -> None:
    params = Op("delete_account_assignment").parameters(call, ())
    status = call.api("delete_account_assignment", **params)["AccountAssignmentDeletionStatus"]
    _wait(call, status, "describe_account_assignment_deletion_status", "AccountAssignmentDeletionRequestId")


_ASSIGNMENT = ("principalId", "principalType", "targetId", "targetType", "permissionSetArn", "instanceArn")

ASSIGNMENT = ResourceType(
    "aws:ssoadmin/accountAssignment:AccountAssignment",
    "sso-admin",
    create=_assign,
    read=_read_assignment,
    delete=_unassign,
    id_parts=_ASSIGNMENT,
    separator=",",
    replace=frozenset(_ASSIGNMENT),
    checked_by=("create_account_assignment",),
)


def _get_instances(invocation: Invocation) -> Props:
    found = invocation.api("sso-admin", "list_instances")["Instances"]
    return {
        "id": invocation.region,
        "arns": [item["InstanceArn"] for item in found],
        "identityStoreIds": [item["IdentityStoreId"] for item in found],
        "region": invocation.region,
    }


TYPES = [PERMISSION_SET, MANAGED_POLICY, INLINE_POLICY, CUSTOMER_POLICY, BOUNDARY, ASSIGNMENT]
FUNCTIONS = [Function("aws:ssoadmin/getInstances:getInstances", _get_instances)]

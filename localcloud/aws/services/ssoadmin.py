"""Identity Center: the parts moto 5.2.5 lacks or gets wrong (`moto/ssoadmin/models.py`).

Adds tags of permission sets and their permissions boundary; a boundary is kept, not enforced. Corrects three things
that the API model or the service itself would refuse: the identity store's id was drawn from all letters instead of
hexadecimal digits, a permission set's ARN lacked ``permissionSet``, and AWS managed policies with a path of their own
(``job-function/ViewOnlyAccess``) were not found.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.moto_api._internal import mock_random
from moto.ssoadmin.models import Instance, ManagedPolicy, PermissionSet, SSOAdminBackend, ssoadmin_backends

from localcloud.aws.calls import ApiError, Call, Store, operation

BOUNDARIES: Store[dict[str, dict[str, Any]]] = Store(dict)
"""Permissions boundary by permission set ARN."""


def install() -> None:
    """Correct moto's ids, ARNs and look-up of managed policies."""
    original = Instance.__init__

    def with_store_id(self: Any, account_id: str, region: str) -> None:
        original(self, account_id, region)
        self.identity_store_id = f"d-{mock_random.get_random_hex(10)}"

    def permission_set_arn(instance_arn: str) -> str:
        parent = instance_arn.replace(":instance/", ":permissionSet/")
        return f"{parent}/ps-{mock_random.get_random_hex(16)}"

    def managed_policy(_: Any, arn: str) -> ManagedPolicy:
        name = arn.rsplit("/", 1)[-1]
        known = _managed_policies().get(name)
        if known is None or arn != f"arn:aws:iam::aws:policy{known.get('Path', '/')}{name}":
            raise ApiError("ResourceNotFoundException", f"Policy does not exist with ARN: {arn}", 400)
        return ManagedPolicy(arn, name)

    # Each of the three replaces a method of moto's on purpose.
    Instance.__init__ = with_store_id  # type: ignore[method-assign]  # the patch is the point
    PermissionSet.generate_id = staticmethod(permission_set_arn)  # type: ignore[method-assign]  # as above
    SSOAdminBackend._find_managed_policy = managed_policy  # type: ignore[assignment,method-assign]  # as above


@cache
def _managed_policies() -> dict[str, Any]:
    return dict(json.loads(aws_managed_policies_data))


@operation("sso-admin", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    """Tags given at creation or since; an instance has none."""
    arn = call.params["ResourceArn"]
    return {"Tags": _permission_set(call, arn).tags or [] if "/ps-" in arn else []}


@operation("sso-admin", "TagResource")
def tag(call: Call) -> None:
    """Set tags by key."""
    found = _permission_set(call, call.params["ResourceArn"])
    tags = {entry["Key"]: entry["Value"] for entry in [*(found.tags or []), *call.params["Tags"]]}
    found.tags = [{"Key": key, "Value": value} for key, value in tags.items()]


@operation("sso-admin", "UntagResource")
def untag(call: Call) -> None:
    """Remove tags by key."""
    found = _permission_set(call, call.params["ResourceArn"])
    found.tags = [entry for entry in found.tags or [] if entry["Key"] not in call.params["TagKeys"]]


@operation("sso-admin", "PutPermissionsBoundaryToPermissionSet")
def put_boundary(call: Call) -> None:
    """Keep the boundary of a permission set."""
    found = _permission_set(call, call.params["PermissionSetArn"])
    BOUNDARIES.of(call)[found.permission_set_arn] = call.params["PermissionsBoundary"]


@operation("sso-admin", "GetPermissionsBoundaryForPermissionSet")
def get_boundary(call: Call) -> dict[str, Any]:
    """The boundary, or the error AWS gives when there is none."""
    found = _permission_set(call, call.params["PermissionSetArn"])
    boundary = BOUNDARIES.of(call).get(found.permission_set_arn)
    if boundary is None:
        raise ApiError("ResourceNotFoundException", "The permission set has no permissions boundary.", 400)
    return {"PermissionsBoundary": boundary}


@operation("sso-admin", "DeletePermissionsBoundaryFromPermissionSet")
def delete_boundary(call: Call) -> None:
    """Forget the boundary."""
    found = _permission_set(call, call.params["PermissionSetArn"])
    BOUNDARIES.of(call).pop(found.permission_set_arn, None)


def _permission_set(call: Call, arn: str) -> PermissionSet:
    for found in ssoadmin_backends[call.account][call.region].permission_sets:
        if found.permission_set_arn == arn:
            return found
    raise ApiError(
        "ResourceNotFoundException", f"Could not find PermissionSet with id {arn.rsplit('/', 1)[-1]}", 400
    )

"""Identity store: changing a group, which moto 5.2.5 lacks."""

from __future__ import annotations

from typing import Any

from moto.identitystore.models import identitystore_backends

from localcloud.aws.calls import ApiError, Call, operation

_FIELDS = {"displayName": "DisplayName", "description": "Description"}


@operation("identitystore", "UpdateGroup")
def update_group(call: Call) -> None:
    """Carry out the attribute operations; a display name that another group has is a conflict."""
    store: Any = identitystore_backends[call.account][call.region].identity_stores.get(
        call.params["IdentityStoreId"]
    )
    group = store.groups.get(call.params["GroupId"]) if store else None
    if group is None:
        raise ApiError("ResourceNotFoundException", "GROUP not found.")
    changes = {
        _FIELDS[item["AttributePath"]]: item.get("AttributeValue") for item in call.params["Operations"]
    }
    name = changes.get("DisplayName")
    if any(other.DisplayName == name for other in store.groups.values() if other is not group and name):
        raise ApiError("ConflictException", "Duplicate GROUP")
    store.groups[call.params["GroupId"]] = group._replace(**changes)

"""Groups of the identity store behind Identity Center."""

from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.wire import Props


def _update(call: Call) -> None:
    parts = call.parts()
    operations = [
        {"AttributePath": name, "AttributeValue": call.inputs.get(name) or ""}
        for name in ("displayName", "description")
        if call.changed(name)
    ]
    call.api(
        "update_group",
        IdentityStoreId=parts["identityStoreId"],
        GroupId=parts["groupId"],
        Operations=operations,
    )


def _read(call: Call) -> Props:
    group = Op("describe_group").by_id(call)
    return {**group, "arn": f"arn:aws:identitystore:::group/{call.parts()['groupId']}"}


TYPES = [
    ResourceType(
        "aws:identitystore/group:Group",
        "identitystore",
        create=Op("create_group"),
        read=_read,
        delete=Op("delete_group"),
        changes=(Change(("displayName", "description"), _update),),
        id_parts=("identityStoreId", "groupId"),
        replace=frozenset({"identityStoreId"}),
    )
]

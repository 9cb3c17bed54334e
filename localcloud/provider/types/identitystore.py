"""Groups of the identity store behind Identity Center."""

from localcloud.provider.model import Call, Change, Op, ResourceType


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


TYPES = [
    ResourceType(
        "aws:identitystore/group:Group",
        "identitystore",
        create=Op("create_group"),
        read=Op("describe_group"),
        delete=Op("delete_group"),
        changes=(Change(("displayName", "description"), _update),),
        id_parts=("identityStoreId", "groupId"),
        replace=frozenset({"identityStoreId"}),
    )
]

"""Tags of EC2 objects: one pair of operations for all kinds, and a specification when an object is made."""

from typing import Any

from localcloud.provider.model import Call, Change
from localcloud.provider.wire import Props


def specification(call: Call, kind: str) -> list[Props] | None:
    """`TagSpecifications` of a creating operation, None when there are no tags."""
    return [{"ResourceType": kind, "Tags": pairs(call.tags)}] if call.tags else None


def pairs(tags: dict[str, str]) -> list[Props]:
    """Tags as the API takes them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def shown(found: Any) -> dict[str, str]:
    """Tags of an answer, without those of AWS itself."""
    return {tag["Key"]: tag["Value"] for tag in found or [] if not tag["Key"].startswith("aws:")}


def retag(call: Call) -> None:
    """Brings an object's tags from the recorded to the wanted ones."""
    before = dict(call.old.get("tagsAll") or {})
    surplus = [{"Key": key} for key in sorted(set(before) - set(call.tags))]
    fresh = {key: value for key, value in call.tags.items() if before.get(key) != value}
    if surplus:
        call.api("delete_tags", "ec2", Resources=[call.id], Tags=surplus)
    if fresh:
        call.api("create_tags", "ec2", Resources=[call.id], Tags=pairs(fresh))


#: the update step of rows whose objects are tagged when they are made
TAGS = Change(("tagsAll",), retag)
#: the same for objects that are adopted, not made
ADOPTED_TAGS = Change(("tagsAll",), retag, on_create=True)

"""Names and shapes: Pulumi properties to AWS parameters and AWS answers to Pulumi properties.

Both directions match names without regard to case and to a plural `s`, guided by botocore's model of the
operation (outgoing) and the SDK's declaration (incoming); a row of the table lists only the names that
differ otherwise.
"""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from localcloud.provider.sdk import Block, Kind, ListOf, MapOf, Scalar
from localcloud.provider.wire import UNKNOWN

Names = Mapping[str, str]


def member_of(members: Mapping[str, Any], name: str, names: Names) -> str | None:
    """The API member that a property is called, or None."""
    if name in names:
        return names[name] if names[name] in members else None
    wanted = _spellings(name)
    for member in members:
        if member.casefold() in wanted:
            return member
    return None


def to_api(value: Any, shape: Any, names: Names = {}) -> Any:  # noqa: B006 never changed
    """An AWS parameter of botocore `shape` from a Pulumi value. Members the shape lacks are left out."""
    kind = shape.type_name
    if value is None or value is UNKNOWN:
        return None
    if kind == "structure" and isinstance(value, dict):
        result = {}
        for name, item in value.items():
            member = member_of(shape.members, name, names)
            if member is not None and item is not None:
                result[member] = to_api(item, shape.members[member], names)
        return result
    if kind == "list" and isinstance(value, dict) and _is_pair(shape.member):
        return tags_to_api(value, shape)
    if kind == "list":
        return [to_api(item, shape.member, names) for item in (value if isinstance(value, list) else [value])]
    if kind == "map" and isinstance(value, dict):
        return {key: to_api(item, shape.value, names) for key, item in value.items()}
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def tags_to_api(tags: Mapping[str, str], shape: Any) -> Any:
    """Tags in the form of `shape`: a map, or a list of key and value structures."""
    if shape.type_name == "map":
        return dict(tags)
    members = list(shape.member.members)
    key = next(member for member in members if member.casefold() in ("key", "tagkey", "name"))
    value = next(member for member in members if "value" in member.casefold())
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def tags_from_api(tags: Any) -> dict[str, str]:
    """Tags as a map, without those AWS itself sets (`aws:` prefix)."""
    if isinstance(tags, list):
        pairs = {}
        for tag in tags:
            folded = {member.casefold().removeprefix("tag"): text for member, text in tag.items()}
            pairs[folded.get("key") or folded["name"]] = folded.get("value", "")
        tags = pairs
    return {key: text for key, text in (tags or {}).items() if not key.startswith("aws:")}


def from_api(answer: Mapping[str, Any], outputs: Mapping[str, Kind], names: Names = {}) -> dict[str, Any]:  # noqa: B006
    """Pulumi properties out of an AWS answer; only those that the SDK declares and AWS gave."""
    result = {}
    for name, kind in outputs.items():
        member = member_of(answer, name, names)
        if member is not None and answer[member] is not None:
            result[name] = _incoming(answer[member], kind, names)
    return result


def _incoming(value: Any, kind: Kind, names: Names) -> Any:
    if isinstance(kind, Block):
        if isinstance(value, list):
            value = value[0] if value else {}
        return from_api(value, kind.properties, names) if isinstance(value, dict) else value
    if isinstance(kind, ListOf):
        return [
            _incoming(item, kind.element, names) for item in (value if isinstance(value, list) else [value])
        ]
    if isinstance(kind, MapOf) and isinstance(value, list):
        return tags_from_api(value)
    if isinstance(kind, MapOf) and isinstance(value, dict):
        return {key: _incoming(item, kind.element, names) for key, item in value.items()}
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(kind, Scalar):
        return _scalar(value, kind.python)
    return value


def _scalar(value: Any, python: type) -> Any:
    if python is bool and isinstance(value, str):
        return value.lower() == "true"
    if python is int and isinstance(value, str):
        return int(value)
    if python is str and isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    if python is str and not isinstance(value, str):
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _is_pair(shape: Any) -> bool:
    """Whether a structure is a key and a value, as tags are."""
    if shape.type_name != "structure":
        return False
    return {name.casefold() for name in shape.members} in ({"key", "value"}, {"name", "value"})


def _spellings(name: str) -> set[str]:
    folded = name.casefold()
    found = {folded}
    if folded.endswith("ies"):
        found.add(folded[:-3] + "y")
    if folded.endswith("s"):
        found.add(folded[:-1])
    return found

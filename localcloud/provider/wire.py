"""Property values between protobuf Structs and plain Python.

Plain Python here means dict, list, str, bool, int, float and None, with two additions: `UNKNOWN` for a
value known only after the update, and, beside the values, the set of property paths that were secret.
Assets and archives stay in their wire form (dicts that carry the signature key).
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2

Props = dict[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 a type signature of the protocol, not a credential
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


class Unknown:
    """The one value that stands for "known after the update"."""

    def __repr__(self) -> str:
        return "<unknown>"

    def __deepcopy__(self, _memo: object) -> "Unknown":
        return self


UNKNOWN = Unknown()


def has_unknown(value: Any) -> bool:
    """Whether the value is unknown, or holds an unknown anywhere."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def decode(struct: struct_pb2.Struct) -> tuple[Props, set[str]]:
    """Plain properties of a Struct, and the names of top-level properties that hold a secret."""
    values: Props = {}
    secrets: set[str] = set()
    for key, wire in struct.fields.items():
        if key.startswith("__"):
            continue  # bookkeeping of other providers, e.g. `__defaults`
        found: list[bool] = []
        values[key] = _plain(_value(wire), found)
        if found:
            secrets.add(key)
    return values, secrets


def encode(values: Mapping[str, Any], secrets: set[str] | frozenset[str] = frozenset()) -> struct_pb2.Struct:
    """Struct of plain properties; those named in `secrets` are wrapped as secrets. None is left out."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        if value is None:
            continue
        wire = _wire(value)
        struct.fields[key].CopyFrom(_proto({SIGNATURE: SECRET, "value": wire} if key in secrets else wire))
    return struct


def _value(wire: struct_pb2.Value) -> Any:
    kind = wire.WhichOneof("kind")
    if kind == "struct_value":
        return {key: _value(item) for key, item in wire.struct_value.fields.items()}
    if kind == "list_value":
        return [_value(item) for item in wire.list_value.values]
    if kind == "number_value":
        number = wire.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(wire, kind)


def _plain(value: Any, secrets: list[bool]) -> Any:
    if isinstance(value, dict):
        signature = value.get(SIGNATURE)
        if signature == SECRET:
            secrets.append(True)
            return _plain(value.get("value"), secrets)
        if signature == OUTPUT:
            if value.get("secret"):
                secrets.append(True)
            return _plain(value["value"], secrets) if "value" in value else UNKNOWN
        if signature == RESOURCE:
            return _plain(value.get("id", value.get("urn")), secrets)
        return {key: _plain(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, secrets) for item in value]
    if isinstance(value, str) and value in _UNKNOWNS:
        return UNKNOWN
    return value


def _wire(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _wire(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_wire(item) for item in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value


def _proto(value: Any) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=float(value))
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, list):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[_proto(item) for item in value]))
    fields = {key: _proto(item) for key, item in value.items()}
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))

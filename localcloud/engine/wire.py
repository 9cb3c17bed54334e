"""Property values as protobuf structs, with Pulumi's signature keys.

Owns the gRPC form only. Options say what the peer accepts: what it does not accept is flattened
(a secret to its plain value, an output to its value or the unknown sentinel, a resource reference
to its id or URN), as the genuine engine does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from google.protobuf import struct_pb2

from localcloud.engine.assets import archive_from_map, archive_to_map, asset_from_map, asset_to_map
from localcloud.engine.values import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    OUTPUT_SIGNATURE,
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_SENTINELS,
    UNKNOWN_STRING,
    Archive,
    Asset,
    Output,
    Properties,
    ResourceReference,
    Secret,
    Unknown,
    Value,
    has_unknown,
    rewrite,
)


@dataclass(frozen=True)
class Accepts:
    """What a peer understands, and whether it is sent the contents of assets or only their hashes."""

    secrets: bool = True
    outputs: bool = False
    resources: bool = True
    contents: bool = True

    def without_contents(self) -> Accepts:
        """The same peer, for calls that need no more of an asset than its hash."""
        return replace(self, contents=False)


def to_struct(properties: Properties, accepts: Accepts) -> struct_pb2.Struct:
    """`properties` as a protobuf struct for a peer that `accepts` what it says."""
    struct = struct_pb2.Struct()
    for key, item in properties.items():
        _fill(struct.fields[key], item, accepts)
    return struct


def to_value(value: Value, accepts: Accepts) -> struct_pb2.Value:
    """One value in protobuf form."""
    target = struct_pb2.Value()
    _fill(target, value, accepts)
    return target


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """The properties in a protobuf struct; sentinels and signatures become values."""
    return {key: from_value(item) for key, item in struct.fields.items()}


def from_value(value: struct_pb2.Value) -> Value:
    """One protobuf value as plain Python."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_SENTINELS else text
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [from_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields:
            return _from_signed(value.struct_value)
        return {key: from_value(item) for key, item in fields.items()}
    return None


def restore_contents(received: Properties, original: Properties) -> Properties:
    """`received` with assets of which only the hash came back replaced by the original ones of that hash."""
    known: dict[str, Asset | Archive] = {}

    def collect(value: Value) -> Value:
        if isinstance(value, Asset | Archive) and value.sha256:
            known[value.sha256] = value
        elif isinstance(value, Secret):
            rewrite(value.value, collect)
        return value

    def restore(value: Value) -> Value:
        if isinstance(value, Secret):
            return Secret(rewrite(value.value, restore))
        if isinstance(value, Asset | Archive) and value == type(value)(sha256=value.sha256):
            return known.get(value.sha256, value)
        return value

    rewrite(original, collect)
    return {key: rewrite(item, restore) for key, item in received.items()} if known else received


def _number(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def _from_signed(struct: struct_pb2.Struct) -> Value:
    raw: dict[str, Any] = {key: from_value(item) for key, item in struct.fields.items() if key != SIGNATURE}
    signature = struct.fields[SIGNATURE].string_value
    if signature == SECRET_SIGNATURE:
        return Secret(raw.get("value"))
    if signature == OUTPUT_SIGNATURE:
        known = "value" in raw and not isinstance(raw["value"], Unknown)
        dependencies = tuple(str(urn) for urn in raw.get("dependencies") or ())
        return Output(raw["value"] if known else UNKNOWN, known, bool(raw.get("secret")), dependencies)
    if signature == RESOURCE_SIGNATURE:
        identity = raw.get("id")
        return ResourceReference(str(raw["urn"]), identity, str(raw.get("packageVersion") or ""))
    if signature == ASSET_SIGNATURE:
        return asset_from_map(raw)
    if signature == ARCHIVE_SIGNATURE:
        return archive_from_map(raw)
    return {SIGNATURE: signature, **raw}


def _fill(target: struct_pb2.Value, value: Value, accepts: Accepts) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, dict):
        fields = target.struct_value.fields
        if not value:
            target.struct_value.SetInParent()
        for key, item in value.items():
            _fill(fields[key], item, accepts)
    elif isinstance(value, list):
        target.list_value.SetInParent()
        for item in value:
            _fill(target.list_value.values.add(), item, accepts)
    else:
        _fill_special(target, value, accepts)


def _fill_special(target: struct_pb2.Value, value: Value, accepts: Accepts) -> None:
    if isinstance(value, Unknown):
        target.string_value = UNKNOWN_STRING
    elif isinstance(value, Secret):
        if accepts.secrets:
            _fill(target, {SIGNATURE: SECRET_SIGNATURE, "value": value.value}, accepts)
        else:
            _fill(target, value.value, accepts)
    elif isinstance(value, Output):
        _fill_output(target, value, accepts)
    elif isinstance(value, ResourceReference):
        _fill_reference(target, value, accepts)
    elif isinstance(value, Asset):
        shown = value if accepts.contents else Asset(sha256=value.sha256)
        _fill(target, {SIGNATURE: ASSET_SIGNATURE, **asset_to_map(shown)}, accepts)
    elif isinstance(value, Archive):
        packed = value if accepts.contents else Archive(sha256=value.sha256)
        _fill(target, {SIGNATURE: ARCHIVE_SIGNATURE, **archive_to_map(packed)}, accepts)
    else:
        raise TypeError(f"cannot send a {type(value).__name__} as a property value")


def _fill_output(target: struct_pb2.Value, value: Output, accepts: Accepts) -> None:
    if accepts.outputs:
        signed: dict[str, Value] = {SIGNATURE: OUTPUT_SIGNATURE}
        if value.known:
            signed["value"] = value.value
        if value.secret:
            signed["secret"] = True
        if value.dependencies:
            signed["dependencies"] = list(value.dependencies)
        _fill(target, signed, accepts)
    elif not value.known:
        target.string_value = UNKNOWN_STRING
    elif value.secret and not isinstance(value.value, Secret):
        _fill(target, Secret(value.value), accepts)
    else:
        _fill(target, value.value, accepts)


def _fill_reference(target: struct_pb2.Value, value: ResourceReference, accepts: Accepts) -> None:
    if not accepts.resources:
        # A peer that does not know references gets the id, or the URN of a component.
        _fill(target, value.urn if value.id is None else value.id, accepts)
        return
    signed: dict[str, Value] = {SIGNATURE: RESOURCE_SIGNATURE, "urn": value.urn}
    if value.id is not None:
        signed["id"] = "" if has_unknown(value.id) else value.id
    if value.package_version:
        signed["packageVersion"] = value.package_version
    _fill(target, signed, accepts)

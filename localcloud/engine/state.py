"""The state of a stack: resources as a genuine version-3 deployment holds them.

Owns the shape and its JSON form. Does not own where the file lives (`backend.py`), how changes are
made durable (`journal.py`), nor the order of resources (`snapshot.py` of the executor).
Times are RFC 3339 strings in UTC, as Go prints them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from localcloud.engine.assets import archive_from_map, archive_to_map, asset_from_map, asset_to_map
from localcloud.engine.values import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_STRING,
    Archive,
    Asset,
    Output,
    Properties,
    ResourceReference,
    Secret,
    Unknown,
    Value,
    plain,
)

ENGINE_VERSION = "v3.260.0"
ROOT_STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX = "pulumi:providers:"


class Crypter(Protocol):
    """What state needs of a secrets manager."""

    def encrypt(self, plaintext: str) -> str:
        """The ciphertext of `plaintext`."""

    def decrypt(self, ciphertext: str) -> str:
        """The plaintext of `ciphertext`."""

    def state(self) -> dict[str, Any]:
        """The `secrets_providers` block of a deployment."""


@dataclass
class ResourceState:
    """One resource as recorded. Field names follow Python; `to_json` gives Pulumi's names."""

    urn: str
    type: str
    custom: bool = False
    delete: bool = False
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    external: bool = False
    dependencies: list[str] = field(default_factory=list)
    init_errors: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    pending_replacement: bool = False
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    import_id: str = ""
    retain_on_delete: bool = False
    deleted_with: str = ""
    created: str = ""
    modified: str = ""
    source_position: str = ""
    stack_trace: list[dict[str, Any]] = field(default_factory=list)
    ignore_changes: list[str] = field(default_factory=list)
    hide_diff: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    replacement_trigger: Value = None
    refresh_before_update: bool = False
    view_of: str = ""
    resource_hooks: dict[str, list[str]] = field(default_factory=dict)
    replace_with: list[str] = field(default_factory=list)
    env_var_mappings: dict[str, str] = field(default_factory=dict)
    snippet_id: str = ""

    @property
    def name(self) -> str:
        """The logical name, the last part of the URN."""
        return self.urn.split("::", 3)[3]

    @property
    def is_provider(self) -> bool:
        """Whether this resource is a provider instance."""
        return self.type.startswith(PROVIDER_TYPE_PREFIX)

    @property
    def reference(self) -> str:
        """The provider reference `urn::id` by which resources name this provider."""
        return f"{self.urn}::{self.id or UNKNOWN_STRING}"

    def provider_urn(self) -> str:
        """The URN of this resource's provider, or an empty string."""
        return self.provider.rsplit("::", 1)[0] if self.provider else ""

    def own_dependencies(self) -> set[str]:
        """URNs that must exist before this resource, its provider among them, its parent not."""
        urns = {self.deleted_with, self.provider_urn(), *self.dependencies, *self.replace_with}
        for listed in self.property_dependencies.values():
            urns.update(listed)
        urns.discard("")
        return urns

    def all_dependencies(self) -> set[str]:
        """`own_dependencies` and the parent."""
        return self.own_dependencies() | ({self.parent} if self.parent else set())


# (JSON name, attribute) in the order in which the genuine engine writes them.
_LEADING = (("urn", "urn"), ("custom", "custom"), ("delete", "delete"), ("id", "id"), ("type", "type"))
_TRAILING = (
    ("parent", "parent"),
    ("protect", "protect"),
    ("external", "external"),
    ("dependencies", "dependencies"),
    ("initErrors", "init_errors"),
    ("provider", "provider"),
    ("propertyDependencies", "property_dependencies"),
    ("pendingReplacement", "pending_replacement"),
    ("additionalSecretOutputs", "additional_secret_outputs"),
    ("aliases", "aliases"),
    ("customTimeouts", "custom_timeouts"),
    ("importID", "import_id"),
    ("retainOnDelete", "retain_on_delete"),
    ("deletedWith", "deleted_with"),
    ("created", "created"),
    ("modified", "modified"),
    ("sourcePosition", "source_position"),
    ("stackTrace", "stack_trace"),
    ("ignoreChanges", "ignore_changes"),
    ("hideDiff", "hide_diff"),
    ("replaceOnChanges", "replace_on_changes"),
    ("refreshBeforeUpdate", "refresh_before_update"),
    ("viewOf", "view_of"),
    ("resourceHooks", "resource_hooks"),
    ("replaceWith", "replace_with"),
    ("envVarMappings", "env_var_mappings"),
    ("snippetID", "snippet_id"),
)


@dataclass
class Operation:
    """An operation that had begun and whose end was never recorded: creating, updating, deleting, reading."""

    resource: ResourceState
    type: str


@dataclass
class Snapshot:
    """Everything a checkpoint holds, decrypted."""

    resources: list[ResourceState] = field(default_factory=list)
    pending_operations: list[Operation] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    def live(self) -> dict[str, ResourceState]:
        """Resources by URN, without those that only wait for their deletion."""
        return {state.urn: state for state in self.resources if not state.delete}

    def stack_outputs(self) -> Properties:
        """The outputs of the stack resource, or none."""
        for state in self.resources:
            if state.type == ROOT_STACK_TYPE and not state.delete:
                return state.outputs
        return {}


def now() -> str:
    """The current time as Go prints it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"


def resource_to_json(state: ResourceState, crypter: Crypter) -> dict[str, Any]:
    """`state` as one entry of a deployment's `resources`."""
    out: dict[str, Any] = {"urn": state.urn, "custom": state.custom}
    for name, attribute in _LEADING[2:]:
        if getattr(state, attribute):
            out[name] = getattr(state, attribute)
    if state.inputs:
        out["inputs"] = value_to_json(state.inputs, crypter)
    if state.outputs:
        out["outputs"] = value_to_json(state.outputs, crypter)
    for name, attribute in _TRAILING:
        if getattr(state, attribute):
            out[name] = getattr(state, attribute)
    if state.replacement_trigger is not None:
        out["replacementTrigger"] = value_to_json(state.replacement_trigger, crypter)
    return out


def resource_from_json(raw: dict[str, Any], crypter: Crypter) -> ResourceState:
    """The resource in one entry of a deployment."""
    state = ResourceState(urn=raw["urn"], type=raw["type"])
    for name, attribute in (*_LEADING, *_TRAILING):
        if raw.get(name) is not None:
            setattr(state, attribute, raw[name])
    state.inputs = value_from_json(raw.get("inputs") or {}, crypter)
    state.outputs = value_from_json(raw.get("outputs") or {}, crypter)
    state.replacement_trigger = value_from_json(raw.get("replacementTrigger"), crypter)
    return state


def snapshot_to_deployment(snapshot: Snapshot, crypter: Crypter) -> dict[str, Any]:
    """The inner `deployment` document (version 3)."""
    out: dict[str, Any] = {"manifest": snapshot.manifest or manifest()}
    out["secrets_providers"] = crypter.state()
    if snapshot.resources:
        out["resources"] = [resource_to_json(state, crypter) for state in snapshot.resources]
    if snapshot.pending_operations:
        out["pending_operations"] = [operation_to_json(each, crypter) for each in snapshot.pending_operations]
    out["metadata"] = snapshot.metadata
    return out


def operation_to_json(operation: Operation, crypter: Crypter) -> dict[str, Any]:
    """One entry of `pending_operations`."""
    return {"resource": resource_to_json(operation.resource, crypter), "type": operation.type}


def snapshot_from_deployment(raw: dict[str, Any] | None, crypter: Crypter) -> Snapshot:
    """The snapshot in the inner `deployment` document, or an empty one."""
    if not raw:
        return Snapshot()
    return Snapshot(
        resources=[resource_from_json(entry, crypter) for entry in raw.get("resources") or []],
        pending_operations=[
            Operation(resource_from_json(entry["resource"], crypter), entry["type"])
            for entry in raw.get("pending_operations") or []
        ],
        manifest=raw.get("manifest") or {},
        metadata=raw.get("metadata") or {},
    )


def manifest() -> dict[str, Any]:
    """A fresh manifest. `magic` is the SHA-256 of the engine's version, as the genuine engine computes it."""
    magic = hashlib.sha256(ENGINE_VERSION.encode()).hexdigest()
    return {"time": now(), "magic": magic, "version": ENGINE_VERSION}


def value_to_json(value: Value, crypter: Crypter) -> Any:
    """`value` in checkpoint form: secrets encrypted, unknowns as sentinels."""
    if isinstance(value, dict):
        return {key: value_to_json(value[key], crypter) for key in sorted(value)}
    if isinstance(value, list):
        return [value_to_json(item, crypter) for item in value]
    if isinstance(value, Secret):
        plaintext = json.dumps(
            value_to_json(plain(value.value), crypter), separators=(",", ":"), ensure_ascii=False
        )
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": crypter.encrypt(plaintext)}
    if isinstance(value, Output):
        inner = value.value if value.known else UNKNOWN
        return value_to_json(Secret(inner) if value.secret else inner, crypter)
    if isinstance(value, Unknown):
        return UNKNOWN_STRING
    if isinstance(value, ResourceReference):
        out = {SIGNATURE: RESOURCE_SIGNATURE, "urn": value.urn}
        if value.id is not None:
            out["id"] = "" if isinstance(value.id, Unknown) else value.id
        if value.package_version:
            out["packageVersion"] = value.package_version
        return out
    if isinstance(value, Asset):
        return {SIGNATURE: ASSET_SIGNATURE, **asset_to_map(value)}
    if isinstance(value, Archive):
        return {SIGNATURE: ARCHIVE_SIGNATURE, **archive_to_map(value)}
    return value


def value_from_json(raw: Any, crypter: Crypter) -> Value:
    """The value in its checkpoint form."""
    if isinstance(raw, dict):
        if SIGNATURE in raw:
            return _signed_from_json(raw, crypter)
        return {key: value_from_json(item, crypter) for key, item in raw.items()}
    if isinstance(raw, list):
        return [value_from_json(item, crypter) for item in raw]
    if raw == UNKNOWN_STRING:
        return UNKNOWN
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    return raw


def _signed_from_json(raw: dict[str, Any], crypter: Crypter) -> Value:
    signature = raw[SIGNATURE]
    if signature == SECRET_SIGNATURE:
        plaintext = raw["plaintext"] if "plaintext" in raw else crypter.decrypt(raw["ciphertext"])
        return Secret(value_from_json(json.loads(plaintext), crypter))
    fields = {key: item for key, item in raw.items() if key != SIGNATURE}
    if signature == RESOURCE_SIGNATURE:
        return ResourceReference(fields["urn"], fields.get("id"), fields.get("packageVersion") or "")
    if signature == ASSET_SIGNATURE:
        return asset_from_map(fields)
    if signature == ARCHIVE_SIGNATURE:
        return archive_from_map(fields)
    raise ValueError(f"unrecognized signature {signature!r} in a property value")

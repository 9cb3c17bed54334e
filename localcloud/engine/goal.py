"""What the program wants of one resource: a registration after transforms, before any provider saw it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from localcloud.engine.errors import EngineError
from localcloud.engine.state import ResourceState
from localcloud.engine.values import Properties, Value

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@dataclass(frozen=True)
class Alias:
    """A former identity: a whole URN, or the parts that differed."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass
class Goal:
    """The wanted state. None for an option means that the program did not set it (it may be inherited)."""

    type: str
    name: str
    custom: bool
    properties: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool | None = None
    dependencies: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    delete_before_replace: bool | None = None
    ignore_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    import_id: str = ""
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    replace_on_changes: list[str] = field(default_factory=list)
    retain_on_delete: bool | None = None
    deleted_with: str = ""
    replace_with: list[str] = field(default_factory=list)
    replacement_trigger: Value = None
    hide_diff: list[str] = field(default_factory=list)
    hooks: dict[str, list[str]] = field(default_factory=dict)
    env_var_mappings: dict[str, str] = field(default_factory=dict)
    source_position: str = ""
    stack_trace: list[dict[str, Any]] = field(default_factory=list)

    def inherit(self, parent: Goal | None) -> None:
        """Take from the parent's goal what this one leaves open."""
        if parent is None:
            return
        if self.protect is None:
            self.protect = parent.protect
        if self.retain_on_delete is None:
            self.retain_on_delete = parent.retain_on_delete
        self.deleted_with = self.deleted_with or parent.deleted_with


@dataclass(frozen=True)
class ReadGoal:
    """What the program wants to read: an object that it does not manage."""

    type: str
    name: str
    id: str
    properties: Properties
    parent: str
    provider: str
    dependencies: list[str]
    additional_secret_outputs: list[str]
    source_position: str
    stack_trace: list[dict[str, Any]]


def seconds(text: str) -> float:
    """The length of a duration in Go's notation (`1h30m`). Raises EngineError for anything else."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise EngineError(f"unable to parse customTimeout value {text!r}")
    total: float = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    # A whole number of seconds is written without a fraction, as the genuine engine does.
    return int(total) if total == int(total) else total


def wanted_state(goal: Goal, urn: str, old: ResourceState | None, former: str) -> ResourceState:
    """The state that a goal asks for, before any provider saw it."""
    return ResourceState(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=goal.properties,
        parent=goal.parent,
        protect=bool(goal.protect),
        dependencies=goal.dependencies,
        provider=goal.provider,
        property_dependencies=goal.property_dependencies,
        additional_secret_outputs=goal.additional_secret_outputs,
        aliases=[former] if former else [],
        custom_timeouts=goal.custom_timeouts,
        import_id=goal.import_id,
        retain_on_delete=bool(goal.retain_on_delete),
        deleted_with=goal.deleted_with,
        created=old.created if old else "",
        modified=old.modified if old else "",
        source_position=goal.source_position,
        stack_trace=goal.stack_trace,
        ignore_changes=goal.ignore_changes,
        hide_diff=goal.hide_diff,
        replace_on_changes=goal.replace_on_changes,
        replacement_trigger=goal.replacement_trigger,
        resource_hooks=goal.hooks,
        replace_with=goal.replace_with,
        env_var_mappings=goal.env_var_mappings,
    )

"""What a drift run found. Plain data: comparison makes it, the renderers print it, nothing here reads a cloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MISSING = "(absent)"
"""Stands for a value that one side does not have, in reports."""


@dataclass(frozen=True)
class Suspect:
    """A call that may have caused the drift, from the emulated AWS's journal (CloudTrail on real AWS)."""

    time: str
    """UTC, ISO 8601."""
    principal: str
    """ARN of the caller."""
    action: str
    """`service:Operation`."""


@dataclass(frozen=True)
class PropertyDrift:
    """One property whose recorded and actual values differ."""

    path: str
    """Property path; JSON documents held in strings are opened, so a path may go on inside one."""
    recorded: Any
    actual: Any
    benign: str = ""
    """Why this difference is accepted; empty when it is not."""


@dataclass(frozen=True)
class ResourceDrift:
    """One resource that differs from its state."""

    urn: str
    type: str
    name: str
    id: str
    kind: str
    """`changed` or `deleted`."""
    properties: tuple[PropertyDrift, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    breaks: tuple[str, ...] = ()
    """Policies that the actual state violates and the recorded one did not, `id: message`."""

    @property
    def benign(self) -> bool:
        """A deleted resource is never benign; a changed one is when each of its differences is."""
        return self.kind == "changed" and all(p.benign for p in self.properties)


@dataclass(frozen=True)
class DriftReport:
    """The result of one run over one stack."""

    stack: str
    checked_at: str
    """UTC, ISO 8601."""
    checked: int
    """Resources read from the cloud."""
    drifted: tuple[ResourceDrift, ...] = ()
    unreadable: tuple[str, ...] = field(default=())
    """Resources that could not be read, `urn: error`: unknown is not clean."""

    @property
    def clean(self) -> bool:
        return not self.unreadable and all(d.benign for d in self.drifted)

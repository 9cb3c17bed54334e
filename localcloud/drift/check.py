"""One drift run: read every resource of a stack from the cloud and compare it with the state. Changes neither.

Owns: turning the engine's refresh steps into a `DriftReport`. What a user manages are the inputs, so a difference in
inputs comes first; a difference in outputs alone (a version counter, a status) is reported as well, because the state
recorded it and the cloud says otherwise.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from localcloud.drift import benign, blame
from localcloud.drift.compare import differences
from localcloud.drift.model import DriftReport, PropertyDrift, ResourceDrift
from localcloud.engine import values
from localcloud.engine.events import Diagnostic, Event, ResourceFailed, Step
from localcloud.engine.operations import Context, Options, refresh
from localcloud.engine.state import ResourceState
from localcloud.errors import UserError

_SALT = os.urandom(16)
"""Of this run alone, so that a printed fingerprint of a secret tells nothing but whether two are equal."""


@dataclass(frozen=True)
class Found:
    """A report, and the resources behind it as the state has them and as the cloud has them."""

    report: DriftReport
    recorded: tuple[ResourceState, ...]
    actual: tuple[ResourceState, ...]


class Collector:
    """The sink of the run: keeps the failures and the errors, drops the rest."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.errors: list[str] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, ResourceFailed):
            self.failed.append(f"{event.step.urn}: {event.error}")
        elif isinstance(event, Diagnostic) and event.severity == "error":
            self.errors.append(f"{event.urn}: {event.message}" if event.urn else event.message)


def run(context: Context, stack: str, rules: Iterable[benign.BenignRule], calls: blame.Calls) -> Found:
    """Compares the stack of `context`, whose sink must be a `Collector`.

    Raises UserError when the run could not be carried out at all (no state, no provider).
    """
    result = refresh(context, Options(), dry_run=True)
    collector = context.sink
    assert isinstance(collector, Collector)
    unreadable = tuple(dict.fromkeys(collector.failed or collector.errors))
    if not result.ok and not unreadable:
        raise UserError(f"stack {stack}", result.error or "could not be read", "See the provider's log")
    read = [s for s in result.steps if s.op == "refresh" and s.old is not None and s.old.custom]
    rules, today = tuple(rules), date.today()
    found = [_resource(s) for s in read]
    drifted = tuple(
        dataclasses.replace(
            benign.mark(item, rules, today),
            suspects=blame.suspects(calls, blame.identifiers_of(item.id, _masked(old.outputs))),
        )
        for item, old in sorted(found, key=lambda pair: pair[0].urn)
        if item.kind == "deleted" or item.properties
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    report = DriftReport(stack, now, len(read), drifted, unreadable)
    stepped = {s.urn for s in read}
    others = tuple(r for r in result.snapshot.resources if r.urn not in stepped and not r.delete)
    recorded = tuple(s.old for s in read if s.old is not None)
    actual = tuple(s.new for s in read if s.new is not None and s.result_op != "delete")
    return Found(report, others + recorded, others + actual)


def _resource(step: Step) -> tuple[ResourceDrift, ResourceState]:
    old, new = step.old, step.new
    assert old is not None
    gone = step.result_op == "delete" or new is None
    properties = () if gone or new is None else _differences(old, new)
    item = ResourceDrift(old.urn, old.type, old.name, old.id, "deleted" if gone else "changed", properties)
    return item, old


def _differences(old: ResourceState, new: ResourceState) -> tuple[PropertyDrift, ...]:
    managed = differences(_masked(old.inputs), _masked(new.inputs))
    told = {_head(p.path) for p in managed}
    observed = differences(_masked(old.outputs), _masked(new.outputs))
    return managed + tuple(p for p in observed if _head(p.path) not in told)


def _head(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _masked(properties: values.Properties) -> dict[str, Any]:
    """Plain values; a secret is compared by a salted fingerprint and never printed."""
    return {k: values.rewrite(v, _leaf) for k, v in properties.items()}


def _leaf(value: values.Value) -> values.Value:
    if not isinstance(value, values.Secret):
        return value
    text = json.dumps(values.plain(value.value), sort_keys=True, default=str)
    return f"[secret {hashlib.sha256(_SALT + text.encode()).hexdigest()[:8]}]"

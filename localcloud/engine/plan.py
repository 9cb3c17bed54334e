"""Saved plans: what a reviewed preview said it would do, kept so that an update does no more than that.

A plan names, per resource, the operations and the inputs that were planned. `Plan.check` compares a step of
the update with it, before the step begins. Doing less is allowed; values that were unknown may become
anything. The file is localcloud's own format, not the experimental one of the pulumi CLI; secrets in it are
sealed with the stack's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud.engine.backend import StackRef, write_synced
from localcloud.engine.events import Step
from localcloud.engine.state import Crypter, value_from_json, value_to_json
from localcloud.engine.values import Properties, Unknown, plain
from localcloud.errors import UserError

FORMAT = "localcloud-plan/1"

_HARMLESS = frozenset({"same", "read", "read-replacement", "refresh", "discard", "discard-replaced"})
_REPLACING = frozenset({"replace", "create-replacement", "delete-replaced", "import-replacement"})


@dataclass
class _Planned:
    """What was planned for one resource."""

    operations: set[str] = field(default_factory=set)
    inputs: Properties | None = None


class Plan:
    """The steps of one preview, by URN."""

    def __init__(self, stack: str, planned: dict[str, _Planned]) -> None:
        self._stack = stack
        self._planned = planned

    @classmethod
    def of(cls, stack: StackRef, steps: Iterable[Step]) -> Plan:
        """The plan that the steps of a preview make."""
        planned: dict[str, _Planned] = {}
        for step in steps:
            entry = planned.setdefault(step.urn, _Planned())
            entry.operations.add(step.op)
            if step.new is not None and step.op not in _HARMLESS:
                entry.inputs = step.new.inputs
        return cls(str(stack), planned)

    @classmethod
    def load(cls, path: Path, stack: StackRef, crypter: Crypter) -> Plan:
        """The plan in `path`. Raises UserError when it is none, or one of another stack."""
        try:
            document = json.loads(path.read_text())
        except OSError as error:
            problem = f"cannot be read ({error.strerror})"
            raise UserError(
                f"--plan {path}", problem, "Write it with `localcloud preview --save-plan`"
            ) from error
        except ValueError as error:
            raise UserError(f"--plan {path}", f"is not JSON: {error}", "Save the plan again") from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            problem = "is not a plan of localcloud"
            raise UserError(f"--plan {path}", problem, "Write it with `localcloud preview --save-plan`")
        if document["stack"] != str(stack):
            problem = f"is a plan for stack {document['stack']}, not {stack}"
            raise UserError(f"--plan {path}", problem, "Name the plan of this stack")
        planned = {
            urn: _Planned(
                set(entry["operations"]),
                value_from_json(entry["inputs"], crypter) if "inputs" in entry else None,
            )
            for urn, entry in document["resources"].items()
        }
        return cls(document["stack"], planned)

    def save(self, path: Path, crypter: Crypter) -> None:
        """Writes the plan; secrets are sealed."""
        resources: dict[str, Any] = {}
        for urn, entry in self._planned.items():
            resources[urn] = {"operations": sorted(entry.operations)}
            if entry.inputs is not None:
                resources[urn]["inputs"] = value_to_json(entry.inputs, crypter)
        document = {"format": FORMAT, "stack": self._stack, "resources": resources}
        try:
            write_synced(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            problem = f"cannot be written ({error.strerror})"
            raise UserError(f"--save-plan {path}", problem, "Name a file in a writable folder") from error

    def check(self, step: Step) -> str:
        """What is wrong with the step; empty when the plan allows it."""
        if step.op in _HARMLESS or step.internal:
            return ""
        planned = self._planned.get(step.urn, _Planned())
        allowed = set(planned.operations)
        if allowed & _REPLACING:
            allowed |= _REPLACING | {"update"}
        if step.op not in allowed:
            listed = ", ".join(sorted(planned.operations)) or "nothing"
            return f"{step.op} is not allowed by the plan, which has for this resource: {listed}"
        if planned.inputs is None or step.new is None or step.op in ("delete", "delete-replaced"):
            return ""
        changed = [
            key
            for key in sorted({*planned.inputs, *step.new.inputs})
            if not _fits(plain(planned.inputs.get(key)), plain(step.new.inputs.get(key)))
        ]
        return f"properties changed since the plan: {', '.join(changed)}" if changed else ""


def _fits(planned: Any, actual: Any) -> bool:
    """Whether `actual` is what was planned; what was unknown then may be anything now."""
    if isinstance(planned, Unknown):
        return True
    if isinstance(planned, dict) and isinstance(actual, dict):
        return all(_fits(planned.get(key), actual.get(key)) for key in {*planned, *actual})
    if isinstance(planned, list) and isinstance(actual, list):
        return len(planned) == len(actual) and all(map(_fits, planned, actual))
    return bool(planned == actual)

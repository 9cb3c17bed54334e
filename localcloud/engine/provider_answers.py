"""What providers answer, in the engine's terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localcloud.engine import diffs
from localcloud.engine.diffs import Diff
from localcloud.engine.events import PropertyDiff
from localcloud.engine.values import Properties, Secret, has_secret

_DIFF_KINDS = ("add", "add-replace", "delete", "delete-replace", "update", "update-replace")
_CHANGES = (diffs.UNKNOWN_CHANGES, diffs.NONE, diffs.SOME)


@dataclass(frozen=True)
class CheckFailure:
    """One input that a provider refuses."""

    property: str
    reason: str


@dataclass(frozen=True)
class Created:
    """The answer to Create (id empty in a preview)."""

    id: str
    outputs: Properties


@dataclass(frozen=True)
class ReadResult:
    """The answer to Read. `outputs` None: there is no such object. `inputs` None: the provider gave none."""

    id: str
    outputs: Properties | None
    inputs: Properties | None


def annotate_secrets(outputs: Properties, inputs: Properties) -> None:
    """Mark secret what was secret among the inputs, for a provider that does not know secrets."""
    for key, item in inputs.items():
        if key not in outputs:
            continue
        if isinstance(item, dict) and isinstance(outputs[key], dict):
            annotate_secrets(outputs[key], item)
        elif has_secret(item) and not isinstance(outputs[key], Secret):
            outputs[key] = Secret(outputs[key])


def decode_diff(answer: Any) -> Diff:
    """The answer of Diff and DiffConfig."""
    detailed = None
    if answer.hasDetailedDiff:
        detailed = {
            key: PropertyDiff(
                _DIFF_KINDS[each.kind] if each.kind < len(_DIFF_KINDS) else "update", each.inputDiff
            )
            for key, each in answer.detailedDiff.items()
        }
    return Diff(
        changes=_CHANGES[answer.changes],
        replace_keys=tuple(answer.replaces),
        changed_keys=tuple(answer.diffs),
        stable_keys=tuple(answer.stables),
        detailed=detailed,
        delete_before_replace=answer.deleteBeforeReplace,
    )

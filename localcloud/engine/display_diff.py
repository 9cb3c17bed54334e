"""Property values and their differences as text. Secrets are never shown: they read `[secret]`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from localcloud.engine.display_words import OPERATIONS, Paint
from localcloud.engine.events import Step
from localcloud.engine.values import (
    UNKNOWN_STRING,
    Archive,
    Asset,
    Output,
    Properties,
    ResourceReference,
    Secret,
    Unknown,
)

_ABSENT = object()
_LONGEST = 160
"""Longer scalars are cut, unless the full output is asked for."""


def masked(value: Any) -> Any:
    """`value` as plain JSON with `[secret]` for secrets and the sentinel for unknowns."""
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Output):
        return "[secret]" if value.secret else masked(value.value) if value.known else UNKNOWN_STRING
    if isinstance(value, Unknown):
        return UNKNOWN_STRING
    if isinstance(value, ResourceReference):
        return value.urn
    return value


def revealed(value: Any) -> Any:
    """`value` as plain JSON, secrets included: only for who asks with --show-secrets."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, Output) and value.secret and value.known:
        return revealed(value.value)
    if isinstance(value, dict):
        return {key: revealed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [revealed(item) for item in value]
    return masked(value)


def short_diff(step: Step) -> str:
    """The changed properties of a step in one bracket: `[diff: +tags~size]`; empty when none are known."""
    groups: dict[str, list[str]] = {"+": [], "-": [], "~": []}
    if step.detailed_diff:
        for path, change in sorted(step.detailed_diff.items()):
            key = path.split(".")[0].split("[")[0] or path
            sign = "~" if key != path else {"add": "+", "delete": "-"}.get(change.kind.split("-")[0], "~")
            if not any(key in names for names in groups.values()):
                groups[sign].append(key)
    else:
        reasons = step.diff_reasons or step.replace_reasons
        groups["~"] = sorted({reason.split(".")[0].split("[")[0] for reason in reasons})
    shown = "".join(f"{sign}{','.join(names)}" for sign, names in groups.items() if names)
    return f"[diff: {shown}]" if shown else ""


def step_lines(step: Step, paint: Paint, *, full: bool = False) -> Iterator[str]:
    """One step as a rich diff: what it is, then its properties."""
    words = OPERATIONS[step.op]
    yield paint(words.colour, f"{words.sign} {step.type}: ({words.planned or 'same'})")
    state = step.new or step.old
    if state is None:
        return
    if state.id:
        yield f"    [id={state.id if isinstance(state.id, str) else '[unknown]'}]"
    yield f"    [urn={step.urn}]"
    if step.provider:
        yield f"    [provider={step.provider}]"
    old = step.old.inputs if step.old else {}
    new = step.new.inputs if step.new else {}
    if step.op == "refresh":
        old, new = (step.old.outputs if step.old else {}), (step.new.outputs if step.new else {})
    if step.op in ("create", "create-replacement", "import", "read") or not step.old:
        old = {}
    if step.op in ("delete", "delete-replaced", "discard", "discard-replaced"):
        return
    lines = list(diff_lines(old, new, paint, "    ", plain_additions=not old, full=full))
    yield from lines
    if not lines:
        for path, change in sorted(step.detailed_diff.items()):
            yield paint("yellow", f"    ~ {path} ({change.kind}, at the provider)")


def diff_lines(
    old: Properties,
    new: Properties,
    paint: Paint,
    indent: str,
    *,
    plain_additions: bool = False,
    full: bool = False,
) -> Iterator[str]:
    """The differences between two property maps, one property per line, nested ones below."""
    width = max((len(str(key)) for key in (*old, *new)), default=0)
    for key in sorted({*old, *new}, key=str):
        if str(key).startswith("__"):
            continue
        before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
        yield from _entry(str(key).ljust(width), before, after, paint, indent, plain_additions, full)


def _entry(
    label: str, before: Any, after: Any, paint: Paint, indent: str, plain_additions: bool, full: bool
) -> Iterator[str]:
    if before is _ABSENT:
        sign, colour = ("", "") if plain_additions else ("+ ", "green")
        yield paint(colour, f"{indent}{sign}{label}: {_inline(after, indent, full)}")
    elif after is _ABSENT:
        yield paint("red", f"{indent}- {label}: {_inline(before, indent, full)}")
    elif before == after:
        return
    elif isinstance(before, dict) and isinstance(after, dict):
        yield paint("yellow", f"{indent}~ {label}: {{")
        yield from diff_lines(before, after, paint, indent + "    ", full=full)
        yield paint("yellow", f"{indent}  }}")
    elif isinstance(before, list) and isinstance(after, list):
        yield paint("yellow", f"{indent}~ {label}: [")
        for index in range(max(len(before), len(after))):
            old = before[index] if index < len(before) else _ABSENT
            new = after[index] if index < len(after) else _ABSENT
            yield from _entry(f"[{index}]", old, new, paint, indent + "    ", False, full)
        yield paint("yellow", f"{indent}  ]")
    else:
        shown = f"{_inline(before, indent, full)} => {_inline(after, indent, full)}"
        yield paint("yellow", f"{indent}~ {label}: {shown}")


def _inline(value: Any, indent: str, full: bool) -> str:
    if isinstance(value, dict) and value:
        inner = "".join(
            f"\n{indent}        {key}: {_inline(item, indent + '    ', full)}"
            for key, item in sorted(value.items())
        )
        return f"{{{inner}\n{indent}    }}"
    if isinstance(value, list) and value:
        inner = "".join(f"\n{indent}        {_inline(item, indent + '    ', full)}" for item in value)
        return f"[{inner}\n{indent}    ]"
    return scalar(value, full=full)


def scalar(value: Any, *, full: bool = False) -> str:
    """One value in one line: text quoted, secrets and unknowns as words in brackets."""
    if isinstance(value, Secret) or (isinstance(value, Output) and value.secret):
        return "[secret]"
    if isinstance(value, Unknown) or (isinstance(value, Output) and not value.known):
        return "[unknown]"
    if isinstance(value, Output):
        return scalar(value.value, full=full)
    if isinstance(value, Asset | Archive):
        kind = "archive" if isinstance(value, Archive) else "asset"
        return f"{kind}({value.path or value.uri or 'inline'}:{value.sha256[:7]})"
    if isinstance(value, ResourceReference):
        return value.urn
    text = json.dumps(masked(value), ensure_ascii=False)
    return text if full or len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

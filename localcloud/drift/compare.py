"""Property-level comparison of a recorded and an actual property map.

Owns: opening JSON documents held in strings (IAM policies, event patterns), so that a changed statement is named
rather than a whole document. Does not decide whether a difference matters: `benign` and the policies do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from localcloud.drift.model import MISSING, PropertyDrift


def differences(recorded: Mapping[str, Any], actual: Mapping[str, Any]) -> tuple[PropertyDrift, ...]:
    """Every differing leaf of two property maps, by path; internal keys (`__…`) are left out."""
    found = _walk("", _strip(recorded), _strip(actual))
    return tuple(PropertyDrift(path, a, b) for path, a, b in found)


def _strip(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in properties.items() if not k.startswith("__")}


def _walk(path: str, recorded: Any, actual: Any) -> Iterator[tuple[str, Any, Any]]:
    recorded, actual = _opened(recorded, actual)
    if isinstance(recorded, Mapping) and isinstance(actual, Mapping):
        for key in sorted({*recorded, *actual}):
            at = f"{path}.{key}" if path else str(key)
            yield from _walk(at, recorded.get(key, MISSING), actual.get(key, MISSING))
    elif isinstance(recorded, list) and isinstance(actual, list):
        yield from _walk_lists(path, recorded, actual)
    elif recorded != actual and not (_empty(recorded) and _empty(actual)):
        yield path, recorded, actual


def _walk_lists(path: str, recorded: list[Any], actual: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Lists of scalars differ as sets of members, policy statements by their Sid, other objects by position."""
    if all(not isinstance(v, (dict, list)) for v in [*recorded, *actual]):
        gone = [v for v in recorded if v not in actual]
        new = [v for v in actual if v not in recorded]
        if gone or new or len(recorded) != len(actual):
            yield path, recorded, actual
        return
    by_sid = _statements(recorded), _statements(actual)
    if by_sid[0] and by_sid[1]:
        for sid in sorted({*by_sid[0], *by_sid[1]}):
            yield from _walk(f"{path}[{sid}]", by_sid[0].get(sid, MISSING), by_sid[1].get(sid, MISSING))
        return
    for index in range(max(len(recorded), len(actual))):
        a = recorded[index] if index < len(recorded) else MISSING
        b = actual[index] if index < len(actual) else MISSING
        yield from _walk(f"{path}[{index}]", a, b)


def _statements(items: list[Any]) -> dict[str, Any]:
    """The items by Sid when each has one of its own; a statement without one is named by its place."""
    found = {
        str(item.get("Sid", index)): item
        for index, item in enumerate(items)
        if isinstance(item, Mapping) and "Effect" in item
    }
    return found if len(found) == len(items) else {}


def _opened(recorded: Any, actual: Any) -> tuple[Any, Any]:
    """Both values as parsed JSON when both are strings that hold an object or array, else unchanged."""
    if recorded == actual or not (isinstance(recorded, str) and isinstance(actual, str)):
        return recorded, actual
    a, b = _document(recorded), _document(actual)
    return (a, b) if a is not None and b is not None else (recorded, actual)


def _document(text: str) -> Any:
    if text[:1] not in "{[" or not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _empty(value: Any) -> bool:
    """Absent, null and the empty collection mean the same to AWS: none of them is a difference to another."""
    return value is None or value in (MISSING, "", [], {})

"""Property values as rules see them: plain Python, with one mark for what a preview cannot know yet.

Owns the way from the policy SDK's checking proxies to plain values, reading along a path, and showing a
value in a message. It never raises on odd shapes: a path that cannot be walked is absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pulumi_policy.proxy import UnknownValueError

LONGEST_SHOWN: Final = 160
DEEPEST: Final = 90
"""Protobuf refuses messages nested deeper than 100; anything below this is not read."""


class _Unknown:
    """The single value UNKNOWN."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


class UnknownValue(Exception):  # noqa: N818 - it is a condition of the preview, not an error
    """A rule read a value that is not known before the update."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def plain(value: object, depth: int = 0) -> Any:
    """The value without SDK proxies; unknowns become UNKNOWN, whole floats become ints."""
    if depth > DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {str(key): _element(value, key, depth) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_element(value, index, depth) for index in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _element(container: Any, key: Any, depth: int) -> Any:
    try:
        return plain(container[key], depth + 1)
    except UnknownValueError:
        return UNKNOWN


def read(props: object, path: str) -> Any:
    """The value at a dotted path, None when absent.

    A name steps through a one-element list, because the provider spells a single block sometimes as an
    object and sometimes as a list of one. Raises UnknownValue when the path meets an unknown.
    """
    here: Any = props
    for step in path.split("."):
        if isinstance(here, list) and not step.isdigit():
            here = here[0] if len(here) == 1 else None
        if isinstance(here, Mapping):
            here = here.get(step)
        elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            return None
        if here is UNKNOWN:
            raise UnknownValue(path)
    return here


def holds_unknown(value: object) -> bool:
    """Whether the value is, or contains, something unknown."""
    if isinstance(value, Mapping):
        return any(holds_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(holds_unknown(inner) for inner in value)
    return value is UNKNOWN


def from_json(value: object) -> Any:
    """A value that may arrive as JSON text (provider settings do): decoded if it is, else as it was."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def texts(value: object) -> tuple[str, ...]:
    """The strings of a value that is one string or a list of them; anything else is dropped."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return ()


def objects(value: object) -> tuple[Mapping[str, Any], ...]:
    """The objects of a value that is one object or a list of them; anything else is dropped."""
    if isinstance(value, Mapping):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, Mapping))
    return ()


def number(value: object) -> float | None:
    """The value as a number, also from text, else None. Booleans are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def is_true(value: object) -> bool:
    """True or the text "true" (provider settings travel as text)."""
    return value is True or value == "true"


def not_false(value: object) -> bool:
    """Absent or true: for properties whose provider default is the safe one."""
    return value is None or is_true(value)


def is_present(value: object) -> bool:
    """A non-empty string, object or list."""
    return isinstance(value, str | Mapping | list) and len(value) > 0


def equals(wanted: object) -> Callable[[object], bool]:
    """A predicate for one exact value (type included: 1 is not True)."""
    return lambda value: type(value) is type(wanted) and value == wanted


def shown(value: object) -> str:
    """A value for a message: JSON, shortened, "not set" when absent."""
    if value is None:
        return "not set"
    if value is UNKNOWN:
        return "not known yet"
    text = value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"

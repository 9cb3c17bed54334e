"""Property paths as `ignore_changes` and `replace_on_changes` spell them.

    root   root.nested   root["nested"].list[0]   root.list[*]   *

`*` stands for every element of a list or every key of a map.
"""

from __future__ import annotations

from typing import Any

from localcloud.engine.errors import EngineError
from localcloud.engine.values import Properties, Secret

Step = str | int
Path = list[Step]


def parse(text: str) -> Path:
    """The steps of a path. Raises EngineError for a malformed one."""
    path: Path = []
    rest = text
    while rest:
        if rest[0] == ".":
            rest = rest[1:]
            if not rest:
                raise EngineError(f"property path {text!r} ends with a dot")
        elif rest[0] == "[":
            step, rest = _bracket(rest, text)
            path.append(step)
            continue
        end = min((at for at in (rest.find("."), rest.find("[")) if at >= 0), default=len(rest))
        path.append(rest[:end])
        rest = rest[end:]
    return path


def _bracket(rest: str, text: str) -> tuple[Step, str]:
    if rest.startswith('["'):
        key, at = "", 2
        while at < len(rest) and rest[at] != '"':
            at += rest[at] == "\\"
            key += rest[at : at + 1]
            at += 1
        if rest[at : at + 2] != '"]':
            raise EngineError(f"property path {text!r} has an unclosed quote")
        return key, rest[at + 2 :]
    end = rest.find("]")
    inner = rest[1:end] if end > 0 else ""
    if inner == "*":
        return "*", rest[end + 1 :]
    if not inner.isdigit():
        raise EngineError(f"property path {text!r} has a malformed index")
    return int(inner), rest[end + 1 :]


def contains(path: Path, other: Path) -> bool:
    """Whether `path` is `other` or one of its prefixes, wildcards considered."""
    if len(other) < len(path):
        return False
    return all(_step_matches(step, other[at]) for at, step in enumerate(path))


def _step_matches(step: Step, other: Step) -> bool:
    return step == "*" or (step == other and isinstance(step, str) == isinstance(other, str))


def reset(path: Path, old: Properties, new: Properties) -> bool:
    """Put the values at `path` in `new` back to those in `old`, in place.

    A key that `old` lacks is removed from `new`. False when the path runs through a value that only one
    of the two has, so that there is nothing sensible to put back.
    """
    return bool(path) and _reset(path, old, new)


def _reset(path: Path, old: Any, new: Any) -> bool:
    old, new = _opened(old), _opened(new)
    step, rest = path[0], path[1:]
    if isinstance(old, list) and isinstance(new, list):
        return _reset_list(step, rest, old, new)
    if isinstance(old, dict) and isinstance(new, dict) and isinstance(step, str):
        return _reset_dict(step, rest, old, new)
    return False


def _reset_list(step: Step, rest: Path, old: list[Any], new: list[Any]) -> bool:
    if step == "*":
        if not rest:
            new[:] = old
            return True
        return all(_reset(rest, was, now) for was, now in zip(old, new, strict=False))
    if not isinstance(step, int) or step >= len(old) or step >= len(new):
        return False
    if not rest:
        new[step] = old[step]
        return True
    return _reset(rest, old[step], new[step])


def _reset_dict(step: str, rest: Path, old: dict[str, Any], new: dict[str, Any]) -> bool:
    if step == "*":
        keys = sorted(set(old) | set(new))
        return all(_reset_dict(key, rest, old, new) for key in keys)
    if not rest:
        if step in old:
            new[step] = old[step]
        else:
            new.pop(step, None)
        return True
    if step not in old and step not in new:
        return True
    if step not in old or step not in new:
        return False
    return _reset(rest, old[step], new[step])


def _opened(value: Any) -> Any:
    return _opened(value.value) if isinstance(value, Secret) else value

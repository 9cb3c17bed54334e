"""When two values mean the same to AWS, and where two property bags differ."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from localcloud.provider.model import ResourceType
from localcloud.provider.wire import UNKNOWN, has_unknown

ADD, DELETE, UPDATE = "ADD", "DELETE", "UPDATE"

_LIST_OR_ONE = frozenset({"Action", "NotAction", "Resource", "NotResource", "AWS", "Service", "Federated"})


def same(row: ResourceType, name: str, left: Any, right: Any) -> bool:
    """Whether two values of a property mean the same. An unknown differs from everything."""
    if has_unknown(left) or has_unknown(right):
        return False
    return bool(canonical(row, name, left) == canonical(row, name, right))


def canonical(row: ResourceType, name: str, value: Any) -> Any:
    """The form in which values of one property are compared; None = as if not given."""
    if name in row.documents:
        return _document(value)
    baseline = row.defaults.get(name, row.absent.get(name))
    if baseline is not None:
        given = _reduced(value, name, row, keep_zero=True)
        return None if given == _reduced(baseline, name, row, keep_zero=True) else given
    return _reduced(value, name, row)


def changed_inputs(row: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Names of the inputs that differ in meaning, sorted."""
    found = []
    for name in sorted(set(old) | set(new)):
        if name in row.kept and new.get(name) is None:
            continue
        before = without_chosen(row, name, old.get(name), new.get(name))
        if not same(row, name, before, new.get(name)):
            found.append(name)
    return found


def paths(row: ResourceType, name: str, old: Any, new: Any) -> dict[str, str]:
    """Property paths below `name` that differ, to ADD, DELETE or UPDATE; never empty."""
    found: dict[str, str] = {}
    if name in row.documents or has_unknown(new):
        kind = ADD if old is None else DELETE if new is None else UPDATE
        return {name: kind}
    _walk(name, name, old, new, row, found)
    return found or {name: UPDATE}


def reconcile(row: ResourceType, name: str, recorded: Any, live: Any) -> Any:
    """The recorded spelling when it means the same as the live value, else the live value."""
    live = without_chosen(row, name, live, recorded) if recorded is not None else live
    return recorded if recorded is not None and same(row, name, recorded, live) else live


def without_chosen(row: ResourceType, name: str, value: Any, written: Any) -> Any:
    """A value less the nested properties (`kept`, dotted) that AWS chose because they were not written."""
    for path in row.kept:
        if path.startswith(name + "."):
            value = _without(value, written, path.split(".")[1:])
    return value


def _without(value: Any, written: Any, path: list[str]) -> Any:
    if isinstance(value, list):
        others = written if isinstance(written, list) else []
        return [
            _without(item, others[at] if at < len(others) else None, path) for at, item in enumerate(value)
        ]
    if not isinstance(value, dict) or not isinstance(written, dict):
        return value
    key, rest = path[0], path[1:]
    if rest:
        return {**value, key: _without(value.get(key), written.get(key), rest)} if key in value else value
    return (
        value if written.get(key) is not None else {name: item for name, item in value.items() if name != key}
    )


def _walk(path: str, plain: str, old: Any, new: Any, row: ResourceType, found: dict[str, str]) -> None:
    if old is None or new is None:
        if old is not new:
            found[path] = ADD if old is None else DELETE
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            part = key if key.isidentifier() else '["' + key.replace('"', '\\"') + '"]'
            joined = f"{path}.{part}" if key.isidentifier() else path + part
            _walk(joined, f"{plain}.{key}", old.get(key), new.get(key), row, found)
        return
    if isinstance(old, list) and isinstance(new, list):
        if plain in row.unordered:
            _walk_set(path, plain, old, new, row, found)
            return
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            _walk(f"{path}[{index}]", plain, before, after, row, found)
        return
    if _reduced(old, plain, row) != _reduced(new, plain, row):
        found[path] = UPDATE


def _walk_set(
    path: str, plain: str, old: list[Any], new: list[Any], row: ResourceType, found: dict[str, str]
) -> None:
    before = [_reduced(item, plain, row) for item in old]
    after = [_reduced(item, plain, row) for item in new]
    for index, item in enumerate(before):
        if item not in after:
            found[f"{path}[{index}]"] = DELETE
    for index, item in enumerate(after):
        if item not in before:
            key = f"{path}[{index}]"
            found[key] = UPDATE if key in found else ADD


def _reduced(value: Any, path: str, row: ResourceType, keep_zero: bool = False) -> Any:
    """Without what means "not given": None, empty, and (inside) false and zero; sets sorted."""
    if isinstance(value, dict):
        items = {key: _reduced(item, f"{path}.{key}", row) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None} or None
    if isinstance(value, list):
        elements = [_reduced(item, path, row) for item in value]
        if path in row.unordered:
            elements = sorted((item for item in elements if item is not None), key=_order)
        return elements or None
    if value is UNKNOWN:
        return value
    if path in row.documents:
        return _document(value)
    if not keep_zero and (value is None or value == "" or value is False or value == 0):
        return None
    return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


@functools.lru_cache(maxsize=2048)
def _parsed(text: str) -> Any:
    try:
        return _policy(json.loads(text))
    except ValueError:
        return text


def _document(value: Any) -> Any:
    if isinstance(value, str) and value:
        return _parsed(value)
    return _policy(value) if isinstance(value, dict | list) and value else value or None


def _policy(node: Any, key: str = "") -> Any:
    """JSON with what IAM treats alike made equal: one element or a list, order of actions and resources."""
    if isinstance(node, dict):
        return {name: _policy(item, name) for name, item in node.items()}
    if isinstance(node, list):
        items = [_policy(item) for item in node]
        if key in _LIST_OR_ONE or (key.startswith(("aws:", "s3:", "kms:", "iam:", "sts:")) and items):
            unique = sorted({_order(item): item for item in items}.items())
            return unique[0][1] if len(unique) == 1 else [item for _, item in unique]
        if key == "Statement":
            return items[0] if len(items) == 1 else items
        return items
    if isinstance(node, bool):
        return "true" if node else "false"
    return node

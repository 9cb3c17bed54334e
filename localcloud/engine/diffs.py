"""What a provider's Diff answered, and how options of a resource change that answer."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from localcloud.engine import property_path
from localcloud.engine.errors import EngineError
from localcloud.engine.events import PropertyDiff
from localcloud.engine.values import Properties, Secret, Value

NONE, SOME, UNKNOWN_CHANGES = "none", "some", "unknown"

_INIT_ERROR_KEY = "#initerror"
_INVERSE = {
    "add": "delete",
    "add-replace": "delete-replace",
    "delete": "add",
    "delete-replace": "add-replace",
    "update": "update",
    "update-replace": "update-replace",
}


@dataclass(frozen=True)
class Diff:
    """One answer. `detailed` is None when the provider gave none (which differs from an empty one)."""

    changes: str = NONE
    replace_keys: tuple[str, ...] = ()
    changed_keys: tuple[str, ...] = ()
    stable_keys: tuple[str, ...] = ()
    detailed: dict[str, PropertyDiff] | None = field(default=None, hash=False)
    delete_before_replace: bool = False

    @property
    def replaces(self) -> bool:
        """Whether the change cannot be made in place."""
        if any(each.kind.endswith("-replace") for each in (self.detailed or {}).values()):
            return True
        return bool(self.replace_keys)

    def inverted(self) -> Diff:
        """The same change seen from the other side: what was added is deleted."""
        detailed = self.detailed
        if detailed is not None:
            detailed = {
                key: PropertyDiff(_INVERSE[each.kind], each.input_diff) for key, each in detailed.items()
            }
        return replace(self, detailed=detailed)


def same(left: Value, right: Value) -> bool:
    """Deep equality that keeps booleans apart from numbers, and secrets apart from plain values."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Secret) and isinstance(right, Secret):
        return same(left.value, right.value)
    return bool(left == right)


def between(old: Properties, new: Properties) -> Diff:
    """The engine's own diff, for a provider that says it does not know."""
    detailed: dict[str, PropertyDiff] = {}
    for key in sorted(old.keys() | new.keys()):
        _compare(key, old.get(key), new.get(key), key in old, key in new, detailed)
    if not detailed:
        return Diff()
    changed = tuple(sorted({str(property_path.parse(key)[0]) for key in detailed}))
    return Diff(changes=SOME, changed_keys=changed, detailed=detailed)


def _compare(
    at: str, old: Value, new: Value, had: bool, has: bool, detailed: dict[str, PropertyDiff]
) -> None:
    if had and has and same(old, new):
        return
    if had and has and isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            path = f"{at}.{key}" if key.isidentifier() else f'{at}["{key}"]'
            _compare(path, old.get(key), new.get(key), key in old, key in new, detailed)
        return
    if had and has and isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            was = old[index] if index < len(old) else None
            now = new[index] if index < len(new) else None
            _compare(f"{at}[{index}]", was, now, index < len(old), index < len(new), detailed)
        return
    detailed[at] = PropertyDiff("update" if had and has else "delete" if had else "add", True)


def ignore_changes(inputs: Properties, old_inputs: Properties, ignored: Sequence[str]) -> Properties:
    """`inputs` with the values at the ignored paths put back to the old ones.

    Raises EngineError when a path runs through something that is missing on one side.
    """
    if not ignored:
        return inputs
    kept, result, missing = copy.deepcopy(old_inputs), copy.deepcopy(inputs), []
    for text in ignored:
        try:
            path = property_path.parse(text)
        except EngineError:
            continue  # the genuine engine passes over what it cannot parse
        if not property_path.reset(path, kept, result):
            missing.append(text)
    if missing:
        listed = ", ".join(missing)
        raise EngineError(
            "cannot ignore changes to the following properties because one or more elements of the path "
            f'are missing: "{listed}"'
        )
    return result


def replace_on_changes(diff: Diff, paths: Sequence[str], has_init_errors: bool) -> Diff:
    """`diff` with changes at `paths` made replacements.

    A path matches what the provider reports, key for key: one below a reported key does not match.
    """
    if diff.changes != SOME and not has_init_errors:
        return diff
    wanted = [property_path.parse(text) for text in paths]

    def hit(key: str) -> bool:
        reported = property_path.parse(key)
        return any(property_path.contains(path, reported) for path in wanted)

    detailed = diff.detailed
    if detailed is not None:
        detailed = {key: _as_replace(each) if hit(key) else each for key, each in detailed.items()}
    keys = dict.fromkeys(diff.replace_keys)
    keys.update(dict.fromkeys(key for key in diff.changed_keys if hit(key)))
    changes = diff.changes
    if has_init_errors and hit(_INIT_ERROR_KEY):
        keys[_INIT_ERROR_KEY] = None
        changes = SOME
        if detailed is not None:
            detailed[_INIT_ERROR_KEY] = PropertyDiff("update-replace", False)
    return replace(diff, changes=changes, replace_keys=tuple(keys), detailed=detailed)


def _as_replace(each: PropertyDiff) -> PropertyDiff:
    kind = each.kind if each.kind.endswith("-replace") else f"{each.kind}-replace"
    return PropertyDiff(kind, each.input_diff)

"""Check: the inputs of a resource with everything filled in that the provider fills in, validated."""

import hashlib
import re
from typing import Any

from localcloud.provider import tagging
from localcloud.provider.model import AutoName, ResourceType
from localcloud.provider.sessions import Instance
from localcloud.provider.validation import Problem, validate
from localcloud.provider.wire import UNKNOWN, Props


def check(
    row: ResourceType, instance: Instance, urn: str, old: Props, new: Props, seed: bytes
) -> tuple[Props, list[Problem]]:
    """Validated inputs with defaults, name, Region and all tags filled in."""
    inputs = {name: value for name, value in new.items() if value is not None}
    inputs.pop("tagsAll", None)
    for path, value in row.defaults.items():
        _default(inputs, path.split("."), value)
    if row.auto_name is not None:
        _name(row.auto_name, urn, old, inputs, seed)
    known = row.sdk.inputs.properties
    if "region" in known:
        inputs.setdefault("region", instance.region)
    inputs, problems = validate(row, inputs)
    if "tagsAll" in row.sdk.outputs:
        inputs["tagsAll"] = {} if problems else tagging.merged(instance, inputs.get("tags"))
    return inputs, problems


def _default(values: Any, path: list[str], default: Any) -> None:
    if isinstance(values, list):
        for item in values:
            _default(item, path, default)
    elif isinstance(values, dict) and len(path) == 1:
        if values.get(path[0]) is None:
            values[path[0]] = default
    elif isinstance(values, dict):
        _default(values.get(path[0]), path[1:], default)


def _name(rule: AutoName, urn: str, old: Props, inputs: Props, seed: bytes) -> None:
    if inputs.get(rule.property) is not None:
        return
    prefix = inputs.get(rule.prefix) if rule.prefix else None
    if prefix is UNKNOWN:
        inputs[rule.property] = UNKNOWN
        return
    stem = str(prefix) if prefix else rule.stem + urn.rsplit("::", 1)[-1] + "-"
    stem = (stem.lower() if rule.lower else stem)[: rule.limit - 7]
    before = old.get(rule.property)
    if isinstance(before, str) and re.fullmatch(re.escape(stem) + "[0-9a-f]{7}", before):
        inputs[rule.property] = before
        return
    digits = hashlib.sha256((seed or urn.encode()) + stem.encode()).hexdigest()[:7]
    inputs[rule.property] = stem + digits

"""Constraints of the AWS API's own model on inputs: enums, lengths, ranges, patterns.

The operations of a row that are `Op`s, and those it lists in `checked_by`, say which parameters exist.
ARNs are exempt from patterns: the emulator makes some that AWS would not.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from localcloud.provider.model import Op, ResourceType
from localcloud.provider.sessions import input_shape
from localcloud.provider.translate import member_of
from localcloud.provider.wire import UNKNOWN, Props

Problem = tuple[str, str]


def problems_of(row: ResourceType, inputs: Props) -> list[Problem]:
    """What AWS would refuse: values outside an enum, a length, a range or a pattern of the API's model."""
    problems: list[Problem] = []
    operations = [(row.service, name) for name in row.checked_by]
    steps = [row.create, *(change.apply for change in row.changes)]
    operations += [(step.service or row.service, step.operation) for step in steps if isinstance(step, Op)]
    seen: set[str] = set()
    for service, operation in operations:
        members = input_shape(service, operation)
        for name, value in inputs.items():
            member = (
                member_of(members, name, row.names) if name not in ("tags", "tagsAll", "region") else None
            )
            if member is not None and name not in seen:
                seen.add(name)
                _shape(value, members[member], name, row.names, problems)
    return problems


def _shape(value: Any, shape: Any, path: str, names: Mapping[str, str], problems: list[Problem]) -> None:
    if value is UNKNOWN or value is None or value == "":
        return
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for name, item in value.items():
            member = member_of(shape.members, name, names)
            if member is not None:
                _shape(item, shape.members[member], f"{path}.{name}", names, problems)
    elif kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            _shape(item, shape.member, f"{path}[{index}]", names, problems)
    elif kind == "string" and isinstance(value, str):
        _text(value, shape, path, problems)
    elif kind in ("integer", "long") and isinstance(value, int):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if (low is not None and value < low) or (high is not None and value > high):
            problems.append((path, f"expected a number in the range ({low} - {high}), got {value}"))


def _text(value: str, shape: Any, path: str, problems: list[Problem]) -> None:
    options = getattr(shape, "enum", None)
    if options and value not in options:
        said = ", ".join(json.dumps(option) for option in options)
        problems.append((path, f"expected one of [{said}], got {json.dumps(value)}"))
        return
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        problems.append((path, f"expected at least {low} characters, got {len(value)}"))
    if high is not None and len(value) > high:
        problems.append((path, f"expected at most {high} characters, got {len(value)}"))
    pattern = shape.metadata.get("pattern")
    if pattern and not value.startswith("arn:") and not _matches(pattern, value):
        problems.append((path, f"{json.dumps(value)} does not match the pattern {pattern}"))


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True  # a Java or Ruby dialect that Python cannot read: AWS itself will judge

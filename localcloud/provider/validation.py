"""Validation of inputs before anything is called: the SDK's types, then botocore's constraints.

Returns problems as (property path, reason); an empty list means valid. Unknown values are accepted wherever
a value may stand. Scalars in a convertible spelling ("5" for a number) are converted, as the genuine
provider does.
"""

import difflib
import json
import re
from collections.abc import Iterable
from typing import Any

from localcloud.provider import constraints
from localcloud.provider.model import ResourceType
from localcloud.provider.sdk import Block, Kind, ListOf, MapOf, Scalar
from localcloud.provider.wire import SIGNATURE, UNKNOWN, Props

Problem = tuple[str, str]


def validate(row: ResourceType, inputs: Props) -> tuple[Props, list[Problem]]:
    """The inputs with convertible scalars converted, and what is wrong with them."""
    problems: list[Problem] = []
    block = row.sdk.inputs
    given = {name: value for name, value in inputs.items() if name != "tagsAll"}
    checked = _block(given, block, "", problems)
    if "tagsAll" in inputs:
        checked["tagsAll"] = inputs["tagsAll"]
    for name in sorted(row.documents):
        _document(checked.get(name), name, problems)
    for name in sorted(row.not_emulated & checked.keys()):
        problems.append((name, "is not emulated by localcloud. Leave it out"))
    if not problems:
        problems.extend(constraints.problems_of(row, checked))
    if not problems and row.check is not None:
        problems.extend(row.check(checked))
    return checked, problems


def check_block(values: Props, block: Block) -> tuple[Props, list[Problem]]:
    """Validation against an SDK class alone (provider configuration, invoke arguments)."""
    problems: list[Problem] = []
    return _block(values, block, "", problems), problems


def unexpected(name: str, known: Iterable[str]) -> str:
    """The reason for an unknown property, with the nearest known one."""
    options = sorted(known)
    folded = {re.sub(r"[_-]", "", option).casefold(): option for option in options}
    near = folded.get(re.sub(r"[_-]", "", name).casefold())
    if near is None:
        close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
        near = close[0] if close else None
    hint = f'Did you mean "{near}"?' if near else "Remove it. Known: " + ", ".join(options) + "."
    return f'unknown property "{name}". {hint}'


def _block(value: Props, block: Block, path: str, problems: list[Problem]) -> Props:
    result = {}
    for name, item in value.items():
        where = f"{path}.{name}" if path else name
        kind = block.properties.get(name)
        if kind is None:
            problems.append((where, unexpected(name, block.properties)))
        elif item is not None:
            result[name] = _value(item, kind, where, problems)
    for name in sorted(block.required):
        if value.get(name) is None:
            where = f"{path}.{name}" if path else name
            problems.append((where, f'missing required property "{name}"'))
    return result


def _value(value: Any, kind: Kind, path: str, problems: list[Problem]) -> Any:
    if value is UNKNOWN:
        return value
    if isinstance(kind, Block):
        if isinstance(value, dict):
            return _block(value, kind, path, problems)
        problems.append((path, f"expected an object, got {_said(value)}"))
    elif isinstance(kind, ListOf):
        if isinstance(value, list):
            items = enumerate(value)
            return [_value(item, kind.element, f"{path}[{index}]", problems) for index, item in items]
        problems.append((path, f"expected a list, got {_said(value)}"))
    elif isinstance(kind, MapOf):
        if isinstance(value, dict) and SIGNATURE not in value:
            return {
                key: _value(item, kind.element, f"{path}.{key}", problems)
                for key, item in value.items()
                if item is not None
            }
        problems.append((path, f"expected a map, got {_said(value)}"))
    else:
        return _scalar(value, kind, path, problems)
    return value


def _scalar(value: Any, kind: Scalar, path: str, problems: list[Problem]) -> Any:
    wanted = kind.python
    if wanted is object or (isinstance(value, dict) and SIGNATURE in value):
        return value
    if isinstance(value, dict | list):
        problems.append((path, f"expected {_NAMES[wanted]}, got {_said(value)}"))
    elif wanted is str:
        return str(value).lower() if isinstance(value, bool) else str(value)
    elif wanted is bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        problems.append((path, f"expected a boolean, got {_said(value)}"))
    elif isinstance(value, bool):
        problems.append((path, f"expected {_NAMES[wanted]}, got {_said(value)}"))
    else:
        try:
            number = float(value)
        except ValueError:
            problems.append((path, f"expected {_NAMES[wanted]}, got {_said(value)}"))
            return value
        if wanted is int and not number.is_integer():
            problems.append((path, f"expected a whole number, got {_said(value)}"))
        return int(number) if number.is_integer() else number
    return value


_NAMES = {str: "a string", bool: "a boolean", int: "a number", float: "a number"}


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value) if isinstance(value, str | bool | int | float) else str(value)


def _document(value: Any, path: str, problems: list[Problem]) -> None:
    if not isinstance(value, str) or not value:
        return
    try:
        parsed = json.loads(value)
    except ValueError as error:
        problems.append((path, f"contains an invalid JSON document: {error}"))
        return
    if not isinstance(parsed, dict | list):
        problems.append((path, "contains an invalid JSON document: expected an object"))
        return
    statements = parsed.get("Statement") if isinstance(parsed, dict) else None
    for number, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        if isinstance(statement, dict) and statement.get("Effect") not in ("Allow", "Deny"):
            problems.append(
                (path, f'contains an invalid policy: Statement[{number}] needs "Effect": "Allow" or "Deny"')
            )

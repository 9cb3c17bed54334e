"""Reading of Pulumi's YAML files the way the genuine CLI reads them, with errors that name the line.

The CLI reads `yes` and `on` as text, `0o17` and `017` as fifteen, `1e3` as a thousand. PyYAML follows YAML 1.1
in other ways; the loader here replaces its rules.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from localcloud.errors import UserError

_BOOL = "tag:yaml.org,2002:bool"
_FLOAT = "tag:yaml.org,2002:float"
_INT = "tag:yaml.org,2002:int"


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalar rules of the CLI's YAML library (gopkg.in/yaml.v3)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag not in (_BOOL, _INT, _FLOAT)]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(
    _INT, re.compile(r"^[-+]?(?:[0-9][0-9_]*|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$"
    ),
    list("-+0123456789."),
)


def _construct_int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    """Digits after a zero are octal, as in YAML 1.1; where they cannot be, the number becomes a float."""
    text = loader.construct_scalar(node).replace("_", "")
    digits = text.lstrip("+-")
    if re.match(r"0[xob]", digits):
        return int(text, 0)
    if not digits.startswith("0") or digits == "0":
        return int(text)
    try:
        return int(text, 8)
    except ValueError:
        return float(text)


def _construct_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    """A key given twice is an error, as in the CLI: PyYAML would silently take the last."""
    seen: set[str] = set()
    for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key '{key.value}' is given twice", key.start_mark
            )
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(_INT, _construct_int)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def load_mapping(file: Path) -> dict[str, Any]:
    """The mapping in `file`; {} when it is empty. Raises UserError naming file and line."""
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - the loader is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(file)
        raise UserError(where, f"malformed YAML: {error.problem}", "Correct the line") from error
    except UnicodeDecodeError as error:
        raise UserError(str(file), f"is not UTF-8 text (byte {error.start})", "Save it as UTF-8") from error
    except yaml.YAMLError as error:
        raise UserError(str(file), f"malformed YAML: {error}", "Correct the file") from error
    except OSError as error:
        raise UserError(str(file), f"cannot be read ({error.strerror})", "Make it a readable file") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise UserError(str(file), "is not a mapping", "Write it as 'key: value' lines")
    return {str(key): value for key, value in document.items()}


def refuse_misspelt(file: Path, mapping: dict[str, Any], known: Iterable[str]) -> None:
    """Raises UserError for a key that is almost one of `known`.

    Other unknown keys pass: the CLI ignores them, and tools keep their own settings there.
    """
    names = sorted(known)
    for key in mapping:
        near = [] if key in names else difflib.get_close_matches(key, names, n=1, cutoff=0.75)
        if near:
            raise UserError(f"{file}, key {key}", "unknown key", f"Did you mean '{near[0]}'?")

"""YAML with line numbers, checked against a JSON schema.

Owns turning a file into plain data plus the line of every key, and turning each defect (unreadable file, broken
YAML, a key written twice, a schema violation) into a ``ConfigError`` that names file, line and YAML path. It
deliberately does not know what the data means: rules that span rows live beside the model they belong to.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from components.errors import ConfigError, did_you_mean

PathKey = tuple[str | int, ...]


@dataclass(frozen=True)
class Located:
    """A parsed file whose every value can be traced to its line."""

    file: str
    """How messages name the file: as given by the caller."""
    data: Any
    """Plain lists, dicts and scalars."""
    lines: Mapping[PathKey, int]
    """Line (from 1) of each key or list item."""

    def subject(self, path: Sequence[str | int]) -> str:
        """``file:line path`` of a value, falling back to the nearest ancestor that has a line."""
        keys = tuple(path)
        near = keys
        while near and near not in self.lines:
            near = near[:-1]
        dotted = ".".join(str(key) for key in keys)
        return f"{self.file}:{self.lines.get(near, 1)} {dotted}".rstrip()

    def error(self, path: Sequence[str | int], problem: str, remedy: str) -> ConfigError:
        """The error for one value of this file."""
        return ConfigError(self.subject(path), problem, remedy)


def load(file: Path, schema_file: Path, shown_as: str | None = None) -> Located:
    """Read, parse and validate one catalogue file. Raises ConfigError on the first defect, in file order."""
    located = parse(_read(file, shown_as), shown_as or str(file))
    schema = json.loads(schema_file.read_text())
    errors = jsonschema.Draft202012Validator(schema).iter_errors(located.data)
    worst = min(errors, key=lambda error: _order(located, error), default=None)
    if worst is not None:
        raise _schema_error(located, worst)
    return located


def parse(text: str, name: str) -> Located:
    """Parse one YAML document, keeping lines; a key written twice is an error, not a silent override."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"not readable as YAML: {error.problem}"
        raise ConfigError(f"{name}:{line}", problem, "Correct the indentation or quoting there.") from error
    except yaml.YAMLError as error:
        raise ConfigError(name, f"not readable as YAML: {error}", "Remove the character.") from error
    if root is None:
        raise ConfigError(name, "the file is empty", "Restore it from version control.")
    lines: dict[PathKey, int] = {}
    _walk(root, (), lines, name)
    return Located(name, yaml.safe_load(text), lines)


def _read(file: Path, shown_as: str | None) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(shown_as or str(file), "is not UTF-8 text", "Save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(
            shown_as or str(file), f"cannot be read ({error.strerror})", "Restore it, or correct the path."
        ) from error


def _walk(node: yaml.Node, path: PathKey, lines: dict[PathKey, int], name: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _walk(item, (*path, index), lines, name)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            child = (*path, key.value)
            line = key.start_mark.line + 1
            if child in lines:
                dotted = ".".join(str(part) for part in child)
                raise ConfigError(
                    f"{name}:{line} {dotted}",
                    f"the key is written twice (first on line {lines[child]})",
                    "Keep one of the two.",
                )
            lines[child] = line
            _walk(value, child, lines, name)


def _order(located: Located, error: jsonschema.ValidationError) -> tuple[int, int]:
    path: PathKey = tuple(error.absolute_path)
    while path and path not in located.lines:
        path = path[:-1]
    return (located.lines.get(path, 0), len(path))


def _schema_error(located: Located, error: jsonschema.ValidationError) -> ConfigError:
    path = tuple(error.absolute_path)
    rule = error.validator
    wanted: Any = error.validator_value
    schema: Any = error.schema
    if rule == "additionalProperties" and isinstance(error.instance, dict):
        known = list(schema.get("properties", {}))
        unknown = next((key for key in error.instance if key not in known), "?")
        return located.error((*path, unknown), "unknown key", did_you_mean(str(unknown), known))
    if rule == "required" and isinstance(error.instance, dict):
        missing = next(key for key in wanted if key not in error.instance)
        return located.error((*path, missing), "the key is missing", _describe(schema, missing))
    if rule == "enum":
        remedy = did_you_mean(str(error.instance), _texts(wanted))
        return located.error(path, f"'{error.instance}' is not allowed", remedy)
    if rule == "pattern" or rule == "propertyNames":
        hint = schema.get("description", f"It must match {wanted}.")
        return located.error(path, f"'{error.instance}' has the wrong form", str(hint))
    if rule == "type":
        return located.error(
            path, f"expected {wanted}, found {type(error.instance).__name__}", "Correct the value."
        )
    return located.error(path, error.message, "See the schema named in the file's first line.")


def _describe(schema: Mapping[str, Any], key: str) -> str:
    description = schema.get("properties", {}).get(key, {}).get("description")
    return f"Add '{key}': {description}" if description else f"Add '{key}'."


def _texts(values: Iterable[Any]) -> list[str]:
    return [str(value) for value in values]

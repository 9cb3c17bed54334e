"""Typed reading of one stack's configuration.

Owns: which keys exist, and turning an unknown, missing or malformed value into a ConfigError that names
``Pulumi.<stack>.yaml`` and the key. It deliberately does not know what the values mean: `settings.py` does.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi.runtime.config as runtime_config

from .errors import ConfigError, did_you_mean


@dataclass(frozen=True)
class Key:
    """One documented configuration key."""

    name: str
    """Without the project's namespace."""
    form: str
    """What a value looks like."""
    meaning: str
    """What it decides, in one line."""
    default: str | None = None
    """Value used when the key is absent; None means the key is required. JSON for anything but text."""


class ConfigReader:
    """Reads the keys of one project namespace in one stack."""

    def __init__(self, stack: str, project: str, values: Mapping[str, str], keys: Sequence[Key]) -> None:
        """Args: values maps full keys (``project:name``) to raw text, as Pulumi hands them to a program."""
        self._stack = stack
        self._project = project
        self._keys = {key.name: key for key in keys}
        self._values = {
            key.split(":", 1)[1]: value for key, value in values.items() if key.startswith(f"{project}:")
        }
        for name in sorted(self._values):
            if name not in self._keys:
                raise self.error(name, "unknown key", did_you_mean(name, self._keys))

    def error(self, name: str, problem: str, remedy: str) -> ConfigError:
        """The error for one key."""
        return ConfigError(f"Pulumi.{self._stack}.yaml {self._project}:{name}", problem, remedy)

    def text(self, name: str) -> str:
        """A value as text, or the key's default."""
        value = self._values.get(name, self._keys[name].default)
        if value is None:
            key = self._keys[name]
            raise self.error(name, "the key is missing", f"Add it: {key.meaning} ({key.form}).")
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """A value out of a closed list."""
        value = self.text(name)
        if value not in allowed:
            raise self.error(name, f"'{value}' is not allowed", did_you_mean(value, allowed))
        return value

    def matching(self, name: str, pattern: str) -> str:
        """A value of a fixed form; the key's ``form`` is the remedy."""
        value = self.text(name)
        if not re.fullmatch(pattern, value):
            raise self.error(name, f"'{value}' has the wrong form", f"Write {self._keys[name].form}.")
        return value

    def object(self, name: str, fields: Mapping[str, Callable[[Any], bool]]) -> dict[str, Any]:
        """A mapping whose keys and value forms are all given in ``fields``."""
        value = self._json(name)
        if not isinstance(value, dict):
            raise self.error(name, "expected a mapping", f"Write {self._keys[name].form}.")
        self._check_fields(name, value, fields)
        return value

    def objects(self, name: str, fields: Mapping[str, Callable[[Any], bool]]) -> list[dict[str, Any]]:
        """A list of such mappings."""
        values = self._json(name)
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(name, "expected a list of mappings", f"Write {self._keys[name].form}.")
        for index, value in enumerate(values):
            self._check_fields(f"{name}[{index}]", value, fields)
        return values

    def texts(self, name: str, pattern: str) -> tuple[str, ...]:
        """A list of texts of a fixed form."""
        values = self._json(name)
        if not isinstance(values, list):
            raise self.error(name, "expected a list", f"Write {self._keys[name].form}.")
        for index, value in enumerate(values):
            if not isinstance(value, str) or not re.fullmatch(pattern, value):
                raise self.error(
                    f"{name}[{index}]", f"'{value}' has the wrong form", f"Write {self._keys[name].form}."
                )
        return tuple(values)

    def whole_number(self, name: str, allowed: Collection[int]) -> int:
        """A whole number out of a closed list."""
        text = self.text(name)
        if not text.isdigit() or int(text) not in allowed:
            options = ", ".join(str(number) for number in sorted(allowed))
            raise self.error(name, f"'{text}' is not allowed", f"Use one of {options}.")
        return int(text)

    def _json(self, name: str) -> Any:
        text = self.text(name)
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            form = self._keys[name].form
            raise self.error(name, f"'{text}' is not a structured value", f"Write {form}.") from error

    def _check_fields(
        self, name: str, value: Mapping[str, Any], fields: Mapping[str, Callable[[Any], bool]]
    ) -> None:
        for key in value:
            if key not in fields:
                raise self.error(f"{name}.{key}", "unknown key", did_you_mean(key, fields))
        form = self._keys[name.split("[")[0]].form
        for key, accepts in fields.items():
            if key not in value:
                raise self.error(f"{name}.{key}", "the key is missing", f"Write {form}.")
            if not accepts(value[key]):
                raise self.error(f"{name}.{key}", f"'{value[key]}' is not allowed", f"Write {form}.")


def raw_values(project: str, keys: Sequence[Key]) -> dict[str, str]:
    """Every configuration value Pulumi handed to this program, by full key.

    `pulumi.Config` answers only for keys it is asked about, so unknown ones are listed from the runtime's own map;
    the declared ones are asked for, which also finds values given one by one in the environment.
    """
    config = pulumi.Config(project)
    values = dict(_listed())
    for key in keys:
        value = config.get(key.name)
        if value is not None:
            values[f"{project}:{key.name}"] = value
    return values


def _listed() -> Iterator[tuple[str, str]]:
    yield from runtime_config.get_config_env().items()
    yield from runtime_config.CONFIG.get().items()

"""The tunables: defaults from `policies/settings.yaml`, moved by pack configuration within their bounds.

A tunable is an integer or a list of names. On a production stack a value beyond its bound is not used and is
reported as a refusal; on a test stack configuration is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml

from policies.framework.catalogue import HOME
from policies.framework.values import number, plain, shown

FILE: Final = HOME / "settings.yaml"


@dataclass(frozen=True)
class Tunable:
    """One number or list of names that configuration may move."""

    name: str
    default: int | tuple[str, ...]
    bound: str
    """floor, ceiling, superset or subset."""
    description: str

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the configuration property, as the policy pack publishes it."""
        if isinstance(self.default, int):
            return {"type": "integer", "default": self.default, "description": self.description}
        items = {"type": "string"}
        return {
            "type": "array",
            "items": items,
            "default": list(self.default),
            "description": self.description,
        }

    @property
    def limit(self) -> str:
        """The bound in words, as a message says it."""
        words = {"floor": "at least", "ceiling": "at most", "superset": "all of", "subset": "none but"}
        value = str(self.default) if isinstance(self.default, int) else ", ".join(self.default)
        return f"{words[self.bound]} {value}"

    def admits(self, value: int | tuple[str, ...]) -> bool:
        """Whether a production stack may use the value."""
        if isinstance(value, int) and isinstance(self.default, int):
            return value >= self.default if self.bound == "floor" else 0 <= value <= self.default
        if isinstance(value, tuple) and isinstance(self.default, tuple):
            mine, its = set(self.default), set(value)
            return mine <= its if self.bound == "superset" else its <= mine
        return False

    def parse(self, raw: object) -> int | tuple[str, ...] | None:
        """A configured value in this tunable's kind, None when it is of another."""
        if isinstance(self.default, int):
            value = number(raw) if not isinstance(raw, str) else None
            return int(value) if value is not None and value == int(value) else None
        listed = raw if isinstance(raw, list | tuple) else None
        if listed is None or not all(isinstance(item, str) and item for item in listed):
            return None
        return tuple(listed)


@dataclass(frozen=True)
class Refusal:
    """A configured value that was not used."""

    name: str
    found: str
    expected: str


class Settings:
    """The values a rule may read, after configuration."""

    def __init__(self, values: Mapping[str, int | tuple[str, ...]], refusals: Iterable[Refusal] = ()) -> None:
        self._values = dict(values)
        self.refusals = tuple(refusals)

    @classmethod
    def of(cls, config: Mapping[str, Any] | None, production: bool) -> Settings:
        """The defaults moved by one policy's configuration."""
        known = tunables()
        values: dict[str, int | tuple[str, ...]] = {name: each.default for name, each in known.items()}
        refusals = []
        for name, raw in (config or {}).items():
            tunable = known.get(name)
            if tunable is None:
                refusals.append(Refusal(name, shown(plain(raw)), f"one of {', '.join(sorted(known))}"))
                continue
            value = tunable.parse(raw)
            if value is None or (production and not tunable.admits(value)):
                refusals.append(Refusal(name, shown(plain(raw)), f"{tunable.limit} on a production stack"))
            else:
                values[name] = value
        return cls(values, refusals)

    def integer(self, name: str) -> int:
        value = self._values[name]
        if not isinstance(value, int):
            raise TypeError(f"{name} is a list of names")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        value = self._values[name]
        if isinstance(value, int):
            raise TypeError(f"{name} is a number")
        return value


@cache
def _file() -> Mapping[str, Any]:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return raw if isinstance(raw, Mapping) else {}


@cache
def tunables() -> Mapping[str, Tunable]:
    """Every tunable by name."""
    return {
        name: Tunable(
            name,
            raw["default"] if isinstance(raw["default"], int) else tuple(raw["default"]),
            raw["bound"],
            raw["description"],
        )
        for name, raw in _file()["tunables"].items()
    }


def test_stack_words() -> tuple[str, ...]:
    """First words of stack names that are not production."""
    return tuple(_file()["testStacks"])

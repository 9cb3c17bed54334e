"""The catalogue: what each policy demands, why, and how to comply. The spine everything is generated from.

Owns reading and validating `policies/catalogue.yaml`. Errors name the file, the id and the key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

HOME: Final = Path(__file__).resolve().parent.parent
CATALOGUE: Final = HOME / "catalogue.yaml"
SCHEMA: Final = HOME / "catalogue.schema.json"
PCI_DSS: Final = "PCI DSS"
PCI_DSS_VERSION: Final = "4.0.1"
AREAS: Final = {
    "LOG": "logging",
    "DET": "detection",
    "IAM": "identity",
    "KMS": "keys",
    "LED": "ledger",
    "WFL": "workflow",
    "NET": "network",
    "EDG": "edge",
    "S3": "storage",
    "ORG": "organization",
    "DR": "recovery",
    "OPS": "operations",
}
"""First part of an id → the folder of its rule and the heading of its chapter."""


class CatalogueError(Exception):
    """The catalogue cannot be used; the text names file, key, problem and remedy."""


@dataclass(frozen=True)
class Entry:
    """One policy of the catalogue."""

    id: str
    name: str
    """Kebab case; the policy's name in the pack and, with underscores, its rule's file."""
    statement: str
    pci: tuple[str, ...]
    """Requirement numbers of PCI DSS v4.0.1."""
    soc2: tuple[str, ...]
    """Trust services criteria, 2017 with the 2022 points of focus."""
    severity: str
    enforcement: str
    scope: str
    reads: Mapping[str, tuple[str, ...]]
    """Type token → the properties the rule reads of it."""
    settings: tuple[str, ...]
    """Names of the tunables the rule reads."""
    exemptible: bool
    why: str
    fix: str
    packs: tuple[str, ...]

    @property
    def area(self) -> str:
        return AREAS[self.id.split("-")[0]]

    @property
    def module(self) -> str:
        """The Python module that holds the rule."""
        return f"policies.rules.{self.area}.{self.name.replace('-', '_')}"

    @property
    def controls(self) -> str:
        """The controls as a message prints them: `PCI 10.3.4; SOC 2 CC7.3, PI1.5`."""
        parts = [f"PCI {', '.join(self.pci)}"] if self.pci else []
        parts += [f"SOC 2 {', '.join(self.soc2)}"] if self.soc2 else []
        return "; ".join(parts)


def load(path: Path = CATALOGUE) -> tuple[Entry, ...]:
    """Every entry of a catalogue file, in file order. Raises CatalogueError."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueError(
            f"{path.name}: cannot be read ({error}). Restore it from version control."
        ) from error
    _validate(raw, path)
    entries = tuple(_entry(one) for one in raw["policies"])
    for attribute in ("id", "name"):
        seen: set[str] = set()
        for entry in entries:
            value = getattr(entry, attribute)
            if value in seen:
                raise CatalogueError(
                    f"{path.name}: {attribute} {value} appears twice. Give each policy its own."
                )
            seen.add(value)
    return entries


@cache
def catalogue() -> tuple[Entry, ...]:
    """The entries of the product's own catalogue, read once."""
    return load()


def entry(policy_id: str) -> Entry:
    """One entry by id. Raises CatalogueError when there is none."""
    for candidate in catalogue():
        if candidate.id == policy_id:
            return candidate
    raise CatalogueError(f"{CATALOGUE.name}: no policy {policy_id}. Add an entry or correct the id.")


def _validate(raw: object, path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    errors = sorted(jsonschema.Draft202012Validator(schema).iter_errors(raw), key=lambda e: list(e.path))
    if errors:
        first = errors[0]
        where = ".".join(str(step) for step in first.path) or "(top level)"
        if len(first.path) > 1 and isinstance(raw, dict):
            where = f"{raw['policies'][first.path[1]].get('id', first.path[1])} ({where})"
        raise CatalogueError(f"{path.name}: {where}: {first.message}. See {SCHEMA.name} for the shape.")


def _entry(raw: Mapping[str, Any]) -> Entry:
    return Entry(
        id=raw["id"],
        name=raw["name"],
        statement=" ".join(raw["statement"].split()),
        pci=tuple(raw["controls"].get("pci", ())),
        soc2=tuple(raw["controls"].get("soc2", ())),
        severity=raw["severity"],
        enforcement=raw["enforcement"],
        scope=raw["scope"],
        reads={token: tuple(props) for token, props in raw["reads"].items()},
        settings=tuple(raw.get("settings", ())),
        exemptible=raw["exemptible"],
        why=" ".join(raw["why"].split()),
        fix=" ".join(raw["fix"].split()),
        packs=tuple(raw["packs"]),
    )

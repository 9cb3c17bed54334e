"""Benign drift: differences that are accepted, as data with a reason, an owner and an expiry.

Owns the file's format. A rule never hides a difference: the report shows it with its reason. A rule that has
expired no longer applies, and a rule without one of its fields is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from localcloud.drift.model import ResourceDrift
from localcloud.errors import UserError

FIELDS = ("type", "name", "property", "reason", "owner", "expires")


@dataclass(frozen=True)
class BenignRule:
    """Accepts the difference of one property; `type`, `name` and `property` may hold `*`."""

    type: str
    name: str
    property: str
    reason: str
    owner: str
    expires: date

    def covers(self, resource: ResourceDrift, path: str, today: date) -> bool:
        return (
            today <= self.expires
            and fnmatchcase(resource.type, self.type)
            and fnmatchcase(resource.name, self.name)
            and fnmatchcase(path, self.property)
        )


def load(path: Path) -> tuple[BenignRule, ...]:
    """The rules of a file; none when it does not exist.

    Raises UserError naming the file and the entry when one is malformed.
    """
    if not path.exists():
        return ()
    try:
        document = yaml.safe_load(path.read_text()) or {}
    except yaml.YAMLError as error:
        raise UserError(str(path), f"is not YAML: {error}", "Repair the file") from error
    entries = document.get("benign") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise UserError(
            f"{path}: benign", "must be a list of rules", f"Give each rule the fields {', '.join(FIELDS)}"
        )
    return tuple(_rule(path, index, entry) for index, entry in enumerate(entries))


def _rule(path: Path, index: int, entry: Any) -> BenignRule:
    where = f"{path}: benign[{index}]"
    if not isinstance(entry, dict) or set(entry) != set(FIELDS):
        raise UserError(where, f"must have exactly the fields {', '.join(FIELDS)}", "Add or remove fields")
    if not isinstance(entry["expires"], date):
        raise UserError(f"{where}.expires", f"{entry['expires']!r} is not a date", "Write it as YYYY-MM-DD")
    if entry["property"] in ("*", "**"):
        raise UserError(f"{where}.property", "accepts every difference", "Name the property that may differ")
    texts = {k: str(entry[k]) for k in FIELDS if k != "expires"}
    return BenignRule(**texts, expires=entry["expires"])


def mark(resource: ResourceDrift, rules: Iterable[BenignRule], today: date) -> ResourceDrift:
    """The resource with the reason of the first covering rule on each difference."""
    rules = tuple(rules)

    def reason(path: str) -> str:
        covering = (r for r in rules if r.covers(resource, path, today))
        return next((f"{r.reason} (owner {r.owner}, until {r.expires})" for r in covering), "")

    marked = tuple(dataclasses.replace(p, benign=reason(p.path)) for p in resource.properties)
    return dataclasses.replace(resource, properties=marked)

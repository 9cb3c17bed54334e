"""Exemptions: dated, owned, reasoned leave for one resource from one policy. Data in `policies/exemptions.yaml`.

An exemption that is expired, malformed, too long, of an unknown policy or resource, or of a policy that
admits none has no effect and is itself a violation (OPS-04), by name.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from policies.framework.catalogue import HOME, Entry, catalogue

FILE: Final = HOME / "exemptions.yaml"
KEYS: Final = ("id", "urn", "reason", "owner", "control", "expiry")
LONGEST_DAYS: Final = 366
"""PCI DSS 12.3.1 asks for each targeted risk analysis to be reviewed at least every twelve months."""


@dataclass(frozen=True)
class Exemption:
    """Leave for one resource from one policy until a date."""

    id: str
    urn: str
    reason: str
    owner: str
    control: str
    expiry: datetime.date


@dataclass(frozen=True)
class Fault:
    """An exemption that has no effect, and why."""

    label: str
    key: str
    found: str
    expected: str


@dataclass(frozen=True)
class Exemptions:
    """What the file holds: those that may count, and those that never do."""

    listed: tuple[Exemption, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    def cover(self, policy_id: str, urn: str, today: datetime.date) -> bool:
        """Whether a valid exemption lets this resource off this policy."""
        return any(
            each.id == policy_id and each.urn == urn and not _dated(each, today)
            for each in self.listed
            if urn
        )

    def faults_for(self, stack: str, urns: frozenset[str], today: datetime.date) -> list[Fault]:
        """Every exemption without effect, from the view of one stack on one day."""
        faults = list(self.faults)
        for each in self.listed:
            dated = _dated(each, today)
            if dated:
                faults.append(dated)
            elif f"urn:pulumi:{stack}::" in each.urn and each.urn not in urns:
                faults.append(
                    Fault(f"{each.id} {each.urn}", "urn", "in no resource of the stack", "an existing URN")
                )
        return faults


def load(path: Path, entries: tuple[Entry, ...]) -> Exemptions:
    """The exemptions of a file; what is malformed becomes a fault, never an exception."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        return Exemptions(faults=(Fault(path.name, "file", f"unreadable ({error})", "a YAML file"),))
    listed = raw.get("exemptions") if isinstance(raw, Mapping) else None
    if not isinstance(listed, list):
        return Exemptions(
            faults=(Fault(path.name, "exemptions", "not a list", "a list, [] when there are none"),)
        )
    known = {entry.id: entry for entry in entries}
    good, faults = [], []
    for index, item in enumerate(listed):
        parsed = _parse(item, index, known)
        if isinstance(parsed, Fault):
            faults.append(parsed)
        else:
            good.append(parsed)
    return Exemptions(tuple(good), tuple(faults))


@cache
def exemptions() -> Exemptions:
    """The product's own exemptions, read once per process."""
    return load(FILE, catalogue())


def _parse(item: Any, index: int, known: Mapping[str, Entry]) -> Exemption | Fault:
    label = f"exemptions[{index}]"
    if not isinstance(item, Mapping):
        return Fault(label, "entry", type(item).__name__, f"an object with {', '.join(KEYS)}")
    label = f"{label} {item.get('id', '(no id)')}"
    for key in KEYS:
        if key != "expiry" and not (isinstance(item.get(key), str) and item[key].strip()):
            return Fault(label, key, "missing or empty", "a text")
    extra = sorted(str(key) for key in item if key not in KEYS)
    if extra:
        return Fault(label, extra[0], "an unknown key", f"only {', '.join(KEYS)}")
    entry = known.get(item["id"])
    if entry is None:
        return Fault(label, "id", item["id"], "the id of a policy in catalogue.yaml")
    if not entry.exemptible:
        return Fault(
            label, "id", item["id"], "a policy that admits exemptions; audit, ledger and key rules never do"
        )
    if item["control"] not in entry.pci + entry.soc2:
        return Fault(label, "control", item["control"], f"one of {', '.join(entry.pci + entry.soc2)}")
    if not item["urn"].startswith("urn:pulumi:") or "*" in item["urn"]:
        return Fault(label, "urn", item["urn"], "the full URN of one resource")
    expiry = item.get("expiry")
    if isinstance(expiry, datetime.datetime) or not isinstance(expiry, datetime.date):
        return Fault(label, "expiry", str(expiry), "a date, as 2027-01-31")
    return Exemption(item["id"], item["urn"], item["reason"], item["owner"], item["control"], expiry)


def _dated(each: Exemption, today: datetime.date) -> Fault | None:
    label = f"{each.id} {each.urn}"
    if each.expiry < today:
        return Fault(label, "expiry", f"{each.expiry} (expired)", f"{today} or later, after a new review")
    if (each.expiry - today).days > LONGEST_DAYS:
        return Fault(label, "expiry", str(each.expiry), f"at most {LONGEST_DAYS} days ahead")
    return None

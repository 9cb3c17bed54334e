"""The account catalogue as typed data, and the rules that one row's schema cannot express.

Owns: unique e-mails, units that exist, no cycle of units, no unused override. Errors are ConfigErrors that name the
line. It deliberately does not create anything: `components/organization/` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import did_you_mean

from .located import Located, load

SCHEMA = Path(__file__).with_name("accounts.schema.json")
MANAGEMENT = "management"
CONTACT_KINDS = ("security", "billing", "operations")


@dataclass(frozen=True)
class Contact:
    """Someone AWS may write to or call about an account."""

    name: str
    title: str
    email: str
    phone: str


@dataclass(frozen=True)
class Unit:
    """An organizational unit."""

    key: str
    name: str
    parent: str | None


@dataclass(frozen=True)
class Account:
    """One account: where it sits, who owns it, what it may hold."""

    key: str
    unit: str | None
    email: str
    owner: str
    purpose: str
    environment: str
    data_class: str
    pci_scope: str
    cost_center: str
    internet: str
    contacts: Mapping[str, Contact]

    @property
    def tags(self) -> dict[str, str]:
        """The required tags (policy OPS-01): the account's own and the default of everything in it."""
        return {
            "owner": self.owner,
            "env": self.environment,
            "data-class": self.data_class,
            "pci-scope": self.pci_scope,
            "cost-center": self.cost_center,
        }


@dataclass(frozen=True)
class AccountCatalogue:
    """The whole file."""

    name: str
    home_region: str
    standby_region: str
    units: Mapping[str, Unit]
    accounts: Mapping[str, Account]

    @property
    def regions(self) -> tuple[str, ...]:
        """The governed Regions, home first."""
        return (self.home_region, self.standby_region)

    @property
    def members(self) -> tuple[Account, ...]:
        """Every account but management, in catalogue order."""
        return tuple(account for account in self.accounts.values() if account.key != MANAGEMENT)

    def unit_path(self, unit: str) -> tuple[str, ...]:
        """A unit and the units above it, nearest first."""
        path: list[str] = []
        at: str | None = unit
        while at is not None:
            path.append(at)
            at = self.units[at].parent
        return tuple(path)


def load_accounts(file: Path, shown_as: str | None = None) -> AccountCatalogue:
    """Read the catalogue. Raises ConfigError naming file, line and path of the first defect."""
    located = load(file, SCHEMA, shown_as)
    data = located.data
    regions = data["organization"]["regions"]
    if regions["home"] == regions["standby"]:
        raise located.error(
            ("organization", "regions", "standby"),
            f"the standby Region is the home Region ({regions['home']})",
            "Name a second Region: the ledger must survive the loss of one.",
        )
    contacts = {kind: Contact(**data["contacts"][kind]) for kind in CONTACT_KINDS}
    units = {key: Unit(key, row["name"], row.get("parent")) for key, row in data["units"].items()}
    _check_units(located, units)
    _check_accounts(located, data["accounts"], units)
    return AccountCatalogue(
        name=data["organization"]["name"],
        home_region=regions["home"],
        standby_region=regions["standby"],
        units=units,
        accounts={key: _account(key, row, contacts) for key, row in data["accounts"].items()},
    )


def _account(key: str, row: Mapping[str, Any], contacts: Mapping[str, Contact]) -> Account:
    own = {kind: Contact(**contact) for kind, contact in row.get("contacts", {}).items()}
    fields = {name: value for name, value in row.items() if name not in ("contacts", "unit")}
    return Account(key=key, unit=row.get("unit"), contacts={**contacts, **own}, **fields)


def _check_units(located: Located, units: Mapping[str, Unit]) -> None:
    for unit in units.values():
        if unit.parent is not None and unit.parent not in units:
            raise located.error(
                ("units", unit.key, "parent"),
                f"there is no unit '{unit.parent}'",
                did_you_mean(unit.parent, units),
            )
    for unit in units.values():
        trail = [unit.key]
        at = unit.parent
        while at is not None:
            trail.append(at)
            if at == unit.key:
                raise located.error(
                    ("units", unit.key, "parent"),
                    f"the units form a cycle ({' -> '.join(trail)})",
                    "Give one of them a parent outside the cycle, or none.",
                )
            if trail.count(at) > 1:
                break
            at = units[at].parent


def _check_accounts(located: Located, rows: Mapping[str, Any], units: Mapping[str, Unit]) -> None:
    seen: dict[str, str] = {}
    for key, row in rows.items():
        email = row["email"].lower()
        if email in seen:
            raise located.error(
                ("accounts", key, "email"),
                f"'{row['email']}' is already the e-mail of account '{seen[email]}'",
                "AWS wants a different address for each account; plus-addressing (aws+NAME@...) is enough.",
            )
        seen[email] = key
        unit = row.get("unit")
        if key == MANAGEMENT and unit is not None:
            raise located.error(
                ("accounts", key, "unit"),
                "the management account sits under the root",
                "Remove the key: guardrails do not bind this account wherever it sits.",
            )
        if key != MANAGEMENT and unit is None:
            raise located.error(
                ("accounts", key, "unit"), "the key is missing", f"Known units: {', '.join(units)}."
            )
        if unit is not None and unit not in units:
            raise located.error(
                ("accounts", key, "unit"), f"there is no unit '{unit}'", did_you_mean(unit, units)
            )

"""The account catalogue: what it says, and what it may not say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.catalogue.accounts import CONTACT_KINDS, load_accounts
from components.errors import ConfigError

from .conftest import CATALOGUE

Alter = Callable[[str, Callable[[Any], None]], Path]

WRONG: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "an e-mail used twice": (
        lambda data: data["accounts"]["backup"].update(email="AWS+audit@payments.example.com"),
        "accounts.backup.email",
        "already the e-mail of account 'audit'",
    ),
    "a cycle of units": (
        lambda data: data["units"]["workloads"].update(parent="prod"),
        "units.workloads.parent",
        "workloads -> prod -> workloads",
    ),
    "a unit under itself": (
        lambda data: data["units"]["security"].update(parent="security"),
        "units.security.parent",
        "security -> security",
    ),
    "a parent that does not exist": (
        lambda data: data["units"]["prod"].update(parent="workload"),
        "units.prod.parent",
        "no unit 'workload'",
    ),
    "an account in no unit": (
        lambda data: data["accounts"]["backup"].pop("unit"),
        "accounts.backup.unit",
        "the key is missing",
    ),
    "an account in an unknown unit": (
        lambda data: data["accounts"]["backup"].update(unit="infra"),
        "accounts.backup.unit",
        "no unit 'infra'",
    ),
    "management in a unit": (
        lambda data: data["accounts"]["management"].update(unit="security"),
        "accounts.management.unit",
        "sits under the root",
    ),
    "no audit account": (
        lambda data: data["accounts"].pop("audit"),
        "accounts.audit",
        "the key is missing",
    ),
    "an account without an owner": (
        lambda data: data["accounts"]["network"].pop("owner"),
        "accounts.network.owner",
        "the key is missing",
    ),
    "an unknown scope": (
        lambda data: data["accounts"]["network"].update(pci_scope="inside"),
        "accounts.network.pci_scope",
        "not allowed",
    ),
    "a telephone number without its country": (
        lambda data: data["contacts"]["security"].update(phone="555-0110"),
        "contacts.security.phone",
        "wrong form",
    ),
    "one Region for both": (
        lambda data: data["organization"]["regions"].update(standby="us-east-2"),
        "organization.regions.standby",
        "the standby Region is the home Region",
    ),
}


def test_every_account_has_an_owner_a_data_class_a_scope_and_someone_to_call() -> None:
    catalogue = load_accounts(CATALOGUE / "accounts.yaml")
    for account in catalogue.accounts.values():
        assert set(account.tags) == {"owner", "env", "data-class", "pci-scope", "cost-center"}
        assert all(account.tags.values())
        assert set(account.contacts) == set(CONTACT_KINDS)


def test_a_unit_knows_the_units_above_it() -> None:
    assert load_accounts(CATALOGUE / "accounts.yaml").unit_path("prod") == ("prod", "workloads")


def test_production_and_its_rehearsal_never_share_a_unit() -> None:
    catalogue = load_accounts(CATALOGUE / "accounts.yaml")
    kinds: dict[str, set[str]] = {}
    for account in catalogue.members:
        kinds.setdefault(str(account.unit), set()).add(account.environment)
    assert all(len(found) == 1 for found in kinds.values())


@pytest.mark.parametrize(("change", "where", "problem"), WRONG.values(), ids=WRONG.keys())
def test_refuses(change: Callable[[Any], None], where: str, problem: str, altered: Alter) -> None:
    file = altered("accounts.yaml", change)
    with pytest.raises(ConfigError) as caught:
        load_accounts(file, "accounts.yaml")
    assert caught.value.subject.startswith("accounts.yaml:")
    assert where in caught.value.subject
    assert problem in caught.value.problem

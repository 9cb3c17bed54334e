"""Who may sign in where, and the rules between groups, sets and accounts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.catalogue.accounts import MANAGEMENT, load_accounts
from components.catalogue.identity import load_identity
from components.errors import ConfigError

from .conftest import CATALOGUE

Alter = Callable[[str, Callable[[Any], None]], Path]
ACCOUNTS = load_accounts(CATALOGUE / "accounts.yaml")


def assign(**changes: Any) -> Callable[[Any], None]:
    """A change that adds one assignment."""
    row = {"group": "payments", "permission_set": "develop", "accounts": ["reporting-prod"], **changes}
    return lambda data: data["assignments"].append(row)


WRONG: dict[str, tuple[Callable[[Any], None], str]] = {
    "an unknown group": (assign(group="payment"), "there is no group 'payment'"),
    "an unknown set": (assign(permission_set="develope"), "there is no permission set 'develope'"),
    "an unknown account": (assign(accounts=["staging"]), "there is no account 'staging'"),
    "an ordinary set in management": (
        assign(accounts=["management"]),
        "may not be assigned in account 'management'",
    ),
    "a management set elsewhere": (assign(permission_set="mgmt-view"), "'mgmt-view' may not be assigned"),
    "four hours of writing in the cardholder-data environment": (
        assign(accounts=["payments-prod"]),
        "writes in the cardholder-data environment for PT4H",
    ),
    "the same assignment twice": (
        assign(permission_set="cde-view", accounts=["payments-prod"]),
        "already has 'cde-view'",
    ),
    "a session of five hours": (
        lambda data: data["permission_sets"]["audit"].update(session="PT5H"),
        "'PT5H' is not allowed",
    ),
    "a member-side set that may deploy": (
        lambda data: data["permission_sets"]["develop"].update(deploys=True),
        "only a set of the management account",
    ),
    "a wildcard action": (
        lambda data: data["permission_sets"]["cde-operate"]["allow"].append("states:*"),
        "has the wrong form",
    ),
}


@pytest.mark.parametrize(("change", "problem"), WRONG.values(), ids=WRONG.keys())
def test_refuses(change: Callable[[Any], None], problem: str, altered: Alter) -> None:
    with pytest.raises(ConfigError) as caught:
        load_identity(altered("identity.yaml", change), ACCOUNTS, "identity.yaml")
    assert caught.value.subject.startswith("identity.yaml:")
    assert problem in caught.value.problem


def test_no_group_both_deploys_and_writes_in_the_cardholder_data_environment() -> None:
    identity = load_identity(CATALOGUE / "identity.yaml", ACCOUNTS)
    deploys = {
        row.group for row in identity.assignments if identity.permission_sets[row.permission_set].deploys
    }
    writes = {
        row.group
        for row in identity.assignments
        if identity.permission_sets[row.permission_set].writes
        and ACCOUNTS.accounts[row.account].pci_scope == "cde"
    }
    assert deploys
    assert writes
    assert not deploys & writes


def test_administrator_access_is_for_management_alone() -> None:
    identity = load_identity(CATALOGUE / "identity.yaml", ACCOUNTS)
    administrators = {
        row.account
        for row in identity.assignments
        if "AdministratorAccess" in identity.permission_sets[row.permission_set].managed
    }
    assert administrators == {MANAGEMENT}

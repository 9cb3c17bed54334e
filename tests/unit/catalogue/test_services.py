"""What the organization allows, and who administers it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.catalogue.accounts import load_accounts
from components.catalogue.services import load_services
from components.errors import ConfigError

from .conftest import CATALOGUE

Alter = Callable[[str, Callable[[Any], None]], Path]
ACCOUNTS = load_accounts(CATALOGUE / "accounts.yaml")


def delegate(principal: str, account: str) -> Callable[[Any], None]:
    """A change that adds one delegation."""
    return lambda data: data["delegated_administrators"].append({"principal": principal, "account": account})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            delegate("config.amazonaws.com", "management"),
            "the management account may not administer a service",
        ),
        (delegate("config.amazonaws.com", "secure"), "there is no member account 'secure'"),
        (delegate("detective.amazonaws.com", "security"), "'detective.amazonaws.com' has no trusted access"),
        (lambda data: data["policy_types"].append("SCP"), "'SCP' is not allowed"),
    ],
)
def test_refuses(change: Callable[[Any], None], problem: str, altered: Alter) -> None:
    with pytest.raises(ConfigError) as caught:
        load_services(altered("services.yaml", change), ACCOUNTS, "services.yaml")
    assert problem in caught.value.problem


def test_every_security_service_has_trusted_access() -> None:
    trusted = load_services(CATALOGUE / "services.yaml", ACCOUNTS).trusted_access
    for service in (
        "access-analyzer",
        "cloudtrail",
        "config",
        "guardduty",
        "inspector2",
        "macie",
        "securityhub",
    ):
        assert f"{service}.amazonaws.com" in trusted

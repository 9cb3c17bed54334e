"""What the organization allows, as typed data: policy types, trusted access, delegated administrators."""

from dataclasses import dataclass
from pathlib import Path

from components.errors import did_you_mean

from .accounts import MANAGEMENT, AccountCatalogue
from .located import load

_SCHEMA = Path(__file__).with_name("services.schema.json")


@dataclass(frozen=True)
class Delegation:
    """One service administered from one member account."""

    principal: str
    account: str


@dataclass(frozen=True)
class Services:
    """The whole file."""

    policy_types: tuple[str, ...]
    trusted_access: tuple[str, ...]
    delegations: tuple[Delegation, ...]


def load_services(file: Path, catalogue: AccountCatalogue, shown_as: str | None = None) -> Services:
    """Read the file. Raises ConfigError for an unknown account, management as administrator, or a missing trust."""
    located = load(file, _SCHEMA, shown_as)
    data = located.data
    trusted = tuple(row["principal"] for row in data["trusted_access"])
    members = [account.key for account in catalogue.members]
    for index, row in enumerate(data["delegated_administrators"]):
        path = ("delegated_administrators", index)
        if row["account"] == MANAGEMENT:
            raise located.error(
                (*path, "account"),
                "the management account may not administer a service",
                "Name a member account: guardrails do not bind management (policy ORG-06).",
            )
        if row["account"] not in members:
            problem = f"there is no member account '{row['account']}'"
            raise located.error((*path, "account"), problem, did_you_mean(row["account"], members))
        if row["principal"] not in trusted:
            raise located.error(
                (*path, "principal"),
                f"'{row['principal']}' has no trusted access",
                "Add it to trusted_access: AWS refuses the delegation without it.",
            )
    return Services(
        policy_types=tuple(data["policy_types"]),
        trusted_access=trusted,
        delegations=tuple(
            Delegation(row["principal"], row["account"]) for row in data["delegated_administrators"]
        ),
    )

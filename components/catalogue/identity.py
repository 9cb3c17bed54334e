"""Groups, permission sets and assignments as typed data, and the rules between them.

Owns: references that exist, `mgmt-` sets used for the management account and only there, sessions of an hour for
sets that write in the cardholder-data environment (PCI DSS 8.2.8). It creates nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.errors import did_you_mean

from .accounts import MANAGEMENT, AccountCatalogue
from .located import Located, load

_SCHEMA = Path(__file__).with_name("identity.schema.json")
MANAGEMENT_PREFIX = "mgmt-"
CDE_WRITE_SESSION = "PT1H"


@dataclass(frozen=True)
class PermissionSet:
    """What a sign-in may do."""

    key: str
    description: str
    session: str
    """ISO 8601 duration."""
    writes: bool
    deploys: bool
    managed: tuple[str, ...]
    """AWS managed policies, as written after ``policy/`` in their ARNs."""
    boundary: str | None
    allow: tuple[str, ...]
    """Actions on every resource."""
    database_users: tuple[str, ...]


@dataclass(frozen=True)
class Assignment:
    """A group may sign in to an account with a set."""

    group: str
    permission_set: str
    account: str


@dataclass(frozen=True)
class Identity:
    """The whole file."""

    groups: Mapping[str, str]
    """Description by key."""
    permission_sets: Mapping[str, PermissionSet]
    assignments: tuple[Assignment, ...]


def load_identity(file: Path, catalogue: AccountCatalogue, shown_as: str | None = None) -> Identity:
    """Read the file. Raises ConfigError naming file, line and path of the first defect."""
    located = load(file, _SCHEMA, shown_as)
    data = located.data
    sets = {
        key: PermissionSet(
            key=key,
            description=row["description"],
            session=row["session"],
            writes=row.get("writes", False),
            deploys=row.get("deploys", False),
            managed=tuple(row["managed"]),
            boundary=row.get("boundary"),
            allow=tuple(row.get("allow", [])),
            database_users=tuple(row.get("database_users", [])),
        )
        for key, row in data["permission_sets"].items()
    }
    for permission_set in sets.values():
        if permission_set.deploys and not permission_set.key.startswith(MANAGEMENT_PREFIX):
            raise located.error(
                ("permission_sets", permission_set.key, "deploys"),
                "only a set of the management account may enter the deploy roles",
                f"Name it {MANAGEMENT_PREFIX}..., or remove the key.",
            )
    groups = {key: row["description"] for key, row in data["groups"].items()}
    return Identity(groups, sets, _assignments(located, groups, sets, catalogue))


def _assignments(
    located: Located,
    groups: Mapping[str, str],
    sets: Mapping[str, PermissionSet],
    catalogue: AccountCatalogue,
) -> tuple[Assignment, ...]:
    assignments: list[Assignment] = []
    for index, row in enumerate(located.data["assignments"]):
        path = ("assignments", index)
        group, key = row["group"], row["permission_set"]
        if group not in groups:
            raise located.error((*path, "group"), f"there is no group '{group}'", did_you_mean(group, groups))
        if key not in sets:
            problem = f"there is no permission set '{key}'"
            raise located.error((*path, "permission_set"), problem, did_you_mean(key, sets))
        for account in row["accounts"]:
            assignment = Assignment(group, key, account)
            _check(located, path, assignment, sets[key], catalogue)
            if assignment in assignments:
                problem = f"group '{group}' already has '{key}' in account '{account}'"
                raise located.error((*path, "accounts"), problem, "Remove one of the two.")
            assignments.append(assignment)
    return tuple(assignments)


def _check(
    located: Located,
    path: tuple[str | int, ...],
    assignment: Assignment,
    permission_set: PermissionSet,
    catalogue: AccountCatalogue,
) -> None:
    account = assignment.account
    if account not in catalogue.accounts:
        problem = f"there is no account '{account}'"
        raise located.error((*path, "accounts"), problem, did_you_mean(account, catalogue.accounts))
    if (account == MANAGEMENT) != permission_set.key.startswith(MANAGEMENT_PREFIX):
        raise located.error(
            (*path, "permission_set"),
            f"'{permission_set.key}' may not be assigned in account '{account}'",
            f"Sets named {MANAGEMENT_PREFIX}* are for the management account, and it takes no others.",
        )
    in_cde = catalogue.accounts[account].pci_scope == "cde"
    if in_cde and permission_set.writes and permission_set.session != CDE_WRITE_SESSION:
        raise located.error(
            (*path, "permission_set"),
            f"'{permission_set.key}' writes in the cardholder-data environment for {permission_set.session}",
            f"Give it session {CDE_WRITE_SESSION}, or assign a set that only reads.",
        )

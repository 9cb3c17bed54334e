"""Everything a stack may be told, as one frozen value read once in ``__main__.py``.

Owns the list of configuration keys (``KEYS``: the documentation is generated from it) and the rules between them.
Components receive plain values from here and never read ``pulumi.Config``. It deliberately holds no secret.
"""

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pulumi

from .catalogue.accounts import AccountCatalogue, load_accounts
from .config_reader import ConfigReader, Key, raw_values
from .naming import Naming

KEYS = (
    Key("stackRole", "primary or standby", "which half of the estate this stack builds"),
    Key(
        "region",
        "a Region id such as us-east-2",
        "the Region this stack builds in; one of the governed Regions",
    ),
    Key(
        "activeRegion",
        "a Region id such as us-east-2",
        "the Region whose ledger accepts writes; changed by a switchover",
    ),
    Key("managementAccountId", "12 digits in quotes", "id of the organization's management account"),
    Key(
        "catalogue",
        "a directory, relative to the project",
        "where the catalogue files are",
        "components/catalogue",
    ),
    Key(
        "environment",
        "prod or test",
        "prod fixes the audit lock at COMPLIANCE and seven years; test at one day",
    ),
    Key("auditLock", "{mode: COMPLIANCE, days: 2557}", "Object Lock default retention of the audit bucket"),
    Key(
        "logRetentionDays",
        "a retention CloudWatch Logs offers, 365 or more",
        "days that audit log groups keep events (PCI DSS 10.5.1: at least twelve months)",
        "400",
    ),
    Key(
        "pipeline",
        "{repository: owner/name, branch: main, environments: [prod-primary]}",
        "the GitHub repository, branch and protected environments whose jobs may assume the pipeline roles",
    ),
    Key(
        "operatorRoleArns",
        "a list of IAM role ARNs",
        "roles besides the pipeline's that may assume the deploy roles: the first update is run by one of them",
        "[]",
    ),
    Key(
        "memberAccess",
        "deploy or plan",
        "the role assumed inside each account: plan is read-only, for previews of pull requests",
        "deploy",
    ),
    Key(
        "guardrailMaintenance",
        "a list of {guardrail: audit-bucket, reason: text, until: 'YYYY-MM-DD'}",
        "class N guardrails detached on purpose until a date, the written way back from a lock-out",
        "[]",
    ),
    Key("primaryStack", "organization/project/stack", "the stack a standby reads its inputs from", ""),
)
"""Every key of the ``payments:`` namespace; a key absent from this table is refused."""

LOG_RETENTION_CHOICES = (365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retention values of the CloudWatch Logs API (PutRetentionPolicy) of a year or more, in days."""

SEVEN_YEARS_DAYS = 2557
"""Seven years counted with two leap days, so that no seven calendar years are longer."""

_ACCOUNT_ID = r"\d{12}"
_ROLE_ARN = r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]{1,576}"


class StackRole(StrEnum):
    """Which half of the estate a stack builds. Says nothing about which Region is active."""

    PRIMARY = "primary"
    STANDBY = "standby"


@dataclass(frozen=True)
class AuditLock:
    """Default Object Lock retention of the audit bucket."""

    mode: str
    """COMPLIANCE (nobody may shorten it, root included) or GOVERNANCE."""
    days: int


@dataclass(frozen=True)
class Pipeline:
    """Who the OIDC roles trust."""

    repository: str
    """``owner/name`` on GitHub."""
    branch: str
    """Branch whose scheduled jobs may read, besides pull requests."""
    environments: tuple[str, ...]
    """GitHub environments of the deploy jobs; their protection rules are the approval."""


@dataclass(frozen=True)
class Maintenance:
    """A class N guardrail that is detached for a while."""

    guardrail: str
    reason: str
    until: datetime.date


@dataclass(frozen=True)
class Settings:
    """One stack's settings."""

    stack: str
    role: StackRole
    region: str
    """Region this stack builds in."""
    active_region: str
    """Region whose ledger accepts writes."""
    management_account_id: str
    catalogue: AccountCatalogue
    catalogue_dir: Path
    """Directory of the catalogue files, for those who load another of them."""
    production: bool
    audit_lock: AuditLock
    log_retention_days: int
    """For audit log groups."""
    pipeline: Pipeline
    operator_role_arns: tuple[str, ...]
    member_access: str
    maintenance: tuple[Maintenance, ...]
    primary_stack: str
    """Fully qualified name of the primary stack; empty in the primary itself."""
    naming: Naming

    @property
    def is_primary(self) -> bool:
        """Whether this stack builds what exists once."""
        return self.role is StackRole.PRIMARY


def load_settings(today: datetime.date | None = None) -> Settings:
    """Read the current stack's configuration and account catalogue. Raises ConfigError on the first defect."""
    project, stack = pulumi.get_project(), pulumi.get_stack()
    return read_settings(
        ConfigReader(stack, project, raw_values(project, KEYS), KEYS),
        stack,
        Path(__file__).resolve().parent.parent,
        today or datetime.datetime.now(datetime.UTC).date(),
    )


def read_settings(reader: ConfigReader, stack: str, root: Path, today: datetime.date) -> Settings:
    """Build the settings from a reader; ``root`` is the project's directory."""
    directory = reader.text("catalogue")
    catalogue = load_accounts(root / directory / "accounts.yaml", f"{directory}/accounts.yaml")
    role = StackRole(reader.choice("stackRole", [role.value for role in StackRole]))
    account_id = reader.matching("managementAccountId", _ACCOUNT_ID)
    production = reader.choice("environment", ["prod", "test"]) == "prod"
    return Settings(
        stack=stack,
        role=role,
        region=_region(reader, "region", catalogue),
        active_region=_region(reader, "activeRegion", catalogue),
        management_account_id=account_id,
        catalogue=catalogue,
        catalogue_dir=root / directory,
        production=production,
        audit_lock=_audit_lock(reader, production),
        log_retention_days=reader.whole_number("logRetentionDays", LOG_RETENTION_CHOICES),
        pipeline=_pipeline(reader),
        operator_role_arns=reader.texts("operatorRoleArns", _ROLE_ARN),
        member_access=reader.choice("memberAccess", ["deploy", "plan"]),
        maintenance=_maintenance(reader, today),
        primary_stack=_primary_stack(reader, role),
        naming=Naming(catalogue.name, account_id),
    )


def _region(reader: ConfigReader, key: str, catalogue: AccountCatalogue) -> str:
    region = reader.text(key)
    if region not in catalogue.regions:
        raise reader.error(
            key,
            f"Region '{region}' is outside the governed Regions",
            f"Use {' or '.join(catalogue.regions)}, or change organization.regions in the account catalogue.",
        )
    return region


def _audit_lock(reader: ConfigReader, production: bool) -> AuditLock:
    value = reader.object(
        "auditLock",
        {
            "mode": lambda mode: mode in ("COMPLIANCE", "GOVERNANCE"),
            "days": lambda days: isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= 36500,
        },
    )
    lock = AuditLock(value["mode"], value["days"])
    if production and (lock.mode != "COMPLIANCE" or lock.days < SEVEN_YEARS_DAYS):
        raise reader.error(
            "auditLock",
            f"{lock.mode} for {lock.days} days is weaker than production allows",
            f"Use mode COMPLIANCE and at least {SEVEN_YEARS_DAYS} days (seven years).",
        )
    if not production and (lock.mode != "GOVERNANCE" or lock.days != 1):
        raise reader.error(
            "auditLock",
            f"{lock.mode} for {lock.days} days would outlive a test stack and be paid for",
            "Use mode GOVERNANCE and 1 day outside production.",
        )
    return lock


def _pipeline(reader: ConfigReader) -> Pipeline:
    value = reader.object(
        "pipeline",
        {
            "repository": lambda text: isinstance(text, str) and bool(re.fullmatch(r"[\w.-]+/[\w.-]+", text)),
            "branch": _is_name,
            "environments": lambda names: (
                isinstance(names, list) and bool(names) and all(_is_name(name) for name in names)
            ),
        },
    )
    return Pipeline(value["repository"], value["branch"], tuple(value["environments"]))


def _is_name(value: object) -> bool:
    """A name without a wildcard: a trust policy pins it."""
    return isinstance(value, str) and bool(re.fullmatch(r"[\w.-]+", value))


def _maintenance(reader: ConfigReader, today: datetime.date) -> tuple[Maintenance, ...]:
    rows = reader.objects(
        "guardrailMaintenance",
        {
            "guardrail": lambda text: isinstance(text, str) and bool(text),
            "reason": lambda text: isinstance(text, str) and len(text) >= 10,
            "until": _is_date,
        },
    )
    windows = tuple(
        Maintenance(row["guardrail"], row["reason"], datetime.date.fromisoformat(row["until"]))
        for row in rows
    )
    for index, window in enumerate(windows):
        if window.until < today:
            raise reader.error(
                f"guardrailMaintenance[{index}]",
                f"the window for '{window.guardrail}' ended on {window.until}",
                "Remove the row, which attaches the guardrail again, or have a new date approved.",
            )
    return windows


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def _primary_stack(reader: ConfigReader, role: StackRole) -> str:
    name = reader.text("primaryStack")
    if role is StackRole.PRIMARY and name:
        raise reader.error("primaryStack", "a primary stack reads no other", "Remove the key.")
    if role is StackRole.STANDBY and not re.fullmatch(r"[^/]+/[^/]+/[^/]+", name):
        raise reader.error(
            "primaryStack",
            "the key is missing" if not name else f"'{name}' has the wrong form",
            "Name the primary stack in full, such as organization/payments/prod-primary.",
        )
    return name

"""The lock-out check: would our guardrails refuse our own deployment?

Owns replaying the program's own calls (`catalogue/deploy_actions.yaml`) in every unit against the policies that would
bind an account there, before any policy is attached; in units that are empty today as well, since accounts move.
Locking oneself out is the commonest failure of landing zones, and this is the one place that can tell without an AWS
account. It deliberately trusts the list of calls; a test holds that list against the resource types the program
really registers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.catalogue.accounts import AccountCatalogue
from components.catalogue.guardrails import ROOT
from components.catalogue.located import load
from components.errors import ConfigError
from components.naming import DEPLOY_ROLE_PATH

from .documents import BOOTSTRAP_ROLE
from .packing import Packed
from .simulate import Request, refusal

_SCHEMA = Path(__file__).parent.parent / "catalogue" / "deploy_actions.schema.json"
SAMPLE_ACCOUNT_ID = "000000000000"
"""Stands for any account: guardrails match accounts by wildcard."""

GLOBAL_REGION = "us-east-1"
"""Region that AWS reports for calls to global services."""

DEPLOY_ROLE = "pulumi-deploy"


@dataclass(frozen=True)
class CallGroup:
    """Calls the program makes for one purpose."""

    purpose: str
    principal: str
    units: tuple[str, ...]
    regions: str
    resources: tuple[str, ...]
    phase: str
    types: tuple[str, ...]
    actions: tuple[str, ...]


def load_calls(directory: Path) -> tuple[CallGroup, ...]:
    """Read the program's own calls."""
    located = load(directory / "deploy_actions.yaml", _SCHEMA, "components/catalogue/deploy_actions.yaml")
    return tuple(
        CallGroup(
            purpose=row["purpose"],
            principal=row["principal"],
            units=tuple(row["units"]),
            regions=row["regions"],
            resources=tuple(row["resources"]),
            phase=row["phase"],
            types=tuple(row["types"]),
            actions=tuple(row["actions"]),
        )
        for row in located.data["groups"]
    )


def check(
    policies: Sequence[Packed],
    calls: Sequence[CallGroup],
    catalogue: AccountCatalogue,
    placeholders: Mapping[str, Mapping[str, list[str]]],
) -> None:
    """Raise ConfigError naming the guardrail, the statement and the call that it would refuse.

    ``placeholders`` are those of each governed Region, since a call names the resources of the Region it is made in.
    """
    for unit in catalogue.units:
        units = [*catalogue.unit_path(unit), ROOT]
        binding = [policy for policy in policies if set(policy.attach) & set(units)]
        for group in calls:
            if "all" not in group.units and not set(group.units) & set(units):
                continue
            for request in _requests(group, catalogue, placeholders):
                for policy in binding:
                    if group.phase == "build" and _not_yet_attached(policy, request.region, catalogue):
                        continue
                    _check_one(policy, request, unit, group.purpose)


def _not_yet_attached(policy: Packed, region: str, catalogue: AccountCatalogue) -> bool:
    """Whether a policy is attached only after this Region was built: the home Region is built first, by one stack."""
    return bool(policy.after) and region == (policy.region or catalogue.home_region)


def _requests(
    group: CallGroup, catalogue: AccountCatalogue, placeholders: Mapping[str, Mapping[str, list[str]]]
) -> list[Request]:
    role = f"{DEPLOY_ROLE_PATH}{DEPLOY_ROLE}" if group.principal == "deploy" else f"/{BOOTSTRAP_ROLE}"
    principal = f"arn:aws:iam::{SAMPLE_ACCOUNT_ID}:role{role}"
    regions = catalogue.regions if group.regions == "governed" else (GLOBAL_REGION,)
    return [
        Request(action, resource, principal, region)
        for region in regions
        for resource in _resources(group, placeholders.get(region, placeholders[catalogue.home_region]))
        for action in group.actions
    ]


def _resources(group: CallGroup, values: Mapping[str, list[str]]) -> list[str]:
    """The group's resources as ARNs of something that exists: a wildcard inside one stands for a sample name."""
    named = [
        one
        for entry in group.resources
        for one in (values[entry[2:-1]] if entry.startswith("${") else [entry])
    ]
    return [one if one == "*" else one.replace("*", "sample") for one in named]


def _check_one(policy: Packed, request: Request, unit: str, purpose: str) -> None:
    statements = policy.body if policy.type == "SERVICE_CONTROL_POLICY" else []
    sid = refusal(statements, request)
    if sid is not None:
        raise ConfigError(
            f"guardrail {policy.name}, statement {sid}",
            f"would refuse {request.action} on {request.resource} in {request.region} to "
            f"{request.principal_arn.split(':', 5)[5]} in unit '{unit}' ({purpose})",
            "Exempt the deploy path, narrow the statement, or attach it after that is built (after: audit).",
        )

"""Policy documents: placeholders filled in, minified, deterministic.

Owns the text that is sent to AWS. White space counts against the size quota, so every document is written without
any. It deliberately does not judge size or effect: `packing.py` and `simulate.py` do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.catalogue.accounts import AccountCatalogue
from components.catalogue.guardrails import GlobalActions, Guardrail
from components.errors import ConfigError, did_you_mean
from components.naming import AUDIT_ROLE_PATH, BREAK_GLASS_PATH, DEPLOY_ROLE_PATH, PLATFORM_PATH

BOOTSTRAP_ROLE = "OrganizationAccountAccessRole"
"""Role AWS makes in every account created through Organizations; trusts the management account only."""

POLICY_VERSION = "2012-10-17"


EDGE_REGION = "us-east-1"
"""Region from which AWS serves its edge: CLOUDFRONT scope of WAF and its certificates."""


@dataclass(frozen=True)
class Guarded:
    """Physical names of what guardrails protect in one Region."""

    buckets: Sequence[str]
    """Audit buckets."""
    log_groups: Sequence[str]
    """First parts of the names of audit log groups."""
    finding_routes: str
    """First part of the names of the rules, topic, queue and alarm that carry findings to people."""


def placeholders(
    catalogue: AccountCatalogue, global_actions: GlobalActions, guarded: Guarded
) -> dict[str, list[str]]:
    """What a guardrail document may refer to as ``${name}``."""
    bootstrap = f"arn:aws:iam::*:role/{BOOTSTRAP_ROLE}"
    deploy, break_glass = _roles(DEPLOY_ROLE_PATH), _roles(BREAK_GLASS_PATH)
    buckets = [f"arn:aws:s3:::{bucket}" for bucket in guarded.buckets]
    routes = guarded.finding_routes
    return {
        "exempt_roles": [deploy, break_glass],
        "standstill_exempt_roles": [deploy, break_glass, bootstrap],
        "platform_roles": [_roles(PLATFORM_PATH), break_glass, bootstrap],
        "platform_role_keepers": [deploy, bootstrap],
        "audit_roles": [_roles(AUDIT_ROLE_PATH)],
        "governed_regions": list(catalogue.regions),
        "governed_and_edge_regions": sorted({*catalogue.regions, EDGE_REGION}),
        "global_actions": list(global_actions.all),
        "edge_actions": list(global_actions.edge),
        "audit_buckets": [*buckets, *[f"{bucket}/*" for bucket in buckets]],
        "audit_log_groups": [f"arn:aws:logs:*:*:log-group:{group}*" for group in guarded.log_groups],
        "finding_routes": [
            f"arn:aws:events:*:*:rule/{routes}-*",
            f"arn:aws:sns:*:*:{routes}",
            f"arn:aws:sqs:*:*:{routes}-*",
            f"arn:aws:cloudwatch:*:*:alarm:{routes}-*",
        ],
    }


def _roles(path: str) -> str:
    return f"arn:aws:iam::*:role{path}*"


def rendered(guardrail: Guardrail, values: Mapping[str, list[str]]) -> Any:
    """The guardrail's body with every ``${name}`` replaced by its list. Raises ConfigError for an unknown name."""
    return _fill(guardrail.body, values, f"components/catalogue/guardrails/{guardrail.name}.json")


def document(statements: list[dict[str, Any]]) -> str:
    """A whole policy out of statements."""
    return minified({"Version": POLICY_VERSION, "Statement": statements})


def minified(value: Any) -> str:
    """JSON without white space, keys as written."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def _fill(value: Any, values: Mapping[str, list[str]], file: str) -> Any:
    if isinstance(value, dict):
        return {key: _fill(item, values, file) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values, file) for item in value]
    if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
        name = value[2:-1]
        if name not in values:
            raise ConfigError(file, f"there is no placeholder '{name}'", did_you_mean(name, values))
        return values[name]
    return value

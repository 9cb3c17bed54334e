"""Policy documents: placeholders filled in, minified, deterministic.

Owns the text that is sent to AWS. White space counts against the size quota, so every document is written without
any. It deliberately does not judge size or effect: `packing.py` and `simulate.py` do.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from components.catalogue.accounts import AccountCatalogue
from components.catalogue.guardrails import Guardrail
from components.errors import ConfigError, did_you_mean
from components.naming import BREAK_GLASS_PATH, DEPLOY_ROLE_PATH, PLAN_ROLE_PATH

BOOTSTRAP_ROLE = "OrganizationAccountAccessRole"
"""Role AWS makes in every account created through Organizations; trusts the management account only."""

POLICY_VERSION = "2012-10-17"


def placeholders(
    catalogue: AccountCatalogue,
    global_actions: Sequence[str],
    audit_buckets: Sequence[str],
    audit_log_groups: Sequence[str],
) -> dict[str, list[str]]:
    """What a guardrail document may refer to as ``${name}``. Buckets and log groups are given by name."""
    bootstrap = f"arn:aws:iam::*:role/{BOOTSTRAP_ROLE}"
    paths = {
        path: f"arn:aws:iam::*:role{path}*" for path in (DEPLOY_ROLE_PATH, PLAN_ROLE_PATH, BREAK_GLASS_PATH)
    }
    exempt = [paths[DEPLOY_ROLE_PATH], paths[BREAK_GLASS_PATH]]
    buckets = [f"arn:aws:s3:::{bucket}" for bucket in audit_buckets]
    return {
        "exempt_roles": exempt,
        "standstill_exempt_roles": [*exempt, bootstrap],
        "platform_roles": [*paths.values(), bootstrap],
        "platform_role_keepers": [paths[DEPLOY_ROLE_PATH], bootstrap],
        "governed_regions": list(catalogue.regions),
        "global_actions": list(global_actions),
        "audit_buckets": [*buckets, *[f"{bucket}/*" for bucket in buckets]],
        "audit_log_groups": [f"arn:aws:logs:*:*:log-group:{group}*" for group in audit_log_groups],
    }


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

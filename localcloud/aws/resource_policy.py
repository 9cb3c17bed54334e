"""Does a resource policy let a principal of another account act? A deliberately small evaluator.

Knows Effect, Principal (AWS, "*"), Action with wildcards, and the conditions of `policy_conditions` on facts about the
caller. A statement with an operator that is unknown there allows nothing and, if it denies, denies: an emulator must
not be laxer than AWS by ignorance. Identity policies and SCPs are not evaluated.
"""

from __future__ import annotations

import fnmatch
import json
from typing import Any

from localcloud.aws.policy_conditions import UnknownOperatorError, met


def allows(policy: str, action: str, account: str, principal: str) -> bool:
    """True when a statement allows the action to the caller and none denies it."""
    statements = _listed(json.loads(policy).get("Statement", []))
    facts = _facts(account, principal)
    allowed = False
    for statement in statements:
        if not (_is_principal(statement, account, principal) and _is_action(statement, action)):
            continue
        fulfilled = _conditions_met(statement.get("Condition") or {}, facts)
        if statement.get("Effect") == "Deny" and fulfilled is not False:
            return False
        if statement.get("Effect") == "Allow" and fulfilled is True:
            allowed = True
    return allowed


def _facts(account: str, principal: str) -> dict[str, str]:
    facts = {
        "aws:principalarn": role_arn(principal),
        "aws:principalaccount": account,
        "aws:principalisawsservice": "false",
        "kms:calleraccount": account,
    }
    organization = _organization_of(account)
    if organization:
        facts["aws:principalorgid"] = organization
    return facts


def role_arn(principal: str) -> str:
    """ARN of the role behind a session (`sts::…:assumed-role/name/session`); other ARNs unchanged.

    The path of the role is lost in a session ARN, as it is on AWS.
    """
    head, found, rest = principal.partition(":assumed-role/")
    if not found:
        return principal
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.split('/')[0]}"


def _organization_of(account: str) -> str | None:
    from moto.organizations.models import organizations_backends

    for backends in list(organizations_backends.values()):
        backend = dict.get(backends, "aws")
        if backend is not None and backend.org and any(a.id == account for a in backend.accounts):
            return str(backend.org.id)
    return None


def _is_principal(statement: dict[str, Any], account: str, principal: str) -> bool:
    wanted = statement.get("Principal")
    if wanted == "*":
        return True
    names = _listed((wanted or {}).get("AWS", [])) if isinstance(wanted, dict) else []
    own = {"*", account, f"arn:aws:iam::{account}:root", principal, role_arn(principal)}
    return any(name in own for name in names)


def _is_action(statement: dict[str, Any], action: str) -> bool:
    patterns = [str(p).lower() for p in _listed(statement.get("Action", []))]
    return any(fnmatch.fnmatchcase(action.lower(), pattern) for pattern in patterns)


def _conditions_met(conditions: dict[str, Any], facts: dict[str, str]) -> bool | None:
    """True, False, or None when a condition is not one that is evaluated here."""
    try:
        return met(conditions, facts)
    except UnknownOperatorError:
        return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

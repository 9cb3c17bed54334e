"""A small evaluator of IAM policy documents: does this set refuse this request?

Owns the part of the IAM language that deny guardrails use: Effect Deny, Action/NotAction, Resource/NotResource, and
the condition operators below with their IfExists forms. Rules: AWS IAM user guide, "Policy evaluation logic" and
"Condition operators". An operator outside the list is a ConfigError rather than a guess. It deliberately does not
model Allow, sessions or resource policies: guardrails only ever take away.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from components.errors import ConfigError


@dataclass(frozen=True)
class Request:
    """One API call as AWS sees it."""

    action: str
    """``service:Action``."""
    resource: str
    """ARN, or ``*`` where the action takes none."""
    principal_arn: str
    region: str
    context: Mapping[str, str] = field(default_factory=dict)
    """Further condition keys."""

    def keys(self) -> dict[str, str]:
        """Every condition key of the call, lower-case."""
        own = {"aws:PrincipalArn": self.principal_arn, "aws:RequestedRegion": self.region, **self.context}
        return {key.lower(): value for key, value in own.items()}


def refusal(statements: Sequence[Mapping[str, Any]], request: Request) -> str | None:
    """The Sid of the first statement that denies the request, or None."""
    for statement in statements:
        if statement["Effect"] == "Deny" and _applies(statement, request):
            return str(statement.get("Sid", "(no Sid)"))
    return None


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    if "Action" in statement:
        action = _any_glob(statement["Action"], request.action, re.IGNORECASE)
    else:
        action = not _any_glob(statement["NotAction"], request.action, re.IGNORECASE)
    if "NotResource" in statement:
        resource = not _any_glob(statement["NotResource"], request.resource)
    else:
        # A request for "*" names no resource: a statement about some resource may or may not meet it, so it is
        # counted as met. The check errs towards reporting a lock-out.
        resource = request.resource == "*" or _any_glob(statement.get("Resource", "*"), request.resource)
    return action and resource and _conditions_hold(statement.get("Condition", {}), request)


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], request: Request) -> bool:
    keys = request.keys()
    return all(
        _holds(operator, keys.get(key.lower()), _list(values))
        for operator, tests in conditions.items()
        for key, values in tests.items()
    )


def _holds(operator: str, actual: str | None, wanted: list[str]) -> bool:
    if operator == "Null":
        return (actual is None) == (wanted[0].lower() == "true")
    base = operator.removesuffix("IfExists")
    if base not in _OPERATORS:
        raise ConfigError(
            f"guardrail condition '{operator}'",
            "the lock-out check does not know this operator",
            f"Use one of {', '.join(sorted(_OPERATORS))} or Null, or teach components/organization/simulate.py.",
        )
    if actual is None:
        # A missing key fails a positive operator, passes a negated one, and passes every IfExists form.
        return operator.endswith("IfExists") or "Not" in base
    return _OPERATORS[base](actual, wanted)


def _equals(actual: str, wanted: list[str]) -> bool:
    return actual in wanted


def _equals_any_case(actual: str, wanted: list[str]) -> bool:
    return actual.lower() in [value.lower() for value in wanted]


def _like(actual: str, wanted: list[str]) -> bool:
    return _any_glob(wanted, actual)


def _negated(test: Callable[[str, list[str]], bool]) -> Callable[[str, list[str]], bool]:
    return lambda actual, wanted: not test(actual, wanted)


_OPERATORS: Mapping[str, Callable[[str, list[str]], bool]] = {
    "StringEquals": _equals,
    "StringNotEquals": _negated(_equals),
    "StringLike": _like,
    "StringNotLike": _negated(_like),
    "ArnEquals": _like,
    "ArnNotEquals": _negated(_like),
    "ArnLike": _like,
    "ArnNotLike": _negated(_like),
    "Bool": _equals_any_case,
}


def _any_glob(patterns: str | list[str], text: str, flags: int = 0) -> bool:
    return any(_glob(pattern, flags).fullmatch(text) for pattern in _list(patterns))


@cache
def _glob(pattern: str, flags: int) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char, re.escape(char)) for char in pattern), flags | re.DOTALL)


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]

"""Condition elements of IAM policies, for the keys whose value an emulator can know.

AWS's rule for an absent key: a test fails, a negated test (and any test with IfExists) succeeds. Operators it does not
know raise, so that a policy is never read more laxly or strictly by ignorance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Test = Callable[[str, str], bool]

TESTS: Mapping[str, Test] = {
    "StringEquals": lambda fact, wanted: fact == wanted,
    "StringEqualsIgnoreCase": lambda fact, wanted: fact.lower() == wanted.lower(),
    "StringLike": fnmatchcase,
    "ArnEquals": fnmatchcase,
    "ArnLike": fnmatchcase,
    "Bool": lambda fact, wanted: fact.lower() == wanted.lower(),
    "NumericEquals": lambda fact, wanted: float(fact) == float(wanted),
    "NumericLessThan": lambda fact, wanted: float(fact) < float(wanted),
    "NumericLessThanEquals": lambda fact, wanted: float(fact) <= float(wanted),
    "NumericGreaterThan": lambda fact, wanted: float(fact) > float(wanted),
    "NumericGreaterThanEquals": lambda fact, wanted: float(fact) >= float(wanted),
}

NEGATED: Mapping[str, Test] = {
    "StringNotEquals": TESTS["StringEquals"],
    "StringNotEqualsIgnoreCase": TESTS["StringEqualsIgnoreCase"],
    "StringNotLike": TESTS["StringLike"],
    "ArnNotEquals": TESTS["ArnEquals"],
    "ArnNotLike": TESTS["ArnLike"],
    "NumericNotEquals": TESTS["NumericEquals"],
}


class UnknownOperatorError(ValueError):
    """A condition operator that is not evaluated here."""


def met(conditions: Mapping[str, Any], facts: Mapping[str, str]) -> bool:
    """Whether every test holds. Keys of `facts` are lower case, as AWS compares them."""
    return all(
        _holds(operator, facts.get(key.lower()), _listed(wanted))
        for operator, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _holds(operator: str, fact: str | None, wanted: list[str]) -> bool:
    name = operator.removesuffix("IfExists")
    if name == "Null":
        return (fact is None) == (wanted[0].lower() == "true")
    if name in NEGATED:
        return fact is None or not any(NEGATED[name](fact, one) for one in wanted)
    if name not in TESTS:
        raise UnknownOperatorError(operator)
    if fact is None:
        return operator != name
    return any(TESTS[name](fact, one) for one in wanted)


def _listed(value: Any) -> list[str]:
    return [_text(one) for one in (value if isinstance(value, list) else [value])]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

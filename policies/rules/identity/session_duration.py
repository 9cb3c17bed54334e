"""IAM-08: sessions end: four hours at most, one hour for sets that carry an administrator policy."""

import re

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import PERMISSION_SET, PERMISSION_SET_POLICY
from policies.framework.values import UnknownValue

POWERFUL = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
DEFAULT = "PT1H"
"""What Identity Center uses when none is given."""


@related_rule("IAM-08", (PERMISSION_SET,), (PERMISSION_SET_POLICY,))
def rule(permission_set: Resource, stack: Stack, context: Context) -> Results:
    name = "privilegedSessionHours" if _is_powerful(permission_set, stack) else "sessionHours"
    hours = context.settings.integer(name)
    yield permission_set.check(
        "sessionDuration", lambda value: _hours(value or DEFAULT) <= hours, f"at most PT{hours}H"
    )


def _is_powerful(permission_set: Resource, stack: Stack) -> bool:
    try:
        attached = stack.referring(permission_set, "permissionSetArn", (PERMISSION_SET_POLICY,))
    except UnknownValue:
        return False
    return any(str(each.known("managedPolicyArn")).split("/")[-1] in POWERFUL for each in attached)


def _hours(value: object) -> float:
    """An ISO 8601 duration of hours and minutes, in hours; without end when it cannot be read."""
    match = re.fullmatch(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?", value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return float("inf")
    return int(match[1] or 0) + int(match[2] or 0) / 60

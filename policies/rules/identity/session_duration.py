"""IAM-08: sessions end: four hours at most, one hour for administrators; power users stay inside a boundary."""

import re
from collections.abc import Callable

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import PERMISSION_SET, PERMISSION_SET_BOUNDARY, PERMISSION_SET_POLICY

ADMINISTRATOR = ("AdministratorAccess", "IAMFullAccess")
POWER_USER = "PowerUserAccess"
DEFAULT = "PT1H"
"""What Identity Center uses when none is given."""


@related_rule("IAM-08", (PERMISSION_SET,), (PERMISSION_SET_POLICY, PERMISSION_SET_BOUNDARY))
def rule(permission_set: Resource, stack: Stack, context: Context) -> Results:
    hours = context.settings.integer("sessionHours")
    yield permission_set.check("sessionDuration", _lasts_at_most(hours), f"at most PT{hours}H")
    attached = stack.referring(permission_set, "permissionSetArn", (PERMISSION_SET_POLICY,))
    policies = {str(each.known("managedPolicyArn")).split("/")[-1] for each in attached}
    if policies & set(ADMINISTRATOR):
        hours = context.settings.integer("privilegedSessionHours")
        expected = f"at most PT{hours}H for an administrator"
        yield permission_set.check("sessionDuration", _lasts_at_most(hours), expected)
    if POWER_USER in policies:
        bounded = stack.referring(permission_set, "permissionSetArn", (PERMISSION_SET_BOUNDARY,))
        expected = f"a boundary, because the set carries {POWER_USER}"
        kind = "PermissionsBoundaryAttachment"
        yield permission_set.passes() if bounded else permission_set.fails(kind, "missing", expected)


def _lasts_at_most(hours: int) -> Callable[[object], bool]:
    return lambda value: _hours(value or DEFAULT) <= hours


def _hours(value: object) -> float:
    """An ISO 8601 duration of hours and minutes, in hours; without end when it cannot be read."""
    match = re.fullmatch(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?", value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return float("inf")
    return int(match[1] or 0) + int(match[2] or 0) / 60

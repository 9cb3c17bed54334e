"""KMS-02: a key waits the longest time KMS allows before it is lost, and cannot be locked away from its owner."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import KEY, REPLICA_KEY
from policies.framework.values import is_true, number


@resource_rule("KMS-02", KEY, REPLICA_KEY)
def rule(key: Resource, context: Context) -> Results:
    if context.production:
        days = context.settings.integer("keyDeletionDays")
        yield key.check(
            "deletionWindowInDays",
            # absent means thirty, the default of KMS
            lambda value: value is None or (number(value) or 0) >= days,
            f"{days} days",
        )
    yield key.check("bypassPolicyLockoutSafetyCheck", lambda value: not is_true(value), "false")

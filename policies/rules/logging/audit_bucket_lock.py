"""LOG-07: audit buckets are locked: COMPLIANCE for seven years in production, GOVERNANCE for a day elsewhere.

The second half saves money and testers: COMPLIANCE on a test stack keeps its objects, and their bill, for years.
"""

from collections.abc import Mapping

from policies.framework.buckets import audit_buckets, missing, part
from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import BUCKET_LOCKS, BUCKETS, TRAIL
from policies.framework.values import UnknownValue, equals, holds_unknown, is_true, number

RETENTION = "rule.defaultRetention"
DAYS_OF_YEAR = 365


@stack_rule("LOG-07", TRAIL, *BUCKETS, *BUCKET_LOCKS)
def rule(stack: Stack, context: Context) -> Results:
    for bucket in audit_buckets(stack):
        yield bucket.check("objectLockEnabled", is_true, "true")
        try:
            lock = part(stack, bucket, BUCKET_LOCKS)
        except UnknownValue:
            yield bucket.undecided("BucketObjectLockConfiguration")
            continue
        if lock is None:
            yield missing(bucket, "BucketObjectLockConfiguration")
        elif context.production:
            yield from _production(lock, context)
        else:
            yield from _test(lock, context)


def _production(lock: Resource, context: Context) -> Results:
    years = context.settings.integer("retentionYears")
    yield lock.check(f"{RETENTION}.mode", equals("COMPLIANCE"), "COMPLIANCE")
    yield lock.check(
        RETENTION,
        lambda retention: _days(retention) >= years * DAYS_OF_YEAR,
        f"at least {years} years or {years * DAYS_OF_YEAR} days",
    )


def _test(lock: Resource, context: Context) -> Results:
    days = context.settings.integer("testRetentionDays")
    yield lock.check(f"{RETENTION}.mode", equals("GOVERNANCE"), "GOVERNANCE outside production")
    yield lock.check(
        RETENTION, lambda retention: _days(retention) <= days, f"at most {days} days outside production"
    )


def _days(retention: object) -> float:
    """Length of a default retention in days, 0 when it says none."""
    if not isinstance(retention, Mapping) or holds_unknown(retention):
        return 0.0
    return (number(retention.get("days")) or 0.0) + DAYS_OF_YEAR * (number(retention.get("years")) or 0.0)

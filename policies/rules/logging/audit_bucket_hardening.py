"""LOG-08: audit buckets keep every version, belong to one owner, are private, and cannot be removed by accident."""

from policies.framework.buckets import audit_buckets, demand
from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import (
    BUCKET_LOCKS,
    BUCKET_OWNERSHIPS,
    BUCKET_PRIVACIES,
    BUCKET_VERSIONINGS,
    BUCKETS,
    TRAIL,
)
from policies.framework.values import equals, is_true

PRIVATE = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


@stack_rule(
    "LOG-08", TRAIL, *BUCKETS, *BUCKET_LOCKS, *BUCKET_VERSIONINGS, *BUCKET_OWNERSHIPS, *BUCKET_PRIVACIES
)
def rule(stack: Stack, context: Context) -> Results:
    for bucket in audit_buckets(stack):
        yield from demand(
            stack,
            bucket,
            BUCKET_VERSIONINGS,
            ("versioningConfiguration.status", equals("Enabled"), "Enabled"),
        )
        yield from demand(
            stack,
            bucket,
            BUCKET_OWNERSHIPS,
            ("rule.objectOwnership", equals("BucketOwnerEnforced"), "BucketOwnerEnforced"),
        )
        yield from demand(stack, bucket, BUCKET_PRIVACIES, *((name, is_true, "true") for name in PRIVATE))
        if context.production:
            yield bucket.check("forceDestroy", lambda value: not is_true(value), "false")
            yield bucket.passes() if bucket.protect else bucket.fails("protect", False, "true")

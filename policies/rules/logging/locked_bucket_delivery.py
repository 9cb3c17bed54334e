"""LOG-12: nothing is delivered to a locked bucket that cannot be: AWS Config and S3 access logs stop there.

Both services refuse a bucket with a default retention, silently for whoever waits for the records. They deliver
to a plain bucket of the audit account, which replicates to the locked one.
"""

from policies.framework.buckets import is_locked
from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import BUCKET_LOCKS, BUCKET_LOGGINGS, BUCKETS, DELIVERY_CHANNEL


@related_rule("LOG-12", (DELIVERY_CHANNEL, *BUCKET_LOGGINGS), (*BUCKETS, *BUCKET_LOCKS))
def rule(delivery: Resource, stack: Stack, _context: Context) -> Results:
    path = "s3BucketName" if delivery.type == DELIVERY_CHANNEL else "targetBucket"
    bucket = stack.target(delivery, path, BUCKETS)
    if bucket is not None and is_locked(stack, bucket):
        yield delivery.fails(
            path, f"{bucket.name}, an Object Lock bucket", "a plain bucket that replicates to it"
        )
    else:
        yield delivery.passes()

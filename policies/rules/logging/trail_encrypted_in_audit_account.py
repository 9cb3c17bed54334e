"""LOG-04: the trail's files are encrypted under a customer-managed key of the account that keeps them."""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import BUCKETS, KEY, KEY_ALIAS, REPLICA_KEY, TRAIL
from policies.framework.values import UNKNOWN, is_present

KEYS = (KEY, REPLICA_KEY, KEY_ALIAS)


@related_rule("LOG-04", (TRAIL,), (*BUCKETS, *KEYS))
def rule(trail: Resource, stack: Stack, _context: Context) -> Results:
    reference = trail.known("kmsKeyId")
    if reference is not UNKNOWN and not is_present(reference):
        yield trail.fails("kmsKeyId", reference, "the ARN of a customer-managed key in the audit account")
        return
    key = stack.target(trail, "kmsKeyId", KEYS)
    if key is None:
        yield trail.fails("kmsKeyId", reference, "a key that this stack makes in the audit account")
        return
    bucket = stack.target(trail, "s3BucketName", BUCKETS)
    home, keeper = stack.account_of(key), bucket and stack.account_of(bucket)
    if home and keeper and not stack.same_account(home, keeper):
        yield trail.fails(
            "kmsKeyId", f"{key.name}, a key of another account", "a key of the account of its bucket"
        )
    else:
        yield trail.passes()

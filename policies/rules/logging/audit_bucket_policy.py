"""LOG-09: only log services of this organization may write to an audit bucket, over TLS, and nobody may delete."""

from policies.framework.buckets import audit_buckets, missing, part
from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.iam import NotAPolicy, Statement, statements
from policies.framework.resources import Resource
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import BUCKET_LOCKS, BUCKET_POLICIES, BUCKETS, TRAIL
from policies.framework.values import UnknownValue

WRITERS = (
    "cloudtrail.amazonaws.com",
    "config.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "firehose.amazonaws.com",
    "guardduty.amazonaws.com",
    "macie.amazonaws.com",
)
SOURCES = ("aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceArn", "aws:SourceAccount")
"""Any of these ties a service to this organization: without one, a stranger's account could make it write here."""
DESTRUCTIVE = (
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketVersioning",
    "s3:PutObjectRetention",
    "s3:PutObjectLegalHold",
    "s3:PutBucketObjectLockConfiguration",
    "s3:BypassGovernanceRetention",
)


@stack_rule("LOG-09", TRAIL, *BUCKETS, *BUCKET_LOCKS, *BUCKET_POLICIES)
def rule(stack: Stack, _context: Context) -> Results:
    for bucket in audit_buckets(stack):
        try:
            policy = part(stack, bucket, BUCKET_POLICIES)
            if policy is None:
                yield missing(bucket, "BucketPolicy")
            else:
                yield from _document(policy)
        except UnknownValue as unknown:
            yield bucket.undecided(f"BucketPolicy.{unknown.path}")


def _document(policy: Resource) -> Results:
    try:
        document = statements(policy.get("policy"))
    except NotAPolicy as fault:
        yield policy.fails("policy", str(fault), "a bucket policy document")
        return
    if not any(denies_plain_http(each) for each in document):
        expected = (
            "a Deny of s3:* for everyone when aws:SecureTransport is false, on the bucket and its objects"
        )
        yield policy.fails("policy", "no statement that demands TLS", expected)
    for each in document:
        yield from _statement(policy, each)


def _statement(policy: Resource, each: Statement) -> Results:
    if not each.allows:
        yield policy.passes()
        return
    strangers = [value for kind, value in each.principals if kind != "Service" or value not in WRITERS]
    harm = [action for action in DESTRUCTIVE if each.covers_action(action)]
    if strangers or not each.principals:
        found = f"statement {each.label} allows {', '.join(strangers) or 'by exclusion'}"
        yield policy.fails("policy", found, f"only log services: {', '.join(WRITERS)}")
    elif harm:
        yield policy.fails(
            "policy", f"statement {each.label} allows {harm[0]}", "no permission to delete or unlock"
        )
    elif not each.has_condition(*SOURCES):
        expected = f"a condition on one of {', '.join(SOURCES)}"
        yield policy.fails("policy", f"statement {each.label} has no source condition", expected)
    else:
        yield policy.passes()


def denies_plain_http(each: Statement) -> bool:
    """Whether the statement refuses every S3 action of everyone without TLS, on bucket and objects."""
    return (
        each.denies
        and each.is_public
        and any(action in ("*", "s3:*") for action in each.actions)
        and any(resource == "*" or resource.endswith("/*") for resource in each.resources)
        and any(resource == "*" or not resource.endswith("/*") for resource in each.resources)
        and "false" in each.condition_values("aws:SecureTransport")
        and len(each.conditions) == 1
    )

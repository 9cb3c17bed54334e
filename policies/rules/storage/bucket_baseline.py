"""S3-01: every bucket is private four ways, owner-enforced, versioned, encrypted under a CMK, and TLS-only.

A target of server access logs is encrypted by S3 itself: log delivery cannot use a customer-managed key.
"""

from policies.framework.buckets import demand, missing, part
from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.iam import NotAPolicy, statements
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import (
    BUCKET_ENCRYPTIONS,
    BUCKET_LOGGINGS,
    BUCKET_OWNERSHIPS,
    BUCKET_POLICIES,
    BUCKET_PRIVACIES,
    BUCKET_VERSIONINGS,
    BUCKETS,
)
from policies.framework.values import UNKNOWN, UnknownValue, equals, is_present, is_true
from policies.rules.logging.audit_bucket_hardening import PRIVATE
from policies.rules.logging.audit_bucket_policy import denies_plain_http

PARTS = (*BUCKET_ENCRYPTIONS, *BUCKET_LOGGINGS, *BUCKET_OWNERSHIPS, *BUCKET_PRIVACIES, *BUCKET_VERSIONINGS)
DEFAULT_ENCRYPTION = "rules.applyServerSideEncryptionByDefault"


@related_rule("S3-01", BUCKETS, (*PARTS, *BUCKET_POLICIES))
def rule(bucket: Resource, stack: Stack, _context: Context) -> Results:
    yield from demand(stack, bucket, BUCKET_PRIVACIES, *((name, is_true, "true") for name in PRIVATE))
    yield from demand(
        stack,
        bucket,
        BUCKET_OWNERSHIPS,
        ("rule.objectOwnership", equals("BucketOwnerEnforced"), "BucketOwnerEnforced"),
    )
    yield from demand(
        stack, bucket, BUCKET_VERSIONINGS, ("versioningConfiguration.status", equals("Enabled"), "Enabled")
    )
    yield from _encryption(stack, bucket)
    yield from _transport(stack, bucket)


def _encryption(stack: Stack, bucket: Resource) -> Results:
    try:
        holder = part(stack, bucket, BUCKET_ENCRYPTIONS)
        if holder is None:
            yield missing(bucket, "BucketServerSideEncryptionConfiguration")
        elif _receives_access_logs(stack, bucket):
            yield holder.check(f"{DEFAULT_ENCRYPTION}.sseAlgorithm", is_present, "AES256")
        else:
            yield holder.check(
                f"{DEFAULT_ENCRYPTION}.sseAlgorithm",
                lambda name: name in ("aws:kms", "aws:kms:dsse"),
                "aws:kms",
            )
            key = holder.known(f"{DEFAULT_ENCRYPTION}.kmsMasterKeyId")
            # an unknown key id is a key made by this update, never the account's aws/s3 key
            if key is UNKNOWN or (is_present(key) and not str(key).endswith("alias/aws/s3")):
                yield holder.passes()
            else:
                path = f"{DEFAULT_ENCRYPTION}.kmsMasterKeyId"
                yield holder.fails(path, key, "the ARN of a customer-managed key")
    except UnknownValue as unknown:
        yield bucket.undecided(unknown.path)


def _receives_access_logs(stack: Stack, bucket: Resource) -> bool:
    return bool(stack.referring(bucket, "targetBucket", BUCKET_LOGGINGS))


def _transport(stack: Stack, bucket: Resource) -> Results:
    try:
        policy = part(stack, bucket, BUCKET_POLICIES)
        if policy is None:
            yield missing(bucket, "BucketPolicy")
            return
        document = statements(policy.get("policy"))
    except UnknownValue as unknown:
        yield bucket.undecided(f"BucketPolicy.{unknown.path}")
    except NotAPolicy as fault:
        yield bucket.fails("BucketPolicy", str(fault), "a bucket policy document")
    else:
        if any(denies_plain_http(each) for each in document):
            yield policy.passes()
        else:
            yield policy.fails(
                "policy", "no statement that demands TLS", "a Deny without aws:SecureTransport"
            )

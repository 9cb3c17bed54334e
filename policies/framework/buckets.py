"""Buckets and their parts. The provider makes one resource per setting, so a bucket's posture is spread over many.

Owns: which bucket a part belongs to, and which buckets hold audit records. A setting that is not in the stack as
its own resource counts as missing, whatever the bucket's own outputs say: those repeat what AWS answered last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.results import Fail, Result
from policies.framework.tokens import BUCKET_LOCKS, BUCKETS, TRAIL
from policies.framework.values import UnknownValue, is_true

Demand = tuple[str, Callable[[Any], bool], str]
"""A property path, the predicate it must satisfy, and the expectation in words."""


def part(stack: Stack, bucket: Resource, types: tuple[str, ...]) -> Resource | None:
    """The part of a bucket of one of the types, None when the stack has none. Raises UnknownValue."""
    found = stack.referring(bucket, "bucket", types)
    return found[0] if found else None


def demand(stack: Stack, bucket: Resource, types: tuple[str, ...], *demands: Demand) -> list[Result]:
    """A part of the bucket against demands; one failure when the part is missing."""
    kind = types[0].split(":")[-1]
    try:
        holder = part(stack, bucket, types)
    except UnknownValue:
        return [bucket.undecided(kind)]
    if holder is None:
        return [missing(bucket, kind)]
    return [holder.check(path, accept, expected) for path, accept, expected in demands]


def missing(bucket: Resource, kind: str) -> Fail:
    """The bucket has no such part in the stack."""
    return bucket.fails(kind, "missing", f"a {kind} of this bucket in the same stack")


def audit_buckets(stack: Stack) -> list[Resource]:
    """The buckets that hold audit records: where trails deliver to, and every bucket made for Object Lock.

    A trail whose bucket cannot be told yet adds none; LOG-06 reports that.
    """
    found = {bucket.urn: bucket for bucket in stack.of_type(*BUCKETS) if is_locked(stack, bucket)}
    for trail in stack.of_type(TRAIL):
        try:
            bucket = stack.target(trail, "s3BucketName", BUCKETS)
        except UnknownValue:
            continue
        if bucket is not None:
            found[bucket.urn] = bucket
    return list(found.values())


def is_locked(stack: Stack, bucket: Resource) -> bool:
    """Whether the bucket is made for Object Lock, or has a lock configuration."""
    if is_true(bucket.known("objectLockEnabled")):
        return True
    try:
        return part(stack, bucket, BUCKET_LOCKS) is not None
    except UnknownValue:
        return False

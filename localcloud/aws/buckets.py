"""What other services need to know of a bucket: S3 names are global, so the owner may be another account."""

from __future__ import annotations

from typing import Any

from moto.s3.models import s3_backends


def find_bucket(name: str) -> Any | None:
    """The emulated bucket of that name in any account, or None."""
    owner = s3_backends.bucket_accounts.get(name)
    if owner is None:
        return None
    partition, account_id = owner
    return s3_backends[account_id][partition].buckets.get(name)


def bucket_exists(name: str) -> bool:
    """Whether any account has the bucket."""
    return find_bucket(name) is not None


def default_retention_of(name: str) -> str | None:
    """The mode of the bucket's default Object Lock retention, or None when it has none."""
    bucket = find_bucket(name)
    if bucket is None or not bucket.object_lock_enabled:
        return None
    return bucket.default_lock_mode or None

"""S3 Object Lock as AWS enforces it.

moto 5.2.5 refuses to delete a locked version, but lets anyone shorten or drop a COMPLIANCE retention, suspend
versioning on a locked bucket, and store multipart uploads without the bucket's default retention. Closed here.

Source of the rules: Amazon S3 User Guide, "Locking objects with Object Lock" (a COMPLIANCE retention can only be
extended; a GOVERNANCE retention is weakened only with `x-amz-bypass-governance-retention: true`; a bucket's lock
cannot be turned off nor its versioning suspended; a new default applies to new objects only).
"""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime
from typing import Any

from moto.s3 import models as s3

from localcloud.aws.calls import ApiError, Call, Reply, before, operation
from localcloud.aws.patching import replace

_WRITE_LOCKS = [threading.RLock() for _ in range(64)]
"""Striped by bucket and key: two writers of one key must not lose each other's version, nor both pass If-None-Match."""


def bucket_of(name: str) -> Any:
    """moto's bucket, whoever owns it. Raises `ApiError` when there is none."""
    owner = s3.s3_backends.bucket_accounts.get(name)
    if owner is None:
        raise ApiError("NoSuchBucket", "The specified bucket does not exist", 404)
    partition, account = owner
    return s3.s3_backends[account][partition].buckets[name]


def object_of(params: dict[str, Any]) -> Any:
    """The object version that the parameters name (its latest without VersionId)."""
    bucket = bucket_of(params["Bucket"])
    wanted = params.get("VersionId")
    versions = bucket.keys.getlist(params["Key"], [])
    found = [v for v in versions if wanted is None or str(v.version_id) == str(wanted)]
    if not found:
        code = "NoSuchVersion" if wanted else "NoSuchKey"
        raise ApiError(code, "The specified key or version does not exist.", 404)
    if isinstance(found[-1], s3.FakeDeleteMarker):
        raise ApiError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
    return found[-1]


def retain_until(version: Any) -> datetime | None:
    """End of a version's retention in UTC; None when it has none."""
    if not version.lock_mode or not version.lock_until:
        return None
    until = datetime.fromisoformat(str(version.lock_until).replace("Z", "+00:00"))
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def _denied(message: str = "Access Denied because object protected by object lock.") -> ApiError:
    return ApiError("AccessDenied", message, 403)


@before("s3", "PutObjectRetention")
def retention_is_not_weakened(call: Call) -> None:
    """Refuse what would shorten, drop or soften a retention that still runs."""
    version = object_of(call.params)
    wanted = call.params.get("Retention") or {}
    mode, until = wanted.get("Mode"), wanted.get("RetainUntilDate")
    if (mode is None) != (until is None):
        raise ApiError("MalformedXML", "Mode and RetainUntilDate must be given together.", 400)
    if until is not None:
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        if until <= datetime.now(UTC):
            raise ApiError("InvalidArgument", "The retain until date must be in the future!", 400)
    standing = retain_until(version)
    if standing is None or standing <= datetime.now(UTC):
        return
    weaker = (
        mode != version.lock_mode
        or until is None
        or until.replace(microsecond=0) < standing.replace(microsecond=0)
    )
    if not weaker:
        return
    bypass = (call.header("x-amz-bypass-governance-retention") or "").lower() == "true"
    if version.lock_mode == "COMPLIANCE" or not bypass:
        raise _denied()


@before("s3", "PutBucketVersioning")
def versioning_stays(call: Call) -> None:
    """A locked bucket, and a bucket that replicates, keeps its versioning."""
    bucket = bucket_of(call.params["Bucket"])
    if call.params.get("VersioningConfiguration", {}).get("Status") == "Enabled":
        return
    if bucket.object_lock_enabled:
        message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
        raise ApiError("InvalidBucketState", message, 409)
    if getattr(bucket, "replication", None):
        message = "A replication configuration is present on this bucket, so the versioning state cannot be changed."
        raise ApiError("InvalidBucketState", message, 409)


@operation("s3", "PutObjectLockConfiguration")
def put_configuration(call: Call) -> dict[str, Any]:
    """Enable the lock, or change the default retention of new objects; never disable it."""
    bucket = bucket_of(call.params["Bucket"])
    wanted = call.params.get("ObjectLockConfiguration") or {}
    if wanted.get("ObjectLockEnabled") != "Enabled":
        raise ApiError(
            "MalformedXML", "ObjectLockEnabled must be Enabled; Object Lock cannot be disabled.", 400
        )
    if not bucket.is_versioned:
        message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise ApiError("InvalidBucketState", message, 409)
    default = (wanted.get("Rule") or {}).get("DefaultRetention") or {}
    mode, days, years = default.get("Mode"), default.get("Days"), default.get("Years")
    if default and (mode not in ("GOVERNANCE", "COMPLIANCE") or (days is None) == (years is None)):
        raise ApiError("MalformedXML", "DefaultRetention needs a Mode and either Days or Years.", 400)
    if (days is not None and int(days) <= 0) or (years is not None and int(years) <= 0):
        raise ApiError("InvalidArgument", "Default retention period must be a positive integer value.", 400)
    bucket.object_lock_enabled = True
    bucket.default_lock_mode = mode
    bucket.default_lock_days = int(days or 0)
    bucket.default_lock_years = int(years or 0)
    return {}


@operation("s3", "GetObjectRetention")
def get_retention(call: Call) -> dict[str, Any]:
    """The retention in force, whether set explicitly or by the bucket's default (moto fails on the latter)."""
    version = object_of(call.params)
    until = retain_until(version)
    if until is None:
        message = "The specified object does not have a ObjectLock configuration"
        raise ApiError("NoSuchObjectLockConfiguration", message, 404)
    return {"Retention": {"Mode": version.lock_mode, "RetainUntilDate": until}}


@operation("s3", "PutObject", "CompleteMultipartUpload", "CopyObject", "DeleteObject")
def one_writer_per_key(call: Call) -> Reply:
    """moto reads and replaces a key's list of versions without a lock."""
    return _one_at_a_time(call, [call.params["Key"]])


@operation("s3", "DeleteObjects")
def one_deleter_per_key(call: Call) -> Reply:
    """The same for a list of keys."""
    return _one_at_a_time(call, [item["Key"] for item in call.params.get("Delete", {}).get("Objects", [])])


def _one_at_a_time(call: Call, keys: list[str]) -> Reply:
    """moto's answer, while no one else writes these keys. Locks are taken in order, so that none waits for another."""
    with contextlib.ExitStack() as held:
        for stripe in sorted({hash((call.params["Bucket"], key)) % len(_WRITE_LOCKS) for key in keys}):
            held.enter_context(_WRITE_LOCKS[stripe])
        return call.forward()


def install() -> None:
    """The default retention holds for every way an object is stored (moto: PutObject and CopyObject only)."""
    put = s3.S3Backend.put_object

    def put_object(self: Any, bucket_name: str, *arguments: Any, **settings: Any) -> Any:
        stored = put(self, bucket_name, *arguments, **settings)
        bucket = self.get_bucket(bucket_name)
        if bucket.has_default_lock and not stored.lock_mode:
            stored.lock_mode = bucket.default_lock_mode
            stored.lock_until = bucket.default_retention()
        return stored

    replace(s3.S3Backend, put_object=put_object)

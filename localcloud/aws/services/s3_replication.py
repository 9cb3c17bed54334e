"""S3 replication, performed: moto 5.2.5 stores the configuration and copies nothing.

A background worker copies each new version (same version id, metadata, tags, and the source's retention or else the
destination's default) to the destination bucket of every matching rule, in whatever account and Region it is, soon
after the write. Delete markers follow when the rule says so; deletes of a version never do, nor do replicas
replicate on. Status as on AWS: PENDING → COMPLETED or FAILED at the source, REPLICA at the destination.

Deliberately does not: evaluate the replication role's permissions, replicate objects older than the rule, or wait for
Replication Time Control.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any

from moto.s3 import models as s3

from localcloud.aws import lifecycle
from localcloud.aws.calls import ApiError, Call, Reply, after, before
from localcloud.aws.patching import original, replace
from localcloud.aws.services.s3_object_lock import bucket_of

LOG = logging.getLogger("localcloud.aws")

WORKER = "s3-replication"

_work: queue.Queue[tuple[str, str, str] | None] = queue.Queue()
"""(bucket, key, version id) of versions and delete markers to look at."""


@before("s3", "PutBucketReplication")
def both_ends_are_versioned(call: Call) -> None:
    """AWS refuses replication from or to a bucket without versioning."""
    if not bucket_of(call.params["Bucket"]).is_versioned:
        message = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        raise ApiError("InvalidRequest", message, 400)
    for rule in call.params.get("ReplicationConfiguration", {}).get("Rules", []):
        name = _bucket_name(rule["Destination"]["Bucket"])
        if name not in s3.s3_backends.bucket_accounts or not bucket_of(name).is_versioned:
            raise ApiError(
                "InvalidRequest", "Destination bucket must exist and must have versioning enabled.", 400
            )


@after("s3", "PutObject", "CompleteMultipartUpload", "CopyObject", "PutObjectTagging", "DeleteObject")
def one_key_changed(call: Call, _: Reply) -> None:
    if not (call.operation == "DeleteObject" and call.params.get("VersionId")):
        _look_at(call.params["Bucket"], call.params["Key"])


@after("s3", "DeleteObjects")
def several_keys_deleted(call: Call, _: Reply) -> None:
    for item in call.params.get("Delete", {}).get("Objects", []):
        if not item.get("VersionId"):
            _look_at(call.params["Bucket"], item["Key"])


def _look_at(bucket_name: str, key_name: str) -> None:
    """Queue the latest version of a key when its bucket replicates."""
    bucket = bucket_of(bucket_name)
    if not getattr(bucket, "replication", None):
        return
    versions = bucket.keys.getlist(key_name, [])
    if not versions:
        return
    latest = versions[-1]
    if not getattr(latest, "replication_status", None) and any(
        _matches(rule, key_name, _tags(bucket, latest)) for rule in bucket.replication["Rule"]
    ):
        latest.replication_status = "PENDING"
    _work.put((bucket_name, key_name, str(latest.version_id)))


def _replicate(bucket_name: str, key_name: str, version_id: str) -> None:
    bucket = bucket_of(bucket_name)
    versions = [v for v in bucket.keys.getlist(key_name, []) if str(v.version_id) == version_id]
    rules = getattr(bucket, "replication", None)
    if not versions or not rules or getattr(versions[0], "replication_status", "") == "REPLICA":
        return
    version: Any = versions[0]
    tags = _tags(bucket, version)
    for rule in rules["Rule"]:
        if not _matches(rule, key_name, tags):
            continue
        name = _bucket_name(rule["Destination"]["Bucket"])
        if isinstance(version, s3.FakeDeleteMarker):
            if (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled":
                _copy_marker(version, name)
            continue
        if version.encryption == "aws:kms" and not _takes_kms(rule):
            continue
        try:
            _copy(version, name, rule["Destination"], tags)
            version.replication_status = "COMPLETED"
        except ApiError as error:
            LOG.warning("replication %s/%s to %s failed: %s", bucket_name, key_name, name, error)
            version.replication_status = "FAILED"


def _copy(version: Any, name: str, destination: dict[str, Any], tags: dict[str, str]) -> None:
    """Store the version in the destination under its own id; a second time only its metadata and tags follow."""
    target = bucket_of(name)
    partition, owner = s3.s3_backends.bucket_accounts[name]
    backend = s3.s3_backends[owner][partition]
    present = [
        v for v in target.keys.getlist(version.name, []) if str(v.version_id) == str(version.version_id)
    ]
    replica: Any
    if present:
        replica = present[0]
    else:
        if not target.is_versioned:
            raise ApiError("InvalidRequest", "the destination bucket is not versioned")
        replica = backend.put_object(
            name,
            version.name,
            version.value,
            storage=destination.get("StorageClass") or version.storage_class,
            etag=version.etag.strip('"'),
            encryption=None if version.encryption == "aws:kms" else version.encryption,
            kms_key_id=(destination.get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID"),
            lock_mode=version.lock_mode,
            lock_until=version.lock_until,
            lock_legal_status=version.lock_legal_status,
        )
        replica._version_id = str(version.version_id)
        replica.last_modified = version.last_modified
        replica.replication_status = "REPLICA"
        if version.encryption == "aws:kms" and not replica.encryption:
            replica.encryption = "aws:kms"
    replica.set_metadata(version.metadata)
    backend.tagger.delete_all_tags_for_resource(replica.arn)
    backend.tagger.tag_resource(replica.arn, [{"Key": k, "Value": v} for k, v in tags.items()])


def _copy_marker(marker: Any, name: str) -> None:
    target = bucket_of(name)
    versions = target.keys.getlist(marker.name, [])
    if versions and not any(str(v.version_id) == str(marker.version_id) for v in versions):
        replica = s3.FakeDeleteMarker(key=versions[-1])
        replica._version_id = marker.version_id
        target.keys.setlist(marker.name, [*versions, replica])


def _matches(rule: dict[str, Any], key_name: str, tags: dict[str, str]) -> bool:
    """Does an enabled rule's filter (prefix, tag, or both) select the key?"""
    if rule.get("Status") != "Enabled":
        return False
    chosen = rule.get("Filter") or {}
    both = chosen.get("And") or {}
    prefix = both.get("Prefix") or chosen.get("Prefix") or rule.get("Prefix") or ""
    wanted = both.get("Tag") or chosen.get("Tag") or []
    wanted = wanted if isinstance(wanted, list) else [wanted]
    return key_name.startswith(prefix) and all(tags.get(t["Key"]) == t.get("Value") for t in wanted)


def _takes_kms(rule: dict[str, Any]) -> bool:
    criteria = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
    return bool(criteria.get("Status") == "Enabled")


def _tags(bucket: Any, version: Any) -> dict[str, str]:
    if isinstance(version, s3.FakeDeleteMarker):
        return {}
    backend = s3.s3_backends[bucket.account_id]["aws"]
    return dict(backend.tagger.get_tag_dict_for_resource(version.arn))


def _bucket_name(arn: str) -> str:
    return arn.rsplit(":", 1)[-1]


def _run() -> None:
    while (item := _work.get()) is not None:
        try:
            _replicate(*item)
        except Exception:
            LOG.exception("replication of %s failed", item)


@lifecycle.at_end
def _stop() -> None:
    _work.put(None)


def install() -> None:
    """Start the worker; show the status in object headers; follow writes made inside moto (Firehose, Config)."""
    headers = original(s3.FakeKey, "response_dict").fget
    put_object = s3.S3Backend.put_object

    def response_dict(self: Any) -> dict[str, Any]:
        shown = dict(headers(self))
        status = getattr(self, "replication_status", None)
        if status:
            shown["x-amz-replication-status"] = status
        return shown

    def put_and_follow(self: Any, bucket_name: str, key_name: str, *arguments: Any, **settings: Any) -> Any:
        stored = put_object(self, bucket_name, key_name, *arguments, **settings)
        is_replica = threading.current_thread().name == WORKER
        if not is_replica and getattr(self.get_bucket(bucket_name), "replication", None):
            _look_at(bucket_name, key_name)
        return stored

    replace(s3.FakeKey, response_dict=property(response_dict))
    replace(s3.S3Backend, put_object=put_and_follow)
    threading.Thread(target=_run, name=WORKER, daemon=True).start()

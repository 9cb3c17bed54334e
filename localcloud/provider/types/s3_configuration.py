"""Settings of a bucket that are resources of their own. The id of each is the bucket's name."""

from collections.abc import Callable
from typing import Any

from localcloud.provider.model import Call, Change, ResourceType
from localcloud.provider.wire import Props

_OWNER = frozenset({"expectedBucketOwner"})


def bucket_setting(
    token: str, put: Callable[[Call], None], read: Any, delete: Any, properties: tuple[str, ...], **more: Any
) -> ResourceType:
    """A row whose create and update are one put of the whole setting."""

    def create(call: Call) -> str:
        call.id = call.inputs["bucket"]
        put(call)
        return call.id

    more["replace"] = frozenset({"bucket", *_OWNER}) | more.get("replace", frozenset())
    more["local"] = _OWNER | more.get("local", frozenset())
    return ResourceType(
        token, "s3", create, read, delete, changes=(Change(properties, put),), id_parts=("bucket",), **more
    )


def _caller(operation: str) -> Callable[[Call], None]:
    def call_it(call: Call) -> None:
        call.api(operation, Bucket=call.id)

    return call_it


# -- versioning


def _put_versioning(call: Call) -> None:
    wanted = call.inputs["versioningConfiguration"]
    if wanted["status"] == "Disabled":
        return  # the state of a bucket that never had versioning: AWS has no call for it
    value = call.parameter("put_bucket_versioning", "VersioningConfiguration", wanted)
    call.api(
        "put_bucket_versioning", Bucket=call.id, VersioningConfiguration=value, MFA=call.inputs.get("mfa")
    )


def _read_versioning(call: Call) -> Props | None:
    live = call.api("get_bucket_versioning", Bucket=call.id)
    if (
        not live.get("Status")
        and call.recorded.get("versioningConfiguration", {}).get("status") != "Disabled"
    ):
        return None
    found = {"status": live.get("Status", "Disabled"), "mfaDelete": live.get("MFADelete")}
    if found["mfaDelete"] == "Disabled" and not call.recorded.get("versioningConfiguration", {}).get(
        "mfaDelete"
    ):
        del found["mfaDelete"]
    return {"versioningConfiguration": found}


def _suspend_versioning(call: Call) -> None:
    if call.recorded.get("versioningConfiguration", {}).get("status") == "Enabled":
        call.api("put_bucket_versioning", Bucket=call.id, VersioningConfiguration={"Status": "Suspended"})


# -- encryption


def _put_encryption(call: Call) -> None:
    value = call.parameter(
        "put_bucket_encryption", "ServerSideEncryptionConfiguration", {"rules": call.inputs["rules"]}
    )
    call.api("put_bucket_encryption", Bucket=call.id, ServerSideEncryptionConfiguration=value)


def _read_encryption(call: Call) -> Props:
    live = call.api("get_bucket_encryption", Bucket=call.id)["ServerSideEncryptionConfiguration"]
    return call.properties(live)


# -- object lock


def _put_lock(call: Call) -> None:
    value = call.parameter(
        "put_object_lock_configuration",
        "ObjectLockConfiguration",
        {"objectLockEnabled": call.inputs.get("objectLockEnabled"), "rule": call.inputs.get("rule")},
    )
    call.api(
        "put_object_lock_configuration",
        Bucket=call.id,
        ObjectLockConfiguration=value,
        Token=call.inputs.get("token"),
    )


def _read_lock(call: Call) -> Props:
    return call.properties(
        call.api("get_object_lock_configuration", Bucket=call.id)["ObjectLockConfiguration"]
    )


def _drop_lock_rule(call: Call) -> None:
    bare = {"ObjectLockEnabled": "Enabled"}
    call.api("put_object_lock_configuration", Bucket=call.id, ObjectLockConfiguration=bare)


# -- lifecycle


def _put_lifecycle(call: Call) -> None:
    value = call.parameter(
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        {"rules": call.inputs.get("rules") or []},
    )
    for rule in value["Rules"]:
        if "Prefix" not in rule and not rule.get("Filter"):
            rule["Filter"] = {"Prefix": ""}
    call.api(
        "put_bucket_lifecycle_configuration",
        Bucket=call.id,
        LifecycleConfiguration=value,
        TransitionDefaultMinimumObjectSize=call.inputs.get("transitionDefaultMinimumObjectSize"),
    )


def _read_lifecycle(call: Call) -> Props:
    return call.properties(call.api("get_bucket_lifecycle_configuration", Bucket=call.id))


# -- ownership


def _put_ownership(call: Call) -> None:
    value = call.parameter(
        "put_bucket_ownership_controls", "OwnershipControls", {"rules": [call.inputs["rule"]]}
    )
    call.api("put_bucket_ownership_controls", Bucket=call.id, OwnershipControls=value)


def _read_ownership(call: Call) -> Props:
    rules = call.api("get_bucket_ownership_controls", Bucket=call.id)["OwnershipControls"]["Rules"]
    return {"rule": {"objectOwnership": rules[0]["ObjectOwnership"]}}


# -- public access


def _put_public_access(call: Call) -> None:
    value = call.parameter("put_public_access_block", "PublicAccessBlockConfiguration", call.inputs)
    call.api("put_public_access_block", Bucket=call.id, PublicAccessBlockConfiguration=value)


def _read_public_access(call: Call) -> Props:
    return call.properties(
        call.api("get_public_access_block", Bucket=call.id)["PublicAccessBlockConfiguration"]
    )


# -- policy


def _put_policy(call: Call) -> None:
    call.api("put_bucket_policy", Bucket=call.id, Policy=call.inputs["policy"])


def _read_policy(call: Call) -> Props:
    return {"policy": call.api("get_bucket_policy", Bucket=call.id)["Policy"]}


# -- logging


def _put_logging(call: Call) -> None:
    value = call.parameter("put_bucket_logging", "BucketLoggingStatus", {"loggingEnabled": call.inputs})
    value["LoggingEnabled"].setdefault("TargetPrefix", "")
    call.api("put_bucket_logging", Bucket=call.id, BucketLoggingStatus=value)


def _read_logging(call: Call) -> Props | None:
    live = call.api("get_bucket_logging", Bucket=call.id).get("LoggingEnabled")
    return call.properties(live) if live else None


def _stop_logging(call: Call) -> None:
    call.api("put_bucket_logging", Bucket=call.id, BucketLoggingStatus={})


# -- replication


def _put_replication(call: Call) -> None:
    value = call.parameter("put_bucket_replication", "ReplicationConfiguration", call.inputs)
    call.api(
        "put_bucket_replication",
        Bucket=call.id,
        ReplicationConfiguration=value,
        Token=call.inputs.get("token"),
    )


def _read_replication(call: Call) -> Props:
    return call.properties(call.api("get_bucket_replication", Bucket=call.id)["ReplicationConfiguration"])


_SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_LOGGING = ("targetBucket", "targetPrefix", "targetGrants", "targetObjectKeyFormat")

TYPES = [
    bucket_setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        _put_versioning,
        _read_versioning,
        _suspend_versioning,
        ("versioningConfiguration",),
        local=frozenset({"mfa"}),
        checked_by=("put_bucket_versioning",),
    ),
    bucket_setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        _put_encryption,
        _read_encryption,
        _caller("delete_bucket_encryption"),
        ("rules",),
        unordered=frozenset({"rules"}),
    ),
    bucket_setting(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        _put_lock,
        _read_lock,
        _drop_lock_rule,
        ("rule",),
        replace=frozenset({"objectLockEnabled"}),
        defaults={"objectLockEnabled": "Enabled"},
        local=frozenset({"token"}),
        gone=("ObjectLockConfigurationNotFoundError",),
    ),
    bucket_setting(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        _put_lifecycle,
        _read_lifecycle,
        _caller("delete_bucket_lifecycle"),
        ("rules", "transitionDefaultMinimumObjectSize"),
        kept=frozenset({"transitionDefaultMinimumObjectSize"}),
        local=frozenset({"timeouts"}),
        unordered=frozenset({"rules"}),
    ),
    bucket_setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        _put_ownership,
        _read_ownership,
        _caller("delete_bucket_ownership_controls"),
        ("rule",),
    ),
    bucket_setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        _put_public_access,
        _read_public_access,
        _caller("delete_public_access_block"),
        _SWITCHES,
        defaults=dict.fromkeys(_SWITCHES, False),
        local=frozenset({"skipDestroy"}),
    ),
    bucket_setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        _put_policy,
        _read_policy,
        _caller("delete_bucket_policy"),
        ("policy",),
        documents=frozenset({"policy"}),
    ),
    bucket_setting(
        "aws:s3/bucketLogging:BucketLogging", _put_logging, _read_logging, _stop_logging, _LOGGING
    ),
    bucket_setting(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        _put_replication,
        _read_replication,
        _caller("delete_bucket_replication"),
        ("role", "rules"),
        kept=frozenset({"rules.id"}),
        local=frozenset({"token"}),
        unordered=frozenset({"rules"}),
    ),
]

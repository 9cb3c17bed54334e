"""Settings of a bucket that are resources of their own. The id of each is the bucket's name."""

from collections.abc import Callable
from typing import Any

from localcloud.provider.model import Call, Change, ResourceType
from localcloud.provider.wire import Props

_OWNER = frozenset({"expectedBucketOwner"})


def _setting(
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


# -- notifications

_DESTINATIONS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "lambdaFunctionArn", "LambdaFunctionArn"),
    "queues": ("QueueConfigurations", "queueArn", "QueueArn"),
    "topics": ("TopicConfigurations", "topicArn", "TopicArn"),
}


def _put_notification(call: Call) -> None:
    wanted: Props = {}
    for name, (member, arn, api_arn) in _DESTINATIONS.items():
        entries = [_notification(entry, api_arn, entry[arn]) for entry in call.inputs.get(name) or []]
        if entries:
            wanted[member] = entries
    if call.inputs.get("eventbridge"):
        wanted["EventBridgeConfiguration"] = {}
    call.api(
        "put_bucket_notification_configuration",
        Bucket=call.id,
        NotificationConfiguration=wanted,
        SkipDestinationValidation=True,
    )


def _notification(entry: Props, api_arn: str, arn: str) -> Props:
    given = {"prefix": entry.get("filterPrefix"), "suffix": entry.get("filterSuffix")}
    rules = [{"Name": name, "Value": value} for name, value in given.items() if value]
    result = {api_arn: arn, "Events": entry["events"]}
    if entry.get("id"):
        result["Id"] = entry["id"]
    if rules:
        result["Filter"] = {"Key": {"FilterRules": rules}}
    return result


def _read_notification(call: Call) -> Props | None:
    live = call.api("get_bucket_notification_configuration", Bucket=call.id)
    found: Props = {"eventbridge": "EventBridgeConfiguration" in live}
    for name, (member, arn, api_arn) in _DESTINATIONS.items():
        entries = []
        for item in live.get(member, []):
            rules = item.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            filters = {f"filter{rule['Name'].capitalize()}": rule["Value"] for rule in rules}
            entries.append({"id": item.get("Id"), "events": item["Events"], arn: item[api_arn], **filters})
        if entries:
            found[name] = entries
    return found if len(found) > 1 or found["eventbridge"] else None


def _drop_notification(call: Call) -> None:
    call.api("put_bucket_notification_configuration", Bucket=call.id, NotificationConfiguration={})


_SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_LOGGING = ("targetBucket", "targetPrefix", "targetGrants", "targetObjectKeyFormat")

TYPES = [
    _setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        _put_versioning,
        _read_versioning,
        _suspend_versioning,
        ("versioningConfiguration",),
        local=frozenset({"mfa"}),
        checked_by=("put_bucket_versioning",),
    ),
    _setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        _put_encryption,
        _read_encryption,
        _caller("delete_bucket_encryption"),
        ("rules",),
        unordered=frozenset({"rules"}),
    ),
    _setting(
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
    _setting(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        _put_lifecycle,
        _read_lifecycle,
        _caller("delete_bucket_lifecycle"),
        ("rules", "transitionDefaultMinimumObjectSize"),
        kept=frozenset({"transitionDefaultMinimumObjectSize"}),
        local=frozenset({"timeouts"}),
        unordered=frozenset({"rules"}),
    ),
    _setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        _put_ownership,
        _read_ownership,
        _caller("delete_bucket_ownership_controls"),
        ("rule",),
    ),
    _setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        _put_public_access,
        _read_public_access,
        _caller("delete_public_access_block"),
        _SWITCHES,
        defaults=dict.fromkeys(_SWITCHES, False),
        local=frozenset({"skipDestroy"}),
    ),
    _setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        _put_policy,
        _read_policy,
        _caller("delete_bucket_policy"),
        ("policy",),
        documents=frozenset({"policy"}),
    ),
    _setting("aws:s3/bucketLogging:BucketLogging", _put_logging, _read_logging, _stop_logging, _LOGGING),
    _setting(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        _put_replication,
        _read_replication,
        _caller("delete_bucket_replication"),
        ("role", "rules"),
        kept=frozenset({"rules.id"}),
        local=frozenset({"token"}),
        unordered=frozenset({"rules"}),
    ),
    _setting(
        "aws:s3/bucketNotification:BucketNotification",
        _put_notification,
        _read_notification,
        _drop_notification,
        ("eventbridge", *_DESTINATIONS),
        kept=frozenset(f"{name}.id" for name in _DESTINATIONS),
        unordered=frozenset(f"{name}.events" for name in _DESTINATIONS),
    ),
]

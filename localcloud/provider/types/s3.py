"""S3 buckets. Their configuration beyond versioning, encryption and policy lives in s3_configuration.py."""

from localcloud.provider.errors import ProviderError
from localcloud.provider.model import AutoName, Call, Change, ResourceType
from localcloud.provider.translate import tags_from_api
from localcloud.provider.types.s3_answers import answer_of
from localcloud.provider.wire import Props

_HOSTED_ZONES = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-central-1": "Z21DNDUVLTQW6Q",
}
"""Route 53 zone ids of the S3 website endpoints, from the AWS General Reference."""

_INLINE = {
    "accelerationStatus": "BucketAccelerateConfiguration",
    "acl": "BucketAcl",
    "corsRules": "BucketCorsConfiguration",
    "grants": "BucketAcl",
    "lifecycleRules": "BucketLifecycleConfiguration",
    "logging": "BucketLogging",
    "objectLockConfiguration": "BucketObjectLockConfiguration",
    "replicationConfiguration": "BucketReplicationConfig",
    "requestPayer": "BucketRequestPaymentConfiguration",
    "website": "BucketWebsiteConfiguration",
}
"""Deprecated inline settings and the resource that replaces each."""


def _refuse_inline(inputs: Props) -> list[tuple[str, str]]:
    return [
        (name, f"the deprecated inline `{name}` is not emulated. Use aws.s3.{resource}")
        for name, resource in _INLINE.items()
        if inputs.get(name)
    ]


def _create(call: Call) -> str:
    name = call.inputs["bucket"]
    place = {"LocationConstraint": call.region} if call.region != "us-east-1" else None
    call.api(
        "create_bucket",
        Bucket=name,
        CreateBucketConfiguration=place,
        ObjectLockEnabledForBucket=call.inputs.get("objectLockEnabled"),
    )
    return str(name)


def _tags(call: Call) -> None:
    if call.tags:
        pairs = [{"Key": key, "Value": value} for key, value in sorted(call.tags.items())]
        call.api("put_bucket_tagging", Bucket=call.id, Tagging={"TagSet": pairs})
    else:
        call.api("delete_bucket_tagging", Bucket=call.id)


def _versioning(call: Call) -> None:
    wanted = call.inputs.get("versioning") or {}
    status = {"Status": "Enabled" if wanted.get("enabled") else "Suspended"}
    call.api("put_bucket_versioning", Bucket=call.id, VersioningConfiguration=status)


def _encryption(call: Call) -> None:
    wanted = call.inputs.get("serverSideEncryptionConfiguration")
    if not wanted:
        call.api("delete_bucket_encryption", Bucket=call.id)
        return
    rules = call.parameter(
        "put_bucket_encryption", "ServerSideEncryptionConfiguration", {"rules": [wanted["rule"]]}
    )
    call.api("put_bucket_encryption", Bucket=call.id, ServerSideEncryptionConfiguration=rules)


def _policy(call: Call) -> None:
    if call.inputs.get("policy"):
        call.api("put_bucket_policy", Bucket=call.id, Policy=call.inputs["policy"])
    else:
        call.api("delete_bucket_policy", Bucket=call.id)


def _read(call: Call) -> Props:
    name = call.id
    location = call.api("get_bucket_location", Bucket=name).get("LocationConstraint") or "us-east-1"
    lock = answer_of(call, "get_object_lock_configuration").get("ObjectLockConfiguration", {})
    regional = f"{name}.s3.{location}.amazonaws.com"
    return {
        "arn": f"arn:aws:s3:::{name}",
        "region": location,
        "bucketRegion": location,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": regional,
        "hostedZoneId": _HOSTED_ZONES.get(location),
        "objectLockEnabled": lock.get("ObjectLockEnabled") == "Enabled",
        "tags": tags_from_api(answer_of(call, "get_bucket_tagging").get("TagSet")),
        **_inline(call),
    }


def _inline(call: Call) -> Props:
    """Settings that other resources own, unless this one gives them itself; all of them on import."""
    found: Props = {}
    importing = not call.inputs
    if importing or call.inputs.get("versioning"):
        status = call.api("get_bucket_versioning", Bucket=call.id).get("Status")
        if status:
            found["versioning"] = {"enabled": status == "Enabled"}
    if importing or call.inputs.get("policy"):
        found["policy"] = answer_of(call, "get_bucket_policy").get("Policy")
    if importing or call.inputs.get("serverSideEncryptionConfiguration"):
        live = answer_of(call, "get_bucket_encryption").get("ServerSideEncryptionConfiguration", {})
        if live:
            found.update(call.properties({"ServerSideEncryptionConfiguration": {"Rule": live["Rules"]}}))
    return found


def _delete(call: Call) -> None:
    if call.state.get("forceDestroy"):
        _empty(call)
    call.api("delete_bucket", Bucket=call.id)


def _empty(call: Call) -> None:
    locked = bool(call.state.get("objectLockEnabled"))
    for page in call.client().get_paginator("list_object_versions").paginate(Bucket=call.id):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        batch = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        if not batch:
            continue
        answer = call.api(
            "delete_objects",
            Bucket=call.id,
            Delete={"Objects": batch, "Quiet": True},
            BypassGovernanceRetention=locked or None,
        )
        for error in answer.get("Errors", []):
            raise ProviderError(
                f"cannot empty the bucket: {error['Key']}: {error['Code']}: {error['Message']}"
            )


BUCKET = ResourceType(
    "aws:s3/bucket:Bucket",
    "s3",
    create=_create,
    read=_read,
    delete=_delete,
    changes=(
        Change(("tagsAll",), _tags, on_create=True),
        Change(("versioning",), _versioning, on_create=True),
        Change(("serverSideEncryptionConfiguration",), _encryption, on_create=True),
        Change(("policy",), _policy, on_create=True),
    ),
    id_parts=("bucket",),
    replace=frozenset({"bucket", "bucketPrefix", "objectLockEnabled", "bucketNamespace"}),
    defaults={"forceDestroy": False},
    kept=frozenset({"versioning", "policy", "serverSideEncryptionConfiguration", *_INLINE}),
    local=frozenset({"forceDestroy", "bucketPrefix", "bucketNamespace"}),
    documents=frozenset({"policy"}),
    auto_name=AutoName("bucket", "bucketPrefix", 63, lower=True),
    check=_refuse_inline,
)

TYPES = [BUCKET]

"""S3 Object Lock through plain boto3: what is locked stays locked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME

NEXT_YEAR = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365)


@pytest.fixture
def s3(world: World) -> Any:
    return world.session(None, HOME).client("s3")


@pytest.fixture
def locked(s3: Any, unique: str) -> str:
    """A bucket with Object Lock and a default retention of COMPLIANCE, seven years."""
    name = f"locked-{unique}"
    s3.create_bucket(
        Bucket=name, ObjectLockEnabledForBucket=True, CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    _default(s3, name, "COMPLIANCE", Years=7)
    return name


def _default(s3: Any, bucket: str, mode: str, **period: int) -> None:
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": mode, **period}},
        },
    )


def refused(code: str, call: Any, **parameters: Any) -> None:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert error.value.response["Error"]["Code"] == code


def put(s3: Any, bucket: str, **parameters: Any) -> dict[str, str]:
    version = s3.put_object(Bucket=bucket, Key="log", Body=b"entry", **parameters)["VersionId"]
    return {"Bucket": bucket, "Key": "log", "VersionId": version}


def test_the_default_retention_is_shown_on_each_version(s3: Any, locked: str) -> None:
    retention = s3.get_object_retention(**put(s3, locked))["Retention"]
    assert retention["Mode"] == "COMPLIANCE"
    assert retention["RetainUntilDate"] > datetime.now(UTC) + timedelta(days=7 * 365 - 1)


@pytest.mark.parametrize("bypass", [True, False])
@pytest.mark.parametrize(
    "weaker",
    [
        {"Mode": "COMPLIANCE", "RetainUntilDate": NEXT_YEAR},
        {"Mode": "GOVERNANCE", "RetainUntilDate": NEXT_YEAR + timedelta(days=20 * 365)},
        {},
    ],
    ids=["shorter", "softer", "none"],
)
def test_a_compliance_retention_is_never_weakened(
    s3: Any, locked: str, weaker: dict[str, Any], bypass: bool
) -> None:
    version = put(s3, locked)
    refused(
        "AccessDenied", s3.put_object_retention, **version, Retention=weaker, BypassGovernanceRetention=bypass
    )
    refused("AccessDenied", s3.delete_object, **version, BypassGovernanceRetention=True)


def test_a_compliance_retention_can_be_extended(s3: Any, locked: str) -> None:
    version = put(s3, locked)
    later = NEXT_YEAR + timedelta(days=10 * 365)
    s3.put_object_retention(**version, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": later})
    assert s3.get_object_retention(**version)["Retention"]["RetainUntilDate"] == later


def test_a_governance_retention_yields_only_to_bypass(s3: Any, locked: str) -> None:
    version = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=NEXT_YEAR)
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": NEXT_YEAR - timedelta(days=300)}
    refused("AccessDenied", s3.put_object_retention, **version, Retention=shorter)
    refused("AccessDenied", s3.delete_object, **version)
    s3.put_object_retention(**version, Retention=shorter, BypassGovernanceRetention=True)
    assert s3.get_object_retention(**version)["Retention"]["RetainUntilDate"] == shorter["RetainUntilDate"]
    s3.delete_object(**version, BypassGovernanceRetention=True)
    refused("NoSuchKey", s3.get_object, Bucket=locked, Key="log")


def test_a_retention_in_the_past_is_refused(s3: Any, locked: str) -> None:
    version = put(s3, locked)
    past = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime(2020, 1, 1, tzinfo=UTC)}
    refused("InvalidArgument", s3.put_object_retention, **version, Retention=past)


def test_a_legal_hold_protects_whatever_the_retention(s3: Any, locked: str) -> None:
    version = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=NEXT_YEAR)
    s3.put_object_legal_hold(**version, LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(**version)["LegalHold"]["Status"] == "ON"
    refused("AccessDenied", s3.delete_object, **version, BypassGovernanceRetention=True)
    s3.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
    s3.delete_object(**version, BypassGovernanceRetention=True)


def test_bulk_delete_refuses_locked_versions(s3: Any, locked: str) -> None:
    version = put(s3, locked)
    item = {"Key": "log", "VersionId": version["VersionId"]}
    answer = s3.delete_objects(Bucket=locked, Delete={"Objects": [item]}, BypassGovernanceRetention=True)
    assert [e["Code"] for e in answer["Errors"]] == ["AccessDenied"]
    assert s3.get_object(**version)["Body"].read() == b"entry"


def test_a_plain_delete_leaves_a_marker_and_the_version(s3: Any, locked: str) -> None:
    version = put(s3, locked)
    assert s3.delete_object(Bucket=locked, Key="log")["DeleteMarker"]
    assert s3.get_object(**version)["Body"].read() == b"entry"


def test_the_lock_of_a_bucket_stays(s3: Any, locked: str) -> None:
    put(s3, locked)
    refused(
        "InvalidBucketState",
        s3.put_bucket_versioning,
        Bucket=locked,
        VersioningConfiguration={"Status": "Suspended"},
    )
    refused("MalformedXML", s3.put_object_lock_configuration, Bucket=locked, ObjectLockConfiguration={})
    refused("BucketNotEmpty", s3.delete_bucket, Bucket=locked)
    configuration = s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert configuration["ObjectLockEnabled"] == "Enabled"


def test_a_new_default_does_not_touch_existing_versions(s3: Any, locked: str) -> None:
    version = put(s3, locked)
    before = s3.get_object_retention(**version)["Retention"]
    _default(s3, locked, "GOVERNANCE", Days=1)
    assert s3.get_object_retention(**version)["Retention"] == before
    assert s3.get_object_retention(**put(s3, locked))["Retention"]["Mode"] == "GOVERNANCE"


def test_multipart_uploads_are_locked_too(s3: Any, locked: str) -> None:
    upload = {"Bucket": locked, "Key": "big"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    assert s3.get_object_retention(Bucket=locked, Key="big")["Retention"]["Mode"] == "COMPLIANCE"
    version = s3.head_object(Bucket=locked, Key="big")["VersionId"]
    refused("AccessDenied", s3.delete_object, Bucket=locked, Key="big", VersionId=version)

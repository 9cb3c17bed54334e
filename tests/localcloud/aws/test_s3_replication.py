"""S3 replication across accounts and Regions, performed in the background."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, STANDBY, eventually


def _bucket(s3: Any, name: str, region: str, lock: bool = False) -> None:
    s3.create_bucket(
        Bucket=name, ObjectLockEnabledForBucket=lock, CreateBucketConfiguration={"LocationConstraint": region}
    )
    if not lock:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def _rule(destination: str, **more: Any) -> dict[str, Any]:
    return {
        "ID": "all",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
        **more,
    }


@pytest.fixture
def pair(world: World, organization: dict[str, str], unique: str) -> tuple[Any, str, Any, str]:
    """(client, plain bucket in payments/home Region, client, locked bucket in audit/standby Region)"""
    source, target = f"plain-{unique}", f"kept-{unique}"
    here, there = world.session("payments", HOME).client("s3"), world.session("audit", STANDBY).client("s3")
    _bucket(here, source, HOME)
    _bucket(there, target, STANDBY, lock=True)
    there.put_object_lock_configuration(
        Bucket=target,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
    )
    return here, source, there, target


def _replicate(s3: Any, source: str, *rules: dict[str, Any]) -> None:
    s3.put_bucket_replication(
        Bucket=source,
        ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/r", "Rules": list(rules)},
    )


def _head(s3: Any, **which: str) -> Any:
    try:
        return s3.head_object(**which)
    except ClientError:
        return None


def test_a_new_version_appears_in_the_locked_bucket_of_the_other_account(pair: Any) -> None:
    here, source, there, target = pair
    _replicate(here, source, _rule(target))
    version = here.put_object(
        Bucket=source, Key="a/1", Body=b"log", Metadata={"kind": "flow"}, Tagging="t=1"
    )["VersionId"]
    replica = eventually(lambda: _head(there, Bucket=target, Key="a/1"))
    assert replica["VersionId"] == version
    assert replica["ReplicationStatus"] == "REPLICA"
    assert replica["ObjectLockMode"] == "COMPLIANCE"
    eventually(lambda: there.head_object(Bucket=target, Key="a/1")["Metadata"] == {"kind": "flow"})
    eventually(
        lambda: there.get_object_tagging(Bucket=target, Key="a/1")["TagSet"] == [{"Key": "t", "Value": "1"}]
    )
    assert there.get_object(Bucket=target, Key="a/1")["Body"].read() == b"log"
    eventually(lambda: here.head_object(Bucket=source, Key="a/1")["ReplicationStatus"] == "COMPLETED")


def test_the_filter_and_the_status_of_the_rule_count(pair: Any) -> None:
    here, source, there, target = pair
    _replicate(here, source, _rule(target, Filter={"Prefix": "keep/"}))
    here.put_object(Bucket=source, Key="drop/1", Body=b"x")
    here.put_object(Bucket=source, Key="keep/1", Body=b"x")
    eventually(lambda: _head(there, Bucket=target, Key="keep/1"))
    assert _head(there, Bucket=target, Key="drop/1") is None


@pytest.mark.parametrize("follows", [True, False])
def test_delete_markers_follow_only_when_the_rule_says_so(pair: Any, follows: bool) -> None:
    here, source, there, target = pair
    status = "Enabled" if follows else "Disabled"
    _replicate(here, source, _rule(target, DeleteMarkerReplication={"Status": status}))
    here.put_object(Bucket=source, Key="k", Body=b"x")
    eventually(lambda: _head(there, Bucket=target, Key="k"))
    here.delete_object(Bucket=source, Key="k")
    here.put_object(Bucket=source, Key="later", Body=b"x")
    eventually(lambda: _head(there, Bucket=target, Key="later"))
    markers = there.list_object_versions(Bucket=target).get("DeleteMarkers", [])
    assert bool(markers) == follows


def test_an_unversioned_destination_is_refused(world: World, unique: str) -> None:
    s3 = world.session(None, HOME).client("s3")
    _bucket(s3, f"from-{unique}", HOME)
    s3.create_bucket(Bucket=f"to-{unique}", CreateBucketConfiguration={"LocationConstraint": HOME})
    with pytest.raises(ClientError, match="must have versioning enabled"):
        _replicate(s3, f"from-{unique}", _rule(f"to-{unique}"))

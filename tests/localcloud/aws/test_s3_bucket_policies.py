"""Bucket policies on requests for objects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME


@pytest.fixture
def bucket(world: World, organization: dict[str, str], unique: str) -> tuple[Any, str]:
    s3, name = world.session("audit", HOME).client("s3"), f"ruled-{unique}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
    return s3, name


def rule(s3: Any, name: str, **statement: Any) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Resource": f"arn:aws:s3:::{name}/*", **statement}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def test_a_denial_without_tls_lets_the_emulators_callers_work(bucket: tuple[Any, str]) -> None:
    s3, name = bucket
    rule(s3, name, Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    assert s3.get_object(Bucket=name, Key="a")["Body"].read() == b"x"


def test_a_denial_of_deletion_denies_it_and_nothing_else(bucket: tuple[Any, str]) -> None:
    s3, name = bucket
    rule(s3, name, Action=["s3:DeleteObject"])
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=name, Key="a")
    assert (
        s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a"}]})["Errors"][0]["Code"]
        == "AccessDenied"
    )


def test_a_denial_whose_condition_holds_denies(bucket: tuple[Any, str]) -> None:
    s3, name = bucket
    rule(s3, name, Action="s3:PutObject", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-other"}})
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=name, Key="a", Body=b"x")


def test_deleting_a_version_is_an_action_of_its_own(bucket: tuple[Any, str]) -> None:
    s3, name = bucket
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=name, Key="a", Body=b"x")["VersionId"]
    rule(s3, name, Action=["s3:DeleteObjectVersion"])
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=name, Key="a", VersionId=version)
    s3.delete_object(Bucket=name, Key="a")


def test_a_bucket_can_be_kept_from_deletion(bucket: tuple[Any, str]) -> None:
    s3, name = bucket
    rule(s3, name, Action="s3:DeleteBucket", Resource=f"arn:aws:s3:::{name}")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_bucket(Bucket=name)

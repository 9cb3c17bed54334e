"""Invokes: what the program asks AWS while it runs."""

from __future__ import annotations

import json

import pytest

from tests.localcloud.provider.conftest import Stage
from tests.localcloud.provider.driver import Failed


def test_partition_and_region(stage: Stage) -> None:
    assert stage.audit.invoke("aws:index/getPartition:getPartition")["partition"] == "aws"
    assert stage.audit.invoke("aws:index/getRegion:getRegion")["region"] == "us-east-2"


def test_identity_center_instances(stage: Stage) -> None:
    found = stage.management.invoke("aws:ssoadmin/getInstances:getInstances")
    assert len(found["arns"]) == len(found["identityStoreIds"]) == 1


def test_the_organization_as_manager_and_as_member(stage: Stage) -> None:
    token = "aws:organizations/getOrganization:getOrganization"
    manager, member = stage.management.invoke(token), stage.audit.invoke(token)
    assert manager["id"] == member["id"] == stage.organization
    assert manager["roots"][0]["id"] == stage.root
    assert member["accounts"] == []


def test_a_key_alias(stage: Stage, unique: str) -> None:
    kms = stage.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{unique}", TargetKeyId=key)
    found = stage.audit.invoke("aws:kms/getAlias:getAlias", name=f"alias/{unique}")
    assert found["targetKeyId"] == key
    assert found["arn"].endswith(f":alias/{unique}")


def test_a_policy_document(stage: Stage) -> None:
    found = stage.audit.invoke(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        statements=[
            {
                "sid": "tls",
                "effect": "Deny",
                "principals": [{"type": "*", "identifiers": ["*"]}],
                "actions": ["s3:GetObject", "s3:PutObject"],
                "resources": ["arn:aws:s3:::b/*"],
                "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
            }
        ],
    )
    assert json.loads(found["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "tls",
                "Effect": "Deny",
                "Action": ["s3:PutObject", "s3:GetObject"],
                "Resource": "arn:aws:s3:::b/*",
                "Principal": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    assert json.loads(found["minifiedJson"]) == json.loads(found["json"])


def test_an_unknown_function_is_named(stage: Stage) -> None:
    with pytest.raises(Failed, match="aws:iam/getRoles:getRoles"):
        stage.audit.invoke("aws:iam/getRoles:getRoles")

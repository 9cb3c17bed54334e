"""KMS through plain boto3: multi-Region keys, other accounts' keys, key states and key policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import MANAGEMENT, World
from tests.localcloud.aws.conftest import HOME, STANDBY


@pytest.fixture
def kms(world: World) -> Any:
    return world.session(None, HOME).client("kms")


def code_of(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return str(error.value.response["Error"]["Code"])


def _policy(*statements: dict[str, Any]) -> str:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [root, *statements]})


def test_a_replica_decrypts_what_its_primary_encrypted(world: World, kms: Any) -> None:
    key = kms.create_key(MultiRegion=True, Description="primary")["KeyMetadata"]["KeyId"]
    replica = kms.replicate_key(KeyId=key, ReplicaRegion=STANDBY, Description="replica")["ReplicaKeyMetadata"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"ledger", EncryptionContext={"a": "b"})["CiphertextBlob"]
    there = world.session(None, STANDBY).client("kms")
    opened = there.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"})
    assert (opened["Plaintext"], opened["KeyId"]) == (b"ledger", replica["Arn"])
    assert code_of(there.decrypt, CiphertextBlob=sealed) == "InvalidCiphertextException"
    kinds = [
        client.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]["MultiRegionKeyType"]
        for client in (there, kms)
    ]
    assert kinds == ["REPLICA", "PRIMARY"]
    assert there.describe_key(KeyId=key)["KeyMetadata"]["Description"] == "replica"


def test_the_primary_region_can_be_moved(world: World, kms: Any) -> None:
    key = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.replicate_key(KeyId=key, ReplicaRegion=STANDBY)
    kms.update_primary_region(KeyId=key, PrimaryRegion=STANDBY)
    configuration = kms.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
    assert configuration["MultiRegionKeyType"] == "REPLICA"
    assert configuration["PrimaryKey"]["Region"] == STANDBY


def test_a_ciphertext_of_a_single_region_key_opens_in_its_region_only(world: World, kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert (
        code_of(world.session(None, STANDBY).client("kms").decrypt, CiphertextBlob=sealed)
        == "AccessDeniedException"
    )
    assert code_of(kms.decrypt, CiphertextBlob=b"nonsense") == "InvalidCiphertextException"


def test_another_account_uses_a_key_when_its_policy_allows(
    world: World, kms: Any, organization: dict[str, str]
) -> None:
    key = kms.create_key()["KeyMetadata"]
    audit = world.session("audit", HOME).client("kms")
    assert code_of(audit.generate_data_key, KeyId=key["Arn"], KeySpec="AES_256") == "AccessDeniedException"
    org = world.session().client("organizations").describe_organization()["Organization"]["Id"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": org}},
    }
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=_policy(statement))
    made = audit.generate_data_key(KeyId=key["Arn"], KeySpec="AES_256")
    assert audit.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
    assert audit.describe_key(KeyId=key["Arn"])["KeyMetadata"]["AWSAccountId"] == MANAGEMENT
    assert code_of(audit.encrypt, KeyId=key["Arn"], Plaintext=b"x") == "AccessDeniedException"


def test_a_key_that_is_to_be_deleted_or_disabled_does_not_work(kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    assert code_of(kms.encrypt, KeyId=key, Plaintext=b"x") == "KMSInvalidStateException"
    assert code_of(kms.decrypt, CiphertextBlob=sealed) == "KMSInvalidStateException"
    kms.cancel_key_deletion(KeyId=key)
    assert code_of(kms.encrypt, KeyId=key, Plaintext=b"x") == "DisabledException"
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"


@pytest.mark.parametrize("policy", ["{", "{}", '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}'])
def test_a_malformed_key_policy_is_refused(kms: Any, policy: str) -> None:
    assert code_of(kms.create_key, Policy=policy) == "MalformedPolicyDocumentException"


def test_a_key_policy_must_not_lock_its_author_out(kms: Any) -> None:
    foreign = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [foreign]})
    assert code_of(kms.create_key, Policy=policy) == "MalformedPolicyDocumentException"
    assert kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["KeyId"]


def test_aliases_work_as_key_ids(kms: Any, unique: str) -> None:
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{unique}", TargetKeyId=key["KeyId"])
    sealed = kms.encrypt(KeyId=f"alias/{unique}", Plaintext=b"x")
    assert sealed["KeyId"] == key["Arn"]
    alias_arn = f"arn:aws:kms:{HOME}:{MANAGEMENT}:alias/{unique}"
    assert kms.describe_key(KeyId=alias_arn)["KeyMetadata"]["KeyId"] == key["KeyId"]
    assert code_of(kms.encrypt, KeyId="alias/none", Plaintext=b"x") == "NotFoundException"


def test_the_aws_managed_keys_exist(kms: Any) -> None:
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyState"] == "Enabled"

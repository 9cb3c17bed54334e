"""Key policies: custodians are not users, and nobody is everybody."""

import json

from components.keys.key_policy import ADMINISTRATION, DECRYPT, ENCRYPT, KeyUse, key_policy

ACCOUNT = "111122223333"
READER = KeyUse(
    "ReadersDecrypt",
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    DECRYPT,
    {"StringEquals": {"kms:ViaService": "s3.us-east-2.amazonaws.com"}},
)
WRITER = KeyUse("ServiceEncrypts", {"Service": "cloudtrail.amazonaws.com"}, ENCRYPT)


def statements(*uses: KeyUse) -> list[dict]:
    return json.loads(key_policy(ACCOUNT, uses))["Statement"]


def test_administration_is_its_own_statement_and_holds_no_cryptographic_action():
    administration, *_ = statements(READER, WRITER)
    cryptographic = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:Sign"}
    assert not cryptographic & set(administration["Action"])
    assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"} <= set(administration["Action"])


def test_a_custodian_cannot_grant_what_a_custodian_may_not_do():
    assert "kms:CreateGrant" not in ADMINISTRATION


def test_users_get_no_administrative_action():
    _, *uses = statements(READER, WRITER)
    administrative = set(ADMINISTRATION) - {"kms:DescribeKey"}
    assert all(not administrative & set(use["Action"]) for use in uses)


def test_no_action_is_a_wildcard_and_no_principal_is_everyone():
    for statement in statements(READER, WRITER):
        assert "kms:*" not in statement["Action"]
        assert "*" not in json.dumps(statement["Principal"])


def test_the_owning_account_can_always_administer_so_the_key_is_never_orphaned():
    administration, *_ = statements()
    assert administration["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_conditions_are_kept_and_left_out_when_there_are_none():
    _, reader, writer = statements(READER, WRITER)
    assert reader["Condition"] == READER.condition
    assert "Condition" not in writer


def test_the_document_is_minified_and_deterministic():
    assert key_policy(ACCOUNT, [READER]) == key_policy(ACCOUNT, [READER])
    assert ": " not in key_policy(ACCOUNT, [READER])

"""Bucket policies: who may write, under which condition, and that nobody deletes."""

import json

import pytest

from components.audit.bucket_policies import DESTRUCTION, access_log_policy, archive_policy, delivery_policy

TRAIL = "arn:aws:cloudtrail:us-east-2:123456789012:trail/payments-audit-trail"
ORGANIZATION, SECURITY, AUDIT = "o-exampleorg1", "100000000002", "100000000001"

DOCUMENTS = {
    "archive": archive_policy("logs", TRAIL),
    "archive without trail": archive_policy("logs", None),
    "delivery": delivery_policy("logs", "us-east-2", ORGANIZATION, SECURITY),
    "access": access_log_policy("logs", AUDIT, ["archive", "delivery"]),
}


def statements(document: str, effect: str) -> list[dict]:
    return [each for each in json.loads(document)["Statement"] if each["Effect"] == effect]


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
class TestEveryLogBucket:
    def test_refuses_plain_http_and_old_tls_for_bucket_and_objects(self, document):
        denies = {each["Sid"]: each for each in statements(document, "Deny")}
        assert denies["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert denies["NoOldTls"]["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
        for deny in (denies["TlsOnly"], denies["NoOldTls"]):
            assert deny["Principal"] == "*"
            assert deny["Action"] == "s3:*"
            assert deny["Resource"] == ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]

    def test_allows_services_alone_each_bound_to_its_source(self, document):
        for allow in statements(document, "Allow"):
            assert list(allow["Principal"]) == ["Service"]
            tested = {key for tests in allow["Condition"].values() for key in tests}
            assert tested & {"aws:SourceArn", "aws:SourceOrgID"}

    def test_allows_no_deletion_and_no_change_of_the_bucket(self, document):
        for allow in statements(document, "Allow"):
            actions = allow["Action"] if isinstance(allow["Action"], list) else [allow["Action"]]
            assert all(action.startswith(("s3:Get", "s3:List", "s3:PutObject")) for action in actions)
            assert "*" not in "".join(actions)


def test_nobody_at_all_deletes_from_an_archive():
    for name in ("archive", "archive without trail"):
        deny = next(each for each in statements(DOCUMENTS[name], "Deny") if each["Sid"] == "NobodyDeletes")
        assert deny["Principal"] == "*"
        assert "Condition" not in deny
        assert set(deny["Action"]) == set(DESTRUCTION)


def test_only_this_organizations_trail_writes_to_the_archive():
    allows = statements(DOCUMENTS["archive"], "Allow")
    assert {each["Principal"]["Service"] for each in allows} == {"cloudtrail.amazonaws.com"}
    assert {each["Condition"]["StringEquals"]["aws:SourceArn"] for each in allows} == {TRAIL}
    assert statements(DOCUMENTS["archive without trail"], "Allow") == []


def test_config_may_deliver_for_any_account_of_the_organization():
    deliver = next(
        each for each in statements(DOCUMENTS["delivery"], "Allow") if each["Sid"] == "ConfigDelivers"
    )
    assert deliver["Condition"]["StringEquals"]["aws:SourceOrgID"] == ORGANIZATION
    assert deliver["Resource"] == "arn:aws:s3:::logs/config/AWSLogs/*/Config/*"


def test_guardduty_and_macie_may_deliver_for_the_security_account_alone():
    allows = [each for each in statements(DOCUMENTS["delivery"], "Allow") if "Config" not in each["Sid"]]
    assert {each["Principal"]["Service"] for each in allows} == {
        "guardduty.amazonaws.com",
        "macie.amazonaws.com",
    }
    for allow in allows:
        assert allow["Condition"]["StringEquals"]["aws:SourceAccount"] == SECURITY


def test_access_logs_come_from_the_named_buckets_of_this_account():
    (allow,) = statements(DOCUMENTS["access"], "Allow")
    assert allow["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        "arn:aws:s3:::archive",
        "arn:aws:s3:::delivery",
    ]
    assert allow["Condition"]["StringEquals"]["aws:SourceAccount"] == AUDIT


def test_guardduty_may_try_out_its_access_but_only_for_the_security_accounts_detector():
    allow = next(
        each for each in statements(DOCUMENTS["delivery"], "Allow") if each["Sid"] == "GuardDutyDelivers"
    )
    assert allow["Resource"] == "arn:aws:s3:::logs/*"
    assert allow["Condition"]["ArnLike"]["aws:SourceArn"] == [
        f"arn:aws:guardduty:us-east-2:{SECURITY}:detector/*"
    ]

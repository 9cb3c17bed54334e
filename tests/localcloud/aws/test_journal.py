"""What the journal takes for a change, and what it writes down of one."""

from __future__ import annotations

import pytest
from moto.core.utils import get_service_model

from localcloud.aws.journal import identifiers, is_mutating

REST_SERVICES = ["s3", "s3control", "lambda", "guardduty", "macie2", "securityhub", "accessanalyzer", "backup",
                 "inspector2", "route53", "apigatewayv2", "auditmanager"]  # fmt: skip


@pytest.mark.parametrize("service", REST_SERVICES)
def test_no_put_patch_or_delete_is_taken_for_a_read(service: str) -> None:
    model = get_service_model(service)
    methods = {name: model.operation_model(name).http["method"] for name in model.operation_names}
    changes = [name for name, method in methods.items() if method in ("PUT", "PATCH", "DELETE")]
    assert changes
    assert [name for name in changes if not is_mutating(name)] == []


@pytest.mark.parametrize(
    ("operation", "changes"),
    [("DescribeTrails", False), ("AssumeRole", False), ("Decrypt", False), ("HeadObject", False), ("Query", False),
     ("StopLogging", True), ("PutItem", True), ("IssueCertificate", True), ("ExecuteStatement", True),
     ("DetachPolicy", True), ("ScheduleKeyDeletion", True), ("Invoke", True)],
)  # fmt: skip
def test_reads_and_changes_are_told_apart(operation: str, changes: bool) -> None:
    assert is_mutating(operation) is changes


def test_only_short_identifiers_are_written_down() -> None:
    given = {
        "Bucket": "audit", "Policy": '{"Statement": []}', "MasterUserPassword": "hidden", "Body": b"x",
        "SecretId": "kept-out", "RoleName": "r" * 300, "SecurityGroupIds": ["sg-1", "sg-2"], "Tags": [{"Key": "a"}],
    }  # fmt: skip
    assert identifiers(given) == {
        "Bucket": "audit",
        "RoleName": "r" * 256,
        "SecurityGroupIds": ["sg-1", "sg-2"],
    }

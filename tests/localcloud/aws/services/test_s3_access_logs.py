"""Server access logs: the target's policy is read as IAM reads it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from localcloud.aws.services.s3_access_logs import admits_logging

DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
ALLOW = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::logs/access/*",
}


def admitted(*statements: dict, prefix: str = "access/archive/") -> bool:
    policy = json.dumps({"Statement": list(statements)}).encode() if statements else None
    return admits_logging(SimpleNamespace(policy=policy, partition="aws", name="logs"), prefix)


def test_a_statement_for_the_service_over_the_prefix_admits_it_beside_denials_of_everyone():
    assert admitted(DENY, ALLOW)
    assert admitted(ALLOW | {"Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::logs/*"]})


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
        {"Principal": "*"},
        {"Action": "s3:GetObject"},
        {"Resource": "arn:aws:s3:::logs/elsewhere/*"},
    ],
)
def test_any_other_statement_does_not(change):
    assert not admitted(DENY, ALLOW | change)


def test_no_policy_admits_nobody():
    assert not admitted()

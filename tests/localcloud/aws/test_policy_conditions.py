"""Condition elements: AWS's rules for present and absent keys."""

from __future__ import annotations

import pytest

from localcloud.aws.policy_conditions import UnknownOperatorError, met

FACTS = {"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:principalarn": "arn:aws:iam::1:role/a/b"}


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Bool": {"aws:SecureTransport": True}},
        {"NumericGreaterThanEquals": {"s3:TlsVersion": 1.2}},
        {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/x/*", "arn:aws:iam::*:role/a/*"]}},
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}},
        {"Null": {"aws:PrincipalOrgID": "true"}},
    ],
)
def test_met(conditions):
    assert met(conditions, FACTS)


@pytest.mark.parametrize(
    "conditions",
    [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a/*"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"Null": {"aws:PrincipalArn": "true"}},
        {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}},
    ],
)
def test_not_met(conditions):
    assert not met(conditions, FACTS)


def test_an_operator_that_is_not_known_is_not_guessed():
    with pytest.raises(UnknownOperatorError):
        met({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, FACTS)

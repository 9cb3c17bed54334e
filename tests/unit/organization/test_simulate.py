"""The evaluator against the rules of the IAM user guide."""

from typing import Any

import pytest

from components.errors import ConfigError
from components.organization.simulate import Request, refusal

DEPLOY = "arn:aws:iam::000000000000:role/platform/deploy/pulumi-deploy"
WORKLOAD = "arn:aws:iam::000000000000:role/service/payments"


def denied(statement: dict[str, Any], **request: Any) -> bool:
    """Whether a deny statement meets a request; both have defaults."""
    call = {
        "action": "s3:GetObject",
        "resource": "*",
        "principal_arn": WORKLOAD,
        "region": "us-east-2",
        **request,
    }
    full = {"Sid": "S", "Effect": "Deny", "Action": "*", "Resource": "*", **statement}
    if "NotAction" in statement:
        del full["Action"]
    if "NotResource" in statement:
        del full["Resource"]
    return refusal([full], Request(**call)) == "S"


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


@pytest.mark.parametrize(
    ("pattern", "action", "meets"),
    [
        ("s3:GetObject", "s3:GetObject", True),
        ("S3:getobject", "s3:GetObject", True),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Put*", "s3:GetObject", False),
        ("s3:GetObjec?", "s3:GetObject", True),
        (["iam:*", "s3:*"], "s3:GetObject", True),
        ("*", "iam:CreateUser", True),
    ],
)
def test_actions_match_without_regard_to_case_and_with_wildcards(
    pattern: Any, action: str, meets: bool
) -> None:
    assert denied({"Action": pattern}, action=action) is meets
    assert denied({"NotAction": pattern}, action=action) is not meets


@pytest.mark.parametrize(
    ("pattern", "resource", "meets"),
    [
        ("arn:aws:s3:::audit", "arn:aws:s3:::audit", True),
        ("arn:aws:s3:::audit/*", "arn:aws:s3:::audit/key/deep", True),
        ("arn:aws:s3:::audit/*", "arn:aws:s3:::audit", False),
        ("arn:aws:s3:::audit", "*", True),
    ],
)
def test_resources_match_by_pattern_and_an_unnamed_resource_counts_as_met(
    pattern: str, resource: str, meets: bool
) -> None:
    assert denied({"Resource": pattern}, resource=resource) is meets


def test_not_resource_spares_what_it_names() -> None:
    assert not denied({"NotResource": "arn:aws:s3:::audit"}, resource="arn:aws:s3:::audit")
    assert denied({"NotResource": "arn:aws:s3:::audit"}, resource="arn:aws:s3:::other")


def test_a_role_path_is_exempt_and_a_look_alike_is_not() -> None:
    exempt = when("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/platform/deploy/*")
    assert not denied(exempt, principal_arn=DEPLOY)
    assert denied(exempt, principal_arn="arn:aws:iam::000000000000:role/platform-deploy")


def test_a_region_outside_the_list_is_refused() -> None:
    outside = when("StringNotEquals", "aws:RequestedRegion", ["us-east-2", "us-west-2"])
    assert denied(outside, region="eu-west-1")
    assert not denied(outside, region="us-west-2")


def test_both_conditions_must_hold() -> None:
    both = {
        "Condition": {
            "StringNotEquals": {"aws:RequestedRegion": ["us-east-2"]},
            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/platform/deploy/*"},
        }
    }
    assert denied(both, region="eu-west-1")
    assert not denied(both, region="eu-west-1", principal_arn=DEPLOY)
    assert not denied(both, region="us-east-2")


@pytest.mark.parametrize(
    ("operator", "value", "context", "meets"),
    [
        ("Null", "true", {}, True),
        ("Null", "true", {"aws:AssumedRoot": "x"}, False),
        ("Null", "false", {}, False),
        ("StringEquals", "x", {}, False),
        ("StringEqualsIfExists", "x", {}, True),
        ("StringNotEquals", "x", {}, True),
        ("StringNotEqualsIfExists", "x", {"aws:AssumedRoot": "x"}, False),
        ("Bool", "true", {"aws:AssumedRoot": "True"}, True),
        ("StringLike", "x*", {"aws:AssumedRoot": "xyz"}, True),
        ("StringNotLike", "x*", {"aws:AssumedRoot": "xyz"}, False),
    ],
)
def test_a_missing_key_fails_positive_operators_and_passes_the_others(
    operator: str, value: str, context: dict[str, str], meets: bool
) -> None:
    assert denied(when(operator, "aws:AssumedRoot", value), context=context) is meets


def test_condition_keys_have_no_case() -> None:
    assert denied(when("StringEquals", "AWS:requestedregion", "us-east-2"))


def test_an_operator_it_does_not_know_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ConfigError, match="does not know this operator"):
        denied(when("NumericLessThan", "aws:PrincipalArn", "1"))


def test_an_allow_refuses_nothing() -> None:
    assert not denied({"Effect": "Allow"})

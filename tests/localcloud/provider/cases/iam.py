"""IAM roles, policies, account settings."""

import json
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.conftest import Stage


def trust(service: str) -> str:
    """A trust policy for a service."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(*actions: str) -> str:
    """An identity policy."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _role(stage: Stage, unique: str) -> str:
    name = f"case-{unique}"
    stage.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))
    return name


def _boundary(stage: Stage, unique: str) -> str:
    client = stage.client("iam")
    answer = client.create_policy(PolicyName=f"boundary-{unique}", PolicyDocument=allow("s3:*"))
    return str(answer["Policy"]["Arn"])


READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"


def _all_about_a_role(stage: Stage, unique: str) -> dict[str, Any]:
    return {
        "name": f"case-{unique}",
        "assumeRolePolicy": trust("lambda.amazonaws.com"),
        "description": "runs a function",
        "maxSessionDuration": 7200,
        "path": "/platform/",
        "permissionsBoundary": _boundary(stage, unique),
        "managedPolicyArns": [READ_ONLY],
        "inlinePolicies": [{"name": "own", "policy": allow("s3:GetObject")}],
        "tags": {"class": "role"},
    }


CASES = [
    Case(
        "aws:iam/role:Role",
        _all_about_a_role,
        edits={
            "assumeRolePolicy": trust("ec2.amazonaws.com"),
            "description": "other",
            "maxSessionDuration": 3600,
            "permissionsBoundary": None,
            "managedPolicyArns": [AUDIT],
            "inlinePolicies": [{"name": "own", "policy": allow("s3:*")}],
            "tags": {"class": "other"},
        },
    ),
    Case(
        "aws:iam/rolePolicy:RolePolicy",
        lambda stage, unique: {"role": _role(stage, unique), "name": "own", "policy": allow("s3:GetObject")},
        edits={"policy": allow("s3:*")},
    ),
    Case(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda stage, unique: {"role": _role(stage, unique), "policyArn": READ_ONLY},
    ),
    Case(
        "aws:iam/policy:Policy",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "policy": allow("s3:GetObject", "s3:ListBucket"),
            "description": "reads",
            "tags": {"class": "policy"},
        },
        edits={"policy": allow("s3:*"), "tags": {"class": "other"}},
    ),
    Case(
        "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        lambda stage, unique: {
            "minimumPasswordLength": 14,
            "requireNumbers": True,
            "requireSymbols": True,
            "requireLowercaseCharacters": True,
            "requireUppercaseCharacters": True,
            "maxPasswordAge": 90,
            "passwordReusePrevention": 24,
            "hardExpiry": False,
        },
        edits={
            "allowUsersToChangePassword": False,
            "minimumPasswordLength": 8,
            "requireNumbers": False,
            "requireSymbols": False,
            "requireLowercaseCharacters": False,
            "requireUppercaseCharacters": False,
            "maxPasswordAge": 365,
            "passwordReusePrevention": 1,
            "hardExpiry": True,
        },
    ),
    Case(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        lambda stage, unique: {
            "url": f"https://token.example.com/{unique}",
            "clientIdLists": ["sts.amazonaws.com"],
            "thumbprintLists": ["a" * 40],
            "tags": {"class": "oidc"},
        },
        edits={
            "clientIdLists": ["other.example.com"],
            "thumbprintLists": ["b" * 40],
            "tags": {"class": "other"},
        },
    ),
    Case(
        "aws:iam/organizationsFeatures:OrganizationsFeatures",
        lambda stage, unique: _with_trusted_access(stage),
        edits={"enabledFeatures": ["RootSessions"]},
        management=True,
    ),
]


def _with_trusted_access(stage: Stage) -> dict[str, Any]:
    client = stage.client("organizations", audit=False)
    client.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    return {"enabledFeatures": ["RootCredentialsManagement", "RootSessions"]}

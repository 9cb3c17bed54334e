"""Units, accounts, policies, delegation. The organization itself has a test of its own: there is only one."""

import json
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.conftest import Stage


def _scp(action: str) -> str:
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _unit(stage: Stage, unique: str) -> str:
    client = stage.client("organizations", audit=False)
    answer = client.create_organizational_unit(ParentId=stage.root, Name=f"unit-{unique}")
    return str(answer["OrganizationalUnit"]["Id"])


def _policy(stage: Stage, unique: str) -> str:
    client = stage.client("organizations", audit=False)
    answer = client.create_policy(
        Name=f"policy-{unique}", Content=_scp("s3:*"), Description="", Type="SERVICE_CONTROL_POLICY"
    )
    return str(answer["Policy"]["PolicySummary"]["Id"])


def _trusted(stage: Stage, service: str) -> None:
    stage.client("organizations", audit=False).enable_aws_service_access(ServicePrincipal=service)


def _administrator(stage: Stage, unique: str) -> dict[str, Any]:
    _trusted(stage, "guardduty.amazonaws.com")
    return {"accountId": stage.audit_account, "servicePrincipal": "guardduty.amazonaws.com"}


def _delegation(actions: list[str]) -> Any:
    def build(stage: Stage, *_: Any) -> str:
        principal = {"AWS": f"arn:aws:iam::{stage.audit_account}:root"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    return build


_CONTACT = {
    "alternateContactType": "SECURITY",
    "name": "Security",
    "title": "Officer",
    "emailAddress": "security@example.com",
    "phoneNumber": "+1 555 0100",
}

CASES = [
    Case(
        "aws:organizations/organizationalUnit:OrganizationalUnit",
        lambda stage, unique: {"name": f"ou-{unique}", "parentId": stage.root, "tags": {"class": "unit"}},
        edits={"name": "renamed by somebody", "tags": {"class": "other"}},
        management=True,
    ),
    Case(
        "aws:organizations/account:Account",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "email": f"case-{unique}@example.com",
            "parentId": _unit(stage, unique),
            "closeOnDeletion": True,
            "tags": {"class": "account"},
        },
        edits={"parentId": lambda stage: stage.root, "tags": {"class": "other"}},
        management=True,
    ),
    Case(
        "aws:organizations/policy:Policy",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "description": "denies",
            "content": _scp("s3:*"),
            "tags": {"class": "scp"},
        },
        edits={
            "name": "renamed",
            "description": "other",
            "content": _scp("ec2:*"),
            "tags": {"class": "other"},
        },
        management=True,
    ),
    Case(
        "aws:organizations/policyAttachment:PolicyAttachment",
        lambda stage, unique: {"policyId": _policy(stage, unique), "targetId": _unit(stage, unique)},
        management=True,
    ),
    Case("aws:organizations/delegatedAdministrator:DelegatedAdministrator", _administrator, management=True),
    Case(
        "aws:organizations/resourcePolicy:ResourcePolicy",
        lambda stage, unique: {
            "content": _delegation(["organizations:ListAccounts"])(stage),
            "tags": {"class": "policy"},
        },
        edits={
            "content": _delegation(["organizations:ListAccounts", "organizations:DescribeAccount"]),
            "tags": {"class": "other"},
        },
        management=True,
    ),
    Case(
        "aws:account/alternativeContact:AlternativeContact",
        lambda stage, unique: {"accountId": stage.audit_account, **_CONTACT},
        edits={
            "name": "Other",
            "title": "Other",
            "emailAddress": "o@example.com",
            "phoneNumber": "+1 555 0199",
        },
        management=True,
    ),
]

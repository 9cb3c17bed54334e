"""Identity Center and its groups."""

from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.cases.iam import AUDIT, READ_ONLY, allow
from tests.localcloud.provider.conftest import Stage


def _instance(stage: Stage) -> dict[str, str]:
    return dict(stage.client("sso-admin", audit=False).list_instances()["Instances"][0])


def _permission_set(stage: Stage, unique: str) -> dict[str, Any]:
    arn = _instance(stage)["InstanceArn"]
    answer = stage.client("sso-admin", audit=False).create_permission_set(
        Name=f"set-{unique}", InstanceArn=arn
    )
    return {"instanceArn": arn, "permissionSetArn": answer["PermissionSet"]["PermissionSetArn"]}


def _assignment(stage: Stage, unique: str) -> dict[str, Any]:
    store = _instance(stage)["IdentityStoreId"]
    client = stage.client("identitystore", audit=False)
    group = client.create_group(IdentityStoreId=store, DisplayName=f"group-{unique}")["GroupId"]
    return {
        **_permission_set(stage, unique),
        "principalId": group,
        "principalType": "GROUP",
        "targetId": stage.audit_account,
        "targetType": "AWS_ACCOUNT",
    }


def _with(more: dict[str, Any]) -> Any:
    return lambda stage, unique: {**_permission_set(stage, unique), **more}


CASES = [
    Case(
        "aws:ssoadmin/permissionSet:PermissionSet",
        lambda stage, unique: {
            "name": f"case-{unique}"[:32],
            "instanceArn": _instance(stage)["InstanceArn"],
            "description": "reads",
            "sessionDuration": "PT4H",
            "relayState": "https://example.com",
            "tags": {"class": "access"},
        },
        edits={
            "description": "other",
            "sessionDuration": "PT1H",
            "relayState": "https://example.org",
            "tags": {"class": "other"},
        },
        management=True,
    ),
    Case(
        "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
        _with({"managedPolicyArn": READ_ONLY}),
        management=True,
    ),
    Case(
        "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
        _with({"inlinePolicy": allow("s3:GetObject")}),
        edits={"inlinePolicy": allow("s3:*")},
        management=True,
    ),
    Case(
        "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment",
        _with({"customerManagedPolicyReference": {"name": "own"}}),
        management=True,
    ),
    Case(
        "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment",
        _with({"permissionsBoundary": {"managedPolicyArn": AUDIT}}),
        management=True,
    ),
    Case("aws:ssoadmin/accountAssignment:AccountAssignment", _assignment, management=True),
    Case(
        "aws:identitystore/group:Group",
        lambda stage, unique: {
            "identityStoreId": _instance(stage)["IdentityStoreId"],
            "displayName": f"case-{unique}",
            "description": "people",
        },
        edits={"displayName": "renamed", "description": "other"},
        management=True,
    ),
]

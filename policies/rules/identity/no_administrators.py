"""IAM-02: nobody may do everything, except the break-glass and deploy roles."""

from collections.abc import Mapping

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.iam import NotAPolicy, statements
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import (
    GROUP_POLICY,
    GROUP_POLICY_ATTACHMENT,
    IAM_POLICY,
    PERMISSION_SET,
    PERMISSION_SET_INLINE,
    PERMISSION_SET_POLICY,
    POLICY_ATTACHMENT_LIST,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    USER_POLICY,
    USER_POLICY_ATTACHMENT,
)
from policies.framework.values import texts

ADMINISTRATOR = "AdministratorAccess"
TRUSTED_PATHS = ("/platform/deploy/", "/breakglass/")
DOCUMENTS: Mapping[str, str] = {
    IAM_POLICY: "policy",
    ROLE_POLICY: "policy",
    GROUP_POLICY: "policy",
    USER_POLICY: "policy",
    PERMISSION_SET_INLINE: "inlinePolicy",
}
ATTACHMENTS: Mapping[str, str] = {
    ROLE_POLICY_ATTACHMENT: "policyArn",
    GROUP_POLICY_ATTACHMENT: "policyArn",
    USER_POLICY_ATTACHMENT: "policyArn",
    POLICY_ATTACHMENT_LIST: "policyArn",
    PERMISSION_SET_POLICY: "managedPolicyArn",
}


@related_rule("IAM-02", (*DOCUMENTS, *ATTACHMENTS, ROLE), (PERMISSION_SET,))
def rule(grant: Resource, stack: Stack, context: Context) -> Results:
    if grant.type == ROLE:
        # Unknown means that AWS will say: nobody asked for any here, and attachments are judged as such.
        for arn in texts(grant.known("managedPolicyArns")):
            yield from _attached(grant, stack, context, "managedPolicyArns", arn)
    elif grant.type in ATTACHMENTS:
        path = ATTACHMENTS[grant.type]
        yield from _attached(grant, stack, context, path, grant.text(path))
    else:
        yield from _document(grant, stack, context, DOCUMENTS[grant.type])


def _attached(grant: Resource, stack: Stack, context: Context, path: str, arn: str) -> Results:
    if arn.endswith(f"/{ADMINISTRATOR}") and not _is_trusted(grant, stack, context):
        yield grant.fails(path, ADMINISTRATOR, "it on break-glass and deploy roles alone")
    else:
        yield grant.passes()


def _document(grant: Resource, stack: Stack, context: Context, path: str) -> Results:
    try:
        document = statements(grant.get(path))
    except NotAPolicy as fault:
        yield grant.fails(path, str(fault), "an IAM policy document")
        return
    for each in document:
        everything = "*" in each.actions or "*:*" in each.actions
        if each.allows and everything and "*" in each.resources and not _is_trusted(grant, stack, context):
            yield grant.fails(
                path, f"statement {each.label} allows * on *", "named actions on named resources"
            )
        else:
            yield grant.passes()


def _is_trusted(grant: Resource, stack: Stack, context: Context) -> bool:
    """Whether the grant goes to a role by whose path workloads cannot create one, or to a named permission set."""
    if grant.type == ROLE:
        return grant.text("path") in TRUSTED_PATHS
    if grant.type in (ROLE_POLICY, ROLE_POLICY_ATTACHMENT):
        role = stack.target(grant, "role", (ROLE,))
        return role is not None and role.text("path") in TRUSTED_PATHS
    if grant.type in (PERMISSION_SET_POLICY, PERMISSION_SET_INLINE):
        permission_set = stack.target(grant, "permissionSetArn", (PERMISSION_SET,))
        admitted = context.settings.names("administratorPermissionSets")
        return permission_set is not None and permission_set.text("name") in admitted
    return False

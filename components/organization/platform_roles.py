"""The roles through which the program enters an account."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.naming import DEPLOY_ROLE_PATH, PLAN_ROLE_PATH

from .documents import document
from .lockout import DEPLOY_ROLE

PLAN_ROLE = "pulumi-plan"
SESSION_SECONDS = 3600

DEPLOY_POLICIES = ("arn:aws:iam::aws:policy/AdministratorAccess",)
"""The deploy role creates roles and keys, so a shorter list would be a list of ways back to this one. What bounds
it are the guardrails of class never, which it cannot change from inside an account."""

PLAN_POLICIES = (
    "arn:aws:iam::aws:policy/SecurityAudit",
    "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
)
"""Configuration, not content: neither policy reads objects, items or secrets, unlike ReadOnlyAccess."""


@dataclass(frozen=True)
class PlatformRolesArgs:
    """Who may enter."""

    deployer_arns: Sequence[str]
    """ARN patterns in the management account that may assume the deploy role."""
    planner_arns: Sequence[str]
    """ARN patterns in the management account that may assume the plan role."""
    management_account_id: str
    """The only account the roles trust."""


class PlatformRoles(pulumi.ComponentResource):
    """Owns an account's deploy role and read-only plan role.

    It acts in a member account through the role AWS made with it, and nothing else does: guardrails exempt roles by
    the path these two have. Deliberately not here: the pipeline's own roles (`Pipeline`) and break-glass.
    """

    deploy_role_arn: pulumi.Output[str]
    """Known only when the role can be used: it waits for the role's permissions."""
    plan_role_arn: pulumi.Output[str]
    """Likewise."""

    def __init__(
        self, name: str, args: PlatformRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:PlatformRoles", name, None, opts)
        self._management = args.management_account_id
        self.deploy_role_arn = self._role(
            f"{name}-deploy",
            DEPLOY_ROLE,
            DEPLOY_ROLE_PATH,
            "Pulumi changes this account through it.",
            args.deployer_arns,
            DEPLOY_POLICIES,
        )
        self.plan_role_arn = self._role(
            f"{name}-plan",
            PLAN_ROLE,
            PLAN_ROLE_PATH,
            "Previews read this account's configuration through it.",
            args.planner_arns,
            PLAN_POLICIES,
        )
        self.register_outputs({"deployRoleArn": self.deploy_role_arn, "planRoleArn": self.plan_role_arn})

    def _role(
        self,
        logical: str,
        role_name: str,
        path: str,
        description: str,
        trusted: Sequence[str],
        policies: Sequence[str],
    ) -> pulumi.Output[str]:
        role = aws.iam.Role(
            logical,
            name=role_name,
            path=path,
            description=description,
            max_session_duration=SESSION_SECONDS,
            assume_role_policy=trust_policy(self._management, trusted),
            opts=pulumi.ResourceOptions(parent=self),
        )
        attachments = [
            aws.iam.RolePolicyAttachment(
                f"{logical}-{arn.rsplit('/', 1)[1]}",
                role=role.name,
                policy_arn=arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for arn in policies
        ]
        granted = pulumi.Output.all(*[attachment.id for attachment in attachments])
        return pulumi.Output.all(role.arn, granted).apply(lambda known: str(known[0]))


def trust_policy(management_account_id: str, principal_arns: Sequence[str]) -> str:
    """Trust the management account, narrowed to some of its principals.

    The narrowing is a condition because a principal list may name only what exists already: the pipeline's roles are
    created later, and Identity Center makes its roles with random suffixes.
    """
    return document(
        [
            {
                "Sid": "FromManagement",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{management_account_id}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": list(principal_arns)}},
            }
        ]
    )

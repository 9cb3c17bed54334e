"""The pipeline's way in: GitHub's OIDC provider and the two roles its jobs may assume."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.naming import DEPLOY_ROLE_PATH, PLAN_ROLE_PATH

from .documents import document
from .platform_roles import DEPLOY_POLICIES, PLAN_POLICIES, SESSION_SECONDS

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"


@dataclass(frozen=True)
class PipelineArgs:
    """Which jobs are trusted."""

    repository: str
    """owner/name on GitHub."""
    branch: str
    """Branch whose scheduled jobs read, to find drift."""
    environments: Sequence[str]
    """GitHub environments of the deploy jobs."""
    state_bucket_arn: str
    """ARN pattern of the bucket that holds Pulumi state, which a preview reads."""
    state_key_alias: str
    """Alias of the key that encrypts it."""


class Pipeline(pulumi.ComponentResource):
    """Owns the OIDC provider and the pipeline's roles. It acts in the management account.

    The plan role answers to pull requests and to scheduled jobs of one branch, and can change nothing; the deploy role
    answers to the protected environments of one repository. Both pin `aud` and the whole `sub`: a wildcard in either
    would let other repositories in (PCI DSS 8.6.1). They live in management because Organizations and Identity Center
    answer to management alone. No long-lived key exists.
    """

    plan_role_arn: pulumi.Output[str]
    """Role of jobs that only read."""
    deploy_role_arn: pulumi.Output[str]
    """Role of jobs in a protected environment."""

    def __init__(self, name: str, args: PipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:Pipeline", name, None, opts)
        github = aws.iam.OpenIdConnectProvider(
            f"{name}-github",
            url=f"https://{ISSUER}",
            client_id_lists=[AUDIENCE],
            opts=pulumi.ResourceOptions(parent=self),
        )
        plan = self._role(
            f"{name}-plan",
            PLAN_ROLE_PATH,
            "Previews of pull requests. Reads configuration and state, changes nothing.",
            github.arn,
            [f"repo:{args.repository}:pull_request", f"repo:{args.repository}:ref:refs/heads/{args.branch}"],
            PLAN_POLICIES,
        )
        aws.iam.RolePolicy(
            f"{name}-plan-reads",
            name="enter-accounts-and-read-state",
            role=plan.name,
            policy=_plan_permissions(args),
            opts=pulumi.ResourceOptions(parent=self),
        )
        deploy = self._role(
            f"{name}-deploy",
            DEPLOY_ROLE_PATH,
            "Updates of reviewed plans.",
            github.arn,
            [f"repo:{args.repository}:environment:{environment}" for environment in args.environments],
            DEPLOY_POLICIES,
        )
        self.plan_role_arn = plan.arn
        self.deploy_role_arn = deploy.arn
        self.register_outputs({"planRoleArn": self.plan_role_arn, "deployRoleArn": self.deploy_role_arn})

    def _role(
        self,
        role_name: str,
        path: str,
        description: str,
        provider_arn: pulumi.Input[str],
        subjects: Sequence[str],
        policies: Sequence[str],
    ) -> aws.iam.Role:
        role = aws.iam.Role(
            role_name,
            name=role_name,
            path=path,
            description=description,
            max_session_duration=SESSION_SECONDS,
            assume_role_policy=pulumi.Output.from_input(provider_arn).apply(
                lambda arn: oidc_trust(arn, subjects)
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for arn in policies:
            aws.iam.RolePolicyAttachment(
                f"{role_name}-{arn.rsplit('/', 1)[1]}",
                role=role.name,
                policy_arn=arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
        return role


def oidc_trust(provider_arn: str, subjects: Sequence[str]) -> str:
    """Trust policy for jobs with exactly one of these subjects."""
    return document(
        [
            {
                "Sid": "Jobs",
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": list(subjects)}},
            }
        ]
    )


def _plan_permissions(args: PipelineArgs) -> str:
    return document(
        [
            {
                "Sid": "EnterAccounts",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": f"arn:aws:iam::*:role{PLAN_ROLE_PATH}*",
            },
            {
                "Sid": "ReadState",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [args.state_bucket_arn, f"{args.state_bucket_arn}/*"],
            },
            {
                "Sid": "DecryptState",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "arn:aws:kms:*:*:key/*",
                "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": args.state_key_alias}},
            },
        ]
    )

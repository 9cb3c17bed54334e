"""Groups, permission sets and assignments in IAM Identity Center."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.errors import ConfigError

from .documents import document

MANAGED_POLICY = "arn:aws:iam::aws:policy/"


@dataclass(frozen=True)
class PermissionSetArgs:
    """What a sign-in may do."""

    name: str
    """At most 32 characters."""
    description: str
    """What it is for."""
    session: str
    """ISO 8601 duration of a sign-in, PT4H at most."""
    managed: Sequence[str]
    """AWS managed policies, as written after policy/ in their ARNs."""
    boundary: str | None
    """AWS managed policy that bounds the set, likewise."""
    allow: Sequence[str]
    """Further actions, allowed on every resource."""
    database_users: Sequence[str]
    """Database users it may connect as."""


@dataclass(frozen=True)
class AssignmentArgs:
    """A group may sign in to an account with a set."""

    group: str
    """Key of the group."""
    permission_set: str
    """Name of the set."""
    account: str
    """Key of the account."""


@dataclass(frozen=True)
class IdentityCenterArgs:
    """Everything about sign-in."""

    region: str
    """Region of the Identity Center instance."""
    groups: Mapping[str, str]
    """Description of each group, by name."""
    permission_sets: Sequence[PermissionSetArgs]
    """Permission sets."""
    assignments: Sequence[AssignmentArgs]
    """Who may sign in where."""
    account_ids: Mapping[str, pulumi.Input[str]]
    """Account ids by key."""


class IdentityCenter(pulumi.ComponentResource):
    """Owns groups, permission sets and assignments. It acts in the management account.

    Deliberately not here: the instance (AWS makes it when a person enables Identity Center, once) and who is in a
    group (the identity provider knows).
    """

    instance_arn: pulumi.Output[str]
    """ARN of the Identity Center instance."""
    permission_set_arns: pulumi.Output[dict[str, str]]
    """ARN of each permission set, by name."""

    def __init__(
        self, name: str, args: IdentityCenterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:IdentityCenter", name, None, opts)
        instances = aws.ssoadmin.get_instances_output(
            region=args.region, opts=pulumi.InvokeOutputOptions(parent=self)
        )
        self.instance_arn = instances.arns.apply(lambda arns: _only(arns, args.region))
        store_id = instances.identity_store_ids.apply(lambda ids: _only(ids, args.region))
        groups = {
            key: aws.identitystore.Group(
                f"group-{key}",
                region=args.region,
                identity_store_id=store_id,
                display_name=key,
                description=description,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for key, description in args.groups.items()
        }
        sets = {row.name: self._permission_set(args.region, row) for row in args.permission_sets}
        for row in args.assignments:
            permission_set, grants = sets[row.permission_set]
            aws.ssoadmin.AccountAssignment(
                f"{row.group}-{row.permission_set}-in-{row.account}",
                region=args.region,
                instance_arn=self.instance_arn,
                permission_set_arn=permission_set.arn,
                principal_type="GROUP",
                principal_id=groups[row.group].group_id,
                target_type="AWS_ACCOUNT",
                target_id=args.account_ids[row.account],
                # Every grant before the first assignment: a set that changes afterwards is provisioned again to
                # each account, and two provisionings at once conflict.
                opts=pulumi.ResourceOptions(parent=self, depends_on=grants),
            )
        self.permission_set_arns = pulumi.Output.all(**{key: row[0].arn for key, row in sets.items()})
        self.register_outputs(
            {"instanceArn": self.instance_arn, "permissionSetArns": self.permission_set_arns}
        )

    def _permission_set(
        self, region: str, args: PermissionSetArgs
    ) -> tuple[aws.ssoadmin.PermissionSet, list[pulumi.Resource]]:
        permission_set = aws.ssoadmin.PermissionSet(
            args.name,
            region=region,
            instance_arn=self.instance_arn,
            name=args.name,
            description=args.description,
            session_duration=args.session,
            opts=pulumi.ResourceOptions(parent=self),
        )
        child = pulumi.ResourceOptions(parent=permission_set)
        grants: list[pulumi.Resource] = [
            aws.ssoadmin.ManagedPolicyAttachment(
                f"{args.name}-{policy.rsplit('/', 1)[-1]}",
                region=region,
                instance_arn=self.instance_arn,
                permission_set_arn=permission_set.arn,
                managed_policy_arn=f"{MANAGED_POLICY}{policy}",
                opts=child,
            )
            for policy in args.managed
        ]
        statements = _statements(args)
        if statements:
            grants.append(
                aws.ssoadmin.PermissionSetInlinePolicy(
                    f"{args.name}-inline",
                    region=region,
                    instance_arn=self.instance_arn,
                    permission_set_arn=permission_set.arn,
                    inline_policy=document(statements),
                    opts=child,
                )
            )
        if args.boundary is not None:
            grants.append(
                aws.ssoadmin.PermissionsBoundaryAttachment(
                    f"{args.name}-boundary",
                    region=region,
                    instance_arn=self.instance_arn,
                    permission_set_arn=permission_set.arn,
                    permissions_boundary=aws.ssoadmin.PermissionsBoundaryAttachmentPermissionsBoundaryArgs(
                        managed_policy_arn=f"{MANAGED_POLICY}{args.boundary}"
                    ),
                    opts=child,
                )
            )
        return permission_set, grants


def _statements(args: PermissionSetArgs) -> list[dict[str, object]]:
    statements: list[dict[str, object]] = []
    if args.allow:
        statements.append({"Sid": "Allowed", "Effect": "Allow", "Action": list(args.allow), "Resource": "*"})
    if args.database_users:
        statements.append(
            {
                "Sid": "DatabaseUsers",
                "Effect": "Allow",
                "Action": "rds-db:connect",
                "Resource": [f"arn:aws:rds-db:*:*:dbuser:*/{user}" for user in args.database_users],
            }
        )
    return statements


def _only(values: Sequence[str], region: str) -> str:
    if not values:
        raise ConfigError(
            "IAM Identity Center",
            f"the management account has no instance in {region}",
            "Enable Identity Center there once, by hand: AWS offers no call for it.",
        )
    return values[0]

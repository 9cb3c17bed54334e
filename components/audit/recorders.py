"""AWS Config in every account of the catalogue, in one Region."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.accounts import Accounts
from components.settings import Settings

from .config_recorder import (
    ConfigRecorder,
    ConfigRecorderArgs,
    ConfigRecorderRole,
    ConfigRecorderRoleArgs,
    recorder_role_arn,
)


@dataclass(frozen=True)
class RecordersArgs:
    """What the recorders are built from. They span accounts, so they take the door rather than one provider."""

    settings: Settings
    """The stack's settings."""
    accounts: Accounts
    """Door to the providers of every account."""
    role_name: str
    """Name of the recorder's role, the same in every account."""
    delivery_bucket: pulumi.Input[str]
    """Plain bucket in the audit account."""
    key_arn: pulumi.Input[str]
    """Audit key in this Region."""
    after: Sequence[pulumi.Resource]
    """What must stand first: the organization, and everything that the delivery is checked against."""


class Recorders(pulumi.ComponentResource):
    """Owns one recorder per account, management included: it too can be changed.

    IAM is not Regional, so the role of each account is made by the primary stack, and the standby stack computes its
    ARN.
    """

    def __init__(self, name: str, args: RecordersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:Recorders", name, None, opts)
        for account in args.settings.catalogue.accounts:
            account_id = args.accounts.id(account)
            waits = list(args.after)
            if args.settings.is_primary:
                role = ConfigRecorderRole(
                    f"{name}-role-{account}",
                    ConfigRecorderRoleArgs(account_id, args.role_name),
                    args.accounts.opts(account, parent=self),
                )
                waits.append(role)
            ConfigRecorder(
                f"{name}-{account}",
                ConfigRecorderArgs(
                    region=args.settings.region,
                    role_arn=account_id.apply(lambda known: recorder_role_arn(known, args.role_name)),
                    delivery_bucket=args.delivery_bucket,
                    key_arn=args.key_arn,
                    global_types=args.settings.is_primary,
                ),
                args.accounts.opts(account, parent=self, depends_on=waits),
            )
        self.register_outputs({})

"""The management account appoints the security account, Region by Region, and does nothing else."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class DelegatedAdministrationArgs:
    """Who is appointed where."""

    region: str
    """Region of the appointment."""
    administrator_id: pulumi.Input[str]
    """Id of the security account."""


class DelegatedAdministration(pulumi.ComponentResource):
    """Owns the Regional appointments: GuardDuty, Macie and Inspector each keep their own list per Region.

    Not here: Security Hub, appointed once (central configuration carries it to the linked Regions), and the services
    whose appointment is an Organizations call (Access Analyzer, Config), which belong to `organization/`.
    """

    def __init__(
        self, name: str, args: DelegatedAdministrationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:DelegatedAdministration", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        aws.guardduty.OrganizationAdminAccount(
            f"{name}-guardduty", region=args.region, admin_account_id=args.administrator_id, opts=child
        )
        aws.macie2.OrganizationAdminAccount(
            f"{name}-macie", region=args.region, admin_account_id=args.administrator_id, opts=child
        )
        aws.inspector2.DelegatedAdminAccount(
            f"{name}-inspector", region=args.region, account_id=args.administrator_id, opts=child
        )
        self.register_outputs({})

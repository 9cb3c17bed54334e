"""GuardDuty for the whole organization, led by the security account."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .guardduty_plans import PLANS, RUNTIME_AGENTS, RUNTIME_MONITORING


@dataclass(frozen=True)
class GuardDutyOrganizationArgs:
    """One Region."""

    region: str
    """Region configured; GuardDuty is Regional, so the other Region has its own."""
    detector_id: pulumi.Input[str]
    """The security account's detector in this Region."""
    export_bucket: pulumi.Input[str]
    """Plain bucket in the audit account that receives every finding."""
    key_arn: pulumi.Input[str]
    """Audit key in this Region."""


class GuardDutyOrganization(pulumi.ComponentResource):
    """Owns the organization settings: every account, present and future, with every plan, and the findings' export.

    `ALL` rather than `NEW`: a member that switches a plan off has it switched on again.
    """

    def __init__(
        self, name: str, args: GuardDutyOrganizationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:GuardDutyOrganization", name, None, opts)
        members = aws.guardduty.OrganizationConfiguration(
            f"{name}-members",
            region=args.region,
            detector_id=args.detector_id,
            auto_enable_organization_members="ALL",
            opts=pulumi.ResourceOptions(parent=self),
        )
        agent = aws.guardduty.OrganizationConfigurationFeatureAdditionalConfigurationArgs
        for plan in PLANS:
            aws.guardduty.OrganizationConfigurationFeature(
                f"{name}-{plan.lower().replace('_', '-')}",
                region=args.region,
                detector_id=args.detector_id,
                name=plan,
                auto_enable="ALL",
                additional_configurations=(
                    [agent(name=one, auto_enable="ALL") for one in RUNTIME_AGENTS]
                    if plan == RUNTIME_MONITORING
                    else None
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[members]),
            )
        aws.guardduty.PublishingDestination(
            f"{name}-export",
            region=args.region,
            detector_id=args.detector_id,
            destination_type="S3",
            destination_arn=pulumi.Output.concat("arn:aws:s3:::", args.export_bucket),
            kms_key_arn=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

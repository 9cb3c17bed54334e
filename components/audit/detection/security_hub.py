"""Security Hub: on in an account, its standards, and the organization led from one home Region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

POLICY_DESCRIPTION = "PCI DSS v4.0.1 and AWS Foundational Security Best Practices, every control on."


def standards(region: str) -> dict[str, str]:
    """The subscribed standards by short name, as the ARNs of one Region."""
    arn = f"arn:aws:securityhub:{region}::standards"
    return {
        "fsbp": f"{arn}/aws-foundational-security-best-practices/v/1.0.0",
        "pci-dss": f"{arn}/pci-dss/v/4.0.1",
    }


@dataclass(frozen=True)
class HubAccountArgs:
    """One account in one Region."""

    region: str
    """Region in which Security Hub is switched on."""


class HubAccount(pulumi.ComponentResource):
    """Owns Security Hub's switch in one account and Region, without the default standards (they lag behind)."""

    def __init__(self, name: str, args: HubAccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:HubAccount", name, None, opts)
        aws.securityhub.Account(
            f"{name}-hub",
            region=args.region,
            enable_default_standards=False,
            auto_enable_controls=True,
            control_finding_generator="SECURITY_CONTROL",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


@dataclass(frozen=True)
class HubStandardsArgs:
    """The administrator's own subscriptions in one Region."""

    region: str
    """Region subscribed."""


class HubStandards(pulumi.ComponentResource):
    """Owns the security account's subscriptions. That account governs itself; the others are governed by policy."""

    def __init__(self, name: str, args: HubStandardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:HubStandards", name, None, opts)
        for key, arn in standards(args.region).items():
            aws.securityhub.StandardsSubscription(
                f"{name}-{key}",
                region=args.region,
                standards_arn=arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


@dataclass(frozen=True)
class HubAppointmentArgs:
    """Who leads Security Hub."""

    region: str
    """Home Region. Central configuration appoints the same account in every linked Region."""
    administrator_id: pulumi.Input[str]
    """Id of the security account."""


class HubAppointment(pulumi.ComponentResource):
    """Owns the appointment of the administrator. It acts in the management account."""

    def __init__(
        self, name: str, args: HubAppointmentArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:HubAppointment", name, None, opts)
        aws.securityhub.OrganizationAdminAccount(
            f"{name}-administrator",
            region=args.region,
            admin_account_id=args.administrator_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


@dataclass(frozen=True)
class HubOrganizationArgs:
    """The organization's Security Hub."""

    home_region: str
    """Region that aggregates findings and from which configuration spreads."""
    linked_regions: Sequence[str]
    """The other governed Regions."""
    policy_name: str
    """Name of the configuration policy."""
    governed: Mapping[str, pulumi.Input[str]]
    """Account ids by catalogue key, of every account but the administrator."""


class HubOrganization(pulumi.ComponentResource):
    """Owns aggregation, central configuration and the policy that every account but the administrator is under.

    The policy is attached account by account, not to the root: the administrator would inherit it there, and a
    governed account may not manage the standards that this program subscribes it to.
    """

    def __init__(
        self, name: str, args: HubOrganizationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:HubOrganization", name, None, opts)
        aggregator = aws.securityhub.FindingAggregator(
            f"{name}-aggregator",
            region=args.home_region,
            linking_mode="SPECIFIED_REGIONS",
            specified_regions=list(args.linked_regions),
            opts=pulumi.ResourceOptions(parent=self),
        )
        central = aws.securityhub.OrganizationConfiguration(
            f"{name}-central",
            region=args.home_region,
            # Central configuration refuses these two: its policies decide instead.
            auto_enable=False,
            auto_enable_standards="NONE",
            organization_configuration=(
                aws.securityhub.OrganizationConfigurationOrganizationConfigurationArgs(
                    configuration_type="CENTRAL"
                )
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[aggregator]),
        )
        controls = aws.securityhub.ConfigurationPolicyConfigurationPolicySecurityControlsConfigurationArgs
        policy = aws.securityhub.ConfigurationPolicy(
            f"{name}-policy",
            region=args.home_region,
            name=args.policy_name,
            description=POLICY_DESCRIPTION,
            configuration_policy=aws.securityhub.ConfigurationPolicyConfigurationPolicyArgs(
                service_enabled=True,
                enabled_standard_arns=sorted(standards(args.home_region).values()),
                security_controls_configuration=controls(disabled_control_identifiers=[]),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[central]),
        )
        for key, account_id in args.governed.items():
            aws.securityhub.ConfigurationPolicyAssociation(
                f"{name}-{key}",
                region=args.home_region,
                policy_id=policy.id,
                target_id=account_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})

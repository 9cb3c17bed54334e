"""One view over every recorder of the organization, in the security account."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.naming import AUDIT_ROLE_PATH

from .config_trust import config_trust


@dataclass(frozen=True)
class ConfigAggregatorArgs:
    """The aggregator and what it covers."""

    account_id: pulumi.Input[str]
    """Id of the security account, delegated administrator of AWS Config."""
    aggregator_name: str
    """Name of the aggregator and of its role."""
    region: str
    """Home Region, where the view is kept."""
    source_regions: Sequence[str]
    """The governed Regions."""


class ConfigAggregator(pulumi.ComponentResource):
    """Owns the organization aggregator and the role with which it lists the accounts. It records nothing itself."""

    arn: pulumi.Output[str]
    """ARN of the aggregator."""

    def __init__(
        self, name: str, args: ConfigAggregatorArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:ConfigAggregator", name, None, opts)
        role = aws.iam.Role(
            f"{name}-role",
            name=args.aggregator_name,
            path=AUDIT_ROLE_PATH,
            description="AWS Config lists the accounts of the organization.",
            assume_role_policy=config_trust(args.account_id),
            opts=pulumi.ResourceOptions(parent=self),
        )
        permissions = aws.iam.RolePolicyAttachment(
            f"{name}-list-accounts",
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/service-role/AWSConfigRoleForOrganizations",
            opts=pulumi.ResourceOptions(parent=self),
        )
        aggregator = aws.cfg.ConfigurationAggregator(
            f"{name}-aggregator",
            region=args.region,
            name=args.aggregator_name,
            organization_aggregation_source=aws.cfg.ConfigurationAggregatorOrganizationAggregationSourceArgs(
                role_arn=role.arn, regions=list(args.source_regions)
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions]),
        )
        self.arn = aggregator.arn
        self.register_outputs({"arn": self.arn})

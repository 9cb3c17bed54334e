"""Inspector for the whole organization, led by the security account."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

SCANS = ("EC2", "ECR", "LAMBDA", "LAMBDA_CODE")


@dataclass(frozen=True)
class InspectorOrganizationArgs:
    """One Region."""

    region: str
    """Region configured."""
    administrator_id: pulumi.Input[str]
    """Id of the security account."""
    members: Mapping[str, pulumi.Input[str]]
    """Account ids by catalogue key, of every account but the administrator."""


class InspectorOrganization(pulumi.ComponentResource):
    """Owns the scans of machines, images and functions in every account (PCI DSS 6.3.1, 11.3.1).

    The administrator and the members are switched on apart, because the provider refuses them in one resource.
    """

    def __init__(
        self, name: str, args: InspectorOrganizationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:InspectorOrganization", name, None, opts)
        own = aws.inspector2.Enabler(
            f"{name}-administrator",
            region=args.region,
            account_ids=[args.administrator_id],
            resource_types=list(SCANS),
            opts=pulumi.ResourceOptions(parent=self),
        )
        after_own = pulumi.ResourceOptions(parent=self, depends_on=[own])
        aws.inspector2.OrganizationConfiguration(
            f"{name}-new-accounts",
            region=args.region,
            auto_enable=aws.inspector2.OrganizationConfigurationAutoEnableArgs(
                ec2=True, ecr=True, lambda_=True, lambda_code=True
            ),
            opts=after_own,
        )
        associations = [
            aws.inspector2.MemberAssociation(
                f"{name}-{key}", region=args.region, account_id=account_id, opts=after_own
            )
            for key, account_id in args.members.items()
        ]
        aws.inspector2.Enabler(
            f"{name}-members",
            region=args.region,
            account_ids=list(args.members.values()),
            resource_types=list(SCANS),
            opts=pulumi.ResourceOptions(parent=self, depends_on=associations),
        )
        self.register_outputs({})

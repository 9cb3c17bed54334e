"""Macie for the whole organization, led by the security account."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.audit.bucket_policies import MACIE_PREFIX


@dataclass(frozen=True)
class MacieMember:
    """An account that is led."""

    account_id: pulumi.Input[str]
    """Id of the account."""
    email: str
    """Its root e-mail address, by which Macie knows it."""


@dataclass(frozen=True)
class MacieOrganizationArgs:
    """One Region."""

    region: str
    """Region configured."""
    members: Mapping[str, MacieMember]
    """Every account but the administrator, by catalogue key."""
    export_bucket: pulumi.Input[str]
    """Plain bucket in the audit account that receives the discovery results."""
    key_arn: pulumi.Input[str]
    """Audit key in this Region."""


class MacieOrganization(pulumi.ComponentResource):
    """Owns Macie's members, the switch for accounts to come, and the export of discovery results.

    Members are listed because Macie's switch, unlike GuardDuty's, leaves accounts alone that already exist.
    Automated discovery has no resource in the AWS provider; Macie itself switches it on for a new administrator.
    """

    def __init__(
        self, name: str, args: MacieOrganizationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:MacieOrganization", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        aws.macie2.OrganizationConfiguration(
            f"{name}-members", region=args.region, auto_enable=True, opts=child
        )
        for key, member in args.members.items():
            aws.macie2.Member(
                f"{name}-{key}",
                region=args.region,
                account_id=member.account_id,
                email=member.email,
                status="ENABLED",
                opts=child,
            )
        aws.macie2.ClassificationExportConfiguration(
            f"{name}-export",
            region=args.region,
            s3_destination=aws.macie2.ClassificationExportConfigurationS3DestinationArgs(
                bucket_name=args.export_bucket, key_prefix=MACIE_PREFIX, kms_key_arn=args.key_arn
            ),
            opts=child,
        )
        self.register_outputs({})

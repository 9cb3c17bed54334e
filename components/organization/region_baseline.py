"""What every account has in every governed Region, whatever runs in it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

VPC_MODES = {"none": "block-bidirectional", "egress": "block-ingress", "edge": "off"}
"""Catalogue's `internet` word to the mode of VPC Block Public Access."""


@dataclass(frozen=True)
class RegionBaselineArgs:
    """One account in one Region."""

    region: str
    """The Region."""
    internet: str
    """none, egress or edge: what the account's VPCs may exchange with the internet."""


class RegionBaseline(pulumi.ComponentResource):
    """Owns the regional defaults that make a careless resource a safe one.

    Encrypted volumes, no public snapshots or images, IMDSv2, no serial console, no internet gateway traffic, and a
    default VPC whose security group lets nothing through. The default VPC is held rather than deleted: AWS makes it
    anew on request, and what is held can be seen to drift.
    """

    def __init__(
        self, name: str, args: RegionBaselineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:RegionBaseline", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        region = args.region
        aws.ebs.EncryptionByDefault(f"{name}-ebs-encryption", region=region, enabled=True, opts=child)
        aws.ebs.SnapshotBlockPublicAccess(
            f"{name}-snapshots", region=region, state="block-all-sharing", opts=child
        )
        aws.ec2.ImageBlockPublicAccess(f"{name}-images", region=region, state="block-new-sharing", opts=child)
        aws.ec2.InstanceMetadataDefaults(
            f"{name}-instance-metadata",
            region=region,
            http_endpoint="enabled",
            http_tokens="required",
            http_put_response_hop_limit=2,
            instance_metadata_tags="disabled",
            opts=child,
        )
        aws.ec2.SerialConsoleAccess(f"{name}-serial-console", region=region, enabled=False, opts=child)
        aws.ec2.VpcBlockPublicAccessOptions(
            f"{name}-vpc-public-access",
            region=region,
            internet_gateway_block_mode=VPC_MODES[args.internet],
            opts=child,
        )
        default_vpc = aws.ec2.DefaultVpc(f"{name}-default-vpc", region=region, force_destroy=True, opts=child)
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default-security-group",
            region=region,
            vpc_id=default_vpc.id,
            ingress=[],
            egress=[],
            opts=child,
        )
        self.register_outputs({})

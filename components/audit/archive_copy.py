"""The home archive's copy in the standby Region, made by the standby stack."""

from dataclasses import dataclass

import pulumi

from .log_replication import LogReplication, LogReplicationArgs


@dataclass(frozen=True)
class ArchiveCopyArgs:
    """Both archives, both keys."""

    role_name: str
    """Name of the replication role."""
    home_bucket: str
    """Locked bucket of the home Region, which the home stack made."""
    home_region: str
    """Home Region."""
    home_key_arn: pulumi.Input[str]
    """Audit key in the home Region."""
    copy_bucket: pulumi.Input[str]
    """Locked bucket of this Region."""
    copy_region: str
    """Region of this stack."""
    copy_key_arn: pulumi.Input[str]
    """Replica of the audit key in this Region."""


class ArchiveCopy(pulumi.ComponentResource):
    """Owns the cross-Region replication of the archive: locked at both ends, each end with its own retention.

    The configuration sits on the *home* bucket and yet belongs to the *standby* stack. S3 refuses a destination that
    does not exist, so a home stack that owned it could only come up after the standby, which reads the home stack's
    outputs: a circle. Owned here, the home stack never waits for the standby and the standby can be built, or rebuilt,
    at any later time. Objects written before that are copied by an S3 Batch Replication job, not by this.
    """

    def __init__(self, name: str, args: ArchiveCopyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:ArchiveCopy", name, None, opts)
        LogReplication(
            f"{name}-replication",
            LogReplicationArgs(
                role_name=args.role_name,
                source_bucket=args.home_bucket,
                source_region=args.home_region,
                source_key_arn=args.home_key_arn,
                destination_bucket=args.copy_bucket,
                destination_region=args.copy_region,
                destination_key_arn=args.copy_key_arn,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

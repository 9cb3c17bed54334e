"""One Region's log storage in the audit account: a locked archive and the two plain buckets that feed it."""

from dataclasses import dataclass

import pulumi

from .bucket_policies import ACCESS_LOG_PREFIX, access_log_policy, archive_policy, delivery_policy
from .log_bucket import LogBucket, LogBucketArgs, ObjectLockArgs
from .log_replication import LogReplication, LogReplicationArgs

HOT_DAYS = 90
"""Days in S3 Standard (PCI DSS 10.5.1: three months immediately available); Glacier IR stays immediate as well."""

GRACE_DAYS = 30
"""Days between the end of the lock and disposal, for a hold to be placed."""

PLAIN_RETENTION_DAYS = 400
"""Days a record stays where it was first delivered; its locked replica outlives it."""


@dataclass(frozen=True)
class LogArchiveArgs:
    """One Region's log storage."""

    account_id: pulumi.Input[str]
    """Id of the audit account."""
    region: str
    """Region of all three buckets."""
    archive_bucket: str
    """Name of the Object Lock bucket."""
    delivery_bucket: str
    """Name of the plain bucket for Config, GuardDuty and Macie."""
    access_log_bucket: str
    """Name of the plain bucket for S3 server access logs."""
    replication_role_prefix: str
    """First part of the names of the replication roles."""
    key_arn: pulumi.Input[str]
    """Audit key in this Region."""
    object_lock: ObjectLockArgs
    """Default retention of the archive."""
    organization_id: pulumi.Input[str]
    """Organization whose Config recorders may deliver."""
    security_account_id: pulumi.Input[str]
    """Account whose GuardDuty and Macie export findings."""
    trail_arn: str | None
    """Organization trail that delivers to the archive; None in a Region it does not deliver to."""


class LogArchive(pulumi.ComponentResource):
    """Owns the three log buckets of a Region and the replication of the plain ones into the locked one.

    Three, because AWS Config and S3 server access logs refuse a bucket with a default retention (their deliveries
    carry no checksum header that Object Lock demands), and because access logs refuse a CMK. The trail does not, and
    writes to the archive itself. Not here: the copy of the archive in the other Region (`ArchiveCopy`).
    """

    archive_bucket: pulumi.Output[str]
    """Name of the locked bucket."""
    delivery_bucket: pulumi.Output[str]
    """Name of the bucket where Config, GuardDuty and Macie deliver."""

    def __init__(self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:LogArchive", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.access_logs = LogBucket(
            f"{name}-access",
            LogBucketArgs(
                bucket=args.access_log_bucket,
                region=args.region,
                kms_key_arn=None,
                expire_after_days=PLAIN_RETENTION_DAYS,
                policy=pulumi.Output.from_input(args.account_id).apply(
                    lambda account_id: access_log_policy(
                        args.access_log_bucket, account_id, [args.archive_bucket, args.delivery_bucket]
                    )
                ),
            ),
            child,
        )
        logged = pulumi.ResourceOptions(parent=self, depends_on=list(self.access_logs.ready))
        self.archive = LogBucket(
            f"{name}-locked",
            LogBucketArgs(
                bucket=args.archive_bucket,
                region=args.region,
                kms_key_arn=args.key_arn,
                archive_after_days=HOT_DAYS if args.object_lock.days > HOT_DAYS else None,
                expire_after_days=args.object_lock.days + GRACE_DAYS,
                object_lock=args.object_lock,
                policy=archive_policy(args.archive_bucket, args.trail_arn),
                access_log_bucket=self.access_logs.name,
                access_log_prefix=f"{ACCESS_LOG_PREFIX}/archive/",
            ),
            logged,
        )
        self.delivery = LogBucket(
            f"{name}-delivery",
            LogBucketArgs(
                bucket=args.delivery_bucket,
                region=args.region,
                kms_key_arn=args.key_arn,
                expire_after_days=PLAIN_RETENTION_DAYS,
                policy=pulumi.Output.all(args.organization_id, args.security_account_id).apply(
                    lambda known: delivery_policy(args.delivery_bucket, args.region, known[0], known[1])
                ),
                access_log_bucket=self.access_logs.name,
                access_log_prefix=f"{ACCESS_LOG_PREFIX}/delivery/",
            ),
            logged,
        )
        self._replicate(f"{name}-from-delivery", args, self.delivery, "delivery", args.key_arn)
        self._replicate(f"{name}-from-access", args, self.access_logs, "access", None)
        self.archive_bucket = self.archive.name
        self.delivery_bucket = self.delivery.name
        self.register_outputs({"archiveBucket": self.archive_bucket, "deliveryBucket": self.delivery_bucket})

    def _replicate(
        self,
        name: str,
        args: LogArchiveArgs,
        source: LogBucket,
        purpose: str,
        source_key_arn: pulumi.Input[str] | None,
    ) -> None:
        LogReplication(
            name,
            LogReplicationArgs(
                role_name=f"{args.replication_role_prefix}-{purpose}-{args.region}",
                source_bucket=source.name,
                source_region=args.region,
                destination_bucket=self.archive.name,
                destination_region=args.region,
                destination_key_arn=args.key_arn,
                source_key_arn=source_key_arn,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[*source.ready, *self.archive.ready]),
        )

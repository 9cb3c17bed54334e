"""The hardening that every log bucket has, whatever it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class ObjectLockArgs:
    """Default retention of an Object Lock bucket."""

    mode: str
    """`COMPLIANCE`: not even root can shorten it. `GOVERNANCE`: for stacks that must be torn down."""
    days: int
    """Retention of a new object version, in days."""


@dataclass(frozen=True)
class LogBucketArgs:
    """What differs from log bucket to log bucket."""

    bucket: str
    """Physical name, known at preview."""
    region: str
    """Region of the bucket."""
    policy: pulumi.Input[str]
    """Bucket policy as JSON, from `components.audit.bucket_policies`."""
    kms_key_arn: pulumi.Input[str] | None
    """CMK of the bucket, or None for SSE-S3 (which S3 demands of a target of server access logs)."""
    expire_after_days: int
    """Age at which a record is disposed of."""
    archive_after_days: int | None = None
    """Age at which a record moves to Glacier Instant Retrieval, still readable at once; None: never."""
    object_lock: ObjectLockArgs | None = None
    """Default retention; None for a bucket whose writers cannot deliver to a locked one."""
    access_log_bucket: pulumi.Input[str] | None = None
    """Bucket that receives this one's server access logs; None for that bucket itself."""
    access_log_prefix: str = ""
    """Key prefix of those logs."""


class LogBucket(pulumi.ComponentResource):
    """Owns one log bucket: private four ways, owner-enforced, versioned, encrypted, TLS-only, never force-destroyed.

    Deliberately not here: who may write (the policy is the caller's) and replication (it needs both ends).
    """

    name: pulumi.Output[str]
    """Bucket name."""

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:LogBucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            region=args.region,
            bucket=args.bucket,
            force_destroy=False,
            object_lock_enabled=args.object_lock is not None,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            region=args.region,
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            region=args.region,
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        privacy = aws.s3.BucketPublicAccessBlock(
            f"{name}-privacy",
            region=args.region,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        encryption = _encryption(name, args, bucket, child)
        # S3 answers OperationAborted when the policy and the public access block are put at the same moment.
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            region=args.region,
            bucket=bucket.bucket,
            policy=args.policy,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[privacy]),
        )
        after_versioning = pulumi.ResourceOptions(parent=self, depends_on=[versioning])
        _lifecycle(name, args, bucket, after_versioning)
        ready: list[pulumi.Resource] = [versioning, encryption, policy]
        if args.object_lock is not None:
            ready.append(_object_lock(name, args.region, args.object_lock, bucket, after_versioning))
        if args.access_log_bucket is not None:
            aws.s3.BucketLogging(
                f"{name}-logging",
                region=args.region,
                bucket=bucket.bucket,
                target_bucket=args.access_log_bucket,
                target_prefix=args.access_log_prefix,
                opts=child,
            )
        self.name = bucket.bucket
        # What must exist before anything is delivered: wait for these, not for the bucket alone. Not an output.
        self.ready: Sequence[pulumi.Resource] = ready
        self.register_outputs({"name": self.name})


def _encryption(
    name: str, args: LogBucketArgs, bucket: aws.s3.Bucket, opts: pulumi.ResourceOptions
) -> aws.s3.BucketServerSideEncryptionConfiguration:
    algorithm = "AES256" if args.kms_key_arn is None else "aws:kms"
    default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
        sse_algorithm=algorithm, kms_master_key_id=args.kms_key_arn
    )
    return aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        region=args.region,
        bucket=bucket.bucket,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=default,
                bucket_key_enabled=args.kms_key_arn is not None,
            )
        ],
        opts=opts,
    )


def _object_lock(
    name: str, region: str, lock: ObjectLockArgs, bucket: aws.s3.Bucket, opts: pulumi.ResourceOptions
) -> aws.s3.BucketObjectLockConfiguration:
    retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode=lock.mode, days=lock.days)
    return aws.s3.BucketObjectLockConfiguration(
        f"{name}-object-lock",
        region=region,
        bucket=bucket.bucket,
        object_lock_enabled="Enabled",
        rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=True)),
    )


def _lifecycle(
    name: str, args: LogBucketArgs, bucket: aws.s3.Bucket, opts: pulumi.ResourceOptions
) -> aws.s3.BucketLifecycleConfiguration:
    rule = aws.s3.BucketLifecycleConfigurationRuleArgs
    transitions = (
        None
        if args.archive_after_days is None
        else [
            aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(
                days=args.archive_after_days, storage_class="GLACIER_IR"
            )
        ]
    )
    everything = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    return aws.s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        region=args.region,
        bucket=bucket.bucket,
        rules=[
            rule(
                id="keep-then-dispose",
                status="Enabled",
                filter=everything,
                transitions=transitions,
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=args.expire_after_days),
                noncurrent_version_expiration=(
                    aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=30)
                ),
            ),
            rule(
                id="abort-incomplete-uploads",
                status="Enabled",
                filter=everything,
                abort_incomplete_multipart_upload=(
                    aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                        days_after_initiation=7
                    )
                ),
            ),
        ],
        opts=opts,
    )

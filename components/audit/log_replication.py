"""Replication of one log bucket into another of the same account, with the role that carries it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.keys.key_policy import minified
from components.naming import AUDIT_ROLE_PATH

from .bucket_policies import bucket_arn

RTC_MINUTES = 15
"""The one value S3 Replication Time Control offers."""


@dataclass(frozen=True)
class LogReplicationArgs:
    """Both ends, and the keys at both ends."""

    role_name: str
    """Name of the replication role, unique in the account (IAM is not Regional)."""
    source_bucket: pulumi.Input[str]
    """Bucket whose new objects are copied."""
    source_region: str
    """Region of the source; the replication configuration lives there."""
    destination_bucket: pulumi.Input[str]
    """Locked bucket that receives the copies."""
    destination_region: str
    """Region of the destination."""
    destination_key_arn: pulumi.Input[str]
    """CMK of the destination, in the destination's Region."""
    source_key_arn: pulumi.Input[str] | None
    """CMK of the source, or None when its objects are under SSE-S3."""


class LogReplication(pulumi.ComponentResource):
    """Owns the role and the replication configuration of one source bucket (a bucket has only one).

    Delete markers are not replicated: what the archive holds does not follow what happens to the source. Owner
    override is not set, because S3 accepts it between accounts only and both ends belong to the audit account.
    Replicas are not replicated again by S3.
    """

    def __init__(
        self, name: str, args: LogReplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:LogReplication", name, None, opts)
        # No source condition: a service assumes a role only for an account that may pass it, which is this one.
        role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            path=AUDIT_ROLE_PATH,
            description="S3 copies log objects to the locked archive.",
            assume_role_policy=minified(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        permissions = aws.iam.RolePolicy(
            f"{name}-permissions",
            name="replicate",
            role=role.name,
            policy=pulumi.Output.all(
                source=args.source_bucket,
                destination=args.destination_bucket,
                source_key=args.source_key_arn,
                destination_key=args.destination_key_arn,
            ).apply(
                lambda known: _permissions(args.source_region, args.destination_region, **known),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketReplicationConfig(
            f"{name}-configuration",
            region=args.source_region,
            bucket=args.source_bucket,
            role=role.arn,
            rules=[_rule(args)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions]),
        )
        self.register_outputs({"roleArn": role.arn})


def _rule(args: LogReplicationArgs) -> aws.s3.BucketReplicationConfigRuleArgs:
    limit = aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=RTC_MINUTES)
    threshold = aws.s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(minutes=RTC_MINUTES)
    encrypted_objects = aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
        sse_kms_encrypted_objects=(
            aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                status="Enabled"
            )
        )
    )
    return aws.s3.BucketReplicationConfigRuleArgs(
        id="everything-to-the-archive",
        priority=0,
        status="Enabled",
        filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
        delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
            status="Disabled"
        ),
        # S3 refuses a key at the destination without this, even when no source object is under a CMK.
        source_selection_criteria=encrypted_objects,
        destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
            bucket=pulumi.Output.concat("arn:aws:s3:::", args.destination_bucket),
            storage_class="STANDARD",
            encryption_configuration=(
                aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                    replica_kms_key_id=args.destination_key_arn
                )
            ),
            metrics=aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(
                status="Enabled", event_threshold=threshold
            ),
            replication_time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
                status="Enabled", time=limit
            ),
        ),
    )


def _permissions(
    source_region: str,
    destination_region: str,
    source: str,
    destination: str,
    source_key: str | None,
    destination_key: str,
) -> str:
    statements: list[dict[str, object]] = [
        {
            "Sid": "ReadSourceConfiguration",
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": bucket_arn(source),
        },
        {
            "Sid": "ReadSourceVersions",
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": f"{bucket_arn(source)}/*",
        },
        {
            "Sid": "WriteReplicas",
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": f"{bucket_arn(destination)}/*",
        },
        _key_use(
            "EncryptReplicas", ["kms:Encrypt", "kms:GenerateDataKey"], destination_key, destination_region
        ),
    ]
    if source_key is not None:
        statements.append(_key_use("DecryptSource", ["kms:Decrypt"], source_key, source_region))
    return minified(*statements)


def _key_use(sid: str, actions: list[str], key_arn: str, region: str) -> dict[str, object]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": key_arn,
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
    }

"""The organization trail: who did what, in every account and Region."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.keys.key_policy import minified
from components.naming import AUDIT_ROLE_PATH

from .bucket_policies import TRAIL_PREFIX, bucket_arn

INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")

Selector = aws.cloudtrail.TrailAdvancedEventSelectorArgs
Field = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs


def trail_arn(name: str, region: str, management_account_id: str) -> str:
    """ARN of the organization trail, computable before it exists: bucket and key policies name it first."""
    return f"arn:aws:cloudtrail:{region}:{management_account_id}:trail/{name}"


@dataclass(frozen=True)
class OrganizationTrailArgs:
    """The trail and where it delivers."""

    trail_name: str
    """Name of the trail; the guardrails protect it by this name."""
    region: str
    """Home Region of the trail. It records every Region."""
    archive_bucket: pulumi.Input[str]
    """Locked bucket in the audit account."""
    key_arn: pulumi.Input[str]
    """Audit key, in the archive's Region."""
    log_group_name: str
    """CloudWatch Logs group that receives the same events, for alarms."""
    log_group_key_arn: pulumi.Input[str]
    """CMK of that group, in the management account."""
    retention_days: int
    """Days the group keeps events; the archive keeps them for as long as its lock."""
    log_buckets: Sequence[str]
    """Every log bucket. Writes to them are not data events of the trail, or each delivery would cause the next."""


class OrganizationTrail(pulumi.ComponentResource):
    """Owns the trail, its log group and the role between them. It acts in the management account.

    Management rather than a delegated administrator: the trail's ARN belongs to management either way, service control
    policies do not bind management, and so the guardrail that denies every change of a trail in every member account
    can be without exception. The few who may enter management are alarmed on from this trail itself.
    """

    name: pulumi.Output[str]
    """Name of the trail."""
    arn: pulumi.Output[str]
    """ARN of the trail."""
    log_group: pulumi.Output[str]
    """Name of the log group, for metric filters."""

    def __init__(
        self, name: str, args: OrganizationTrailArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:OrganizationTrail", name, None, opts)
        group = aws.cloudwatch.LogGroup(
            f"{name}-log-group",
            region=args.region,
            name=args.log_group_name,
            kms_key_id=args.log_group_key_arn,
            retention_in_days=args.retention_days,
            skip_destroy=True,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        role, permissions = self._log_role(name, args, group)
        trail = aws.cloudtrail.Trail(
            f"{name}-trail",
            region=args.region,
            name=args.trail_name,
            is_organization_trail=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_logging=True,
            enable_log_file_validation=True,
            s3_bucket_name=args.archive_bucket,
            s3_key_prefix=TRAIL_PREFIX,
            kms_key_id=args.key_arn,
            cloud_watch_logs_group_arn=group.arn.apply(lambda arn: f"{arn}:*"),
            cloud_watch_logs_role_arn=role.arn,
            advanced_event_selectors=event_selectors(args.log_buckets),
            insight_selectors=[
                aws.cloudtrail.TrailInsightSelectorArgs(insight_type=insight) for insight in INSIGHTS
            ],
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[permissions]),
        )
        self.name = trail.name
        self.arn = trail.arn
        self.log_group = group.name
        self.register_outputs({"arn": self.arn, "logGroup": self.log_group})

    def _log_role(
        self, name: str, args: OrganizationTrailArgs, group: aws.cloudwatch.LogGroup
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            f"{name}-log-role",
            name=f"{args.trail_name}-to-logs",
            path=AUDIT_ROLE_PATH,
            description="CloudTrail writes the organization trail to CloudWatch Logs.",
            assume_role_policy=minified(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        permissions = aws.iam.RolePolicy(
            f"{name}-log-permissions",
            name="write-events",
            role=role.name,
            policy=group.arn.apply(
                lambda arn: minified(
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": f"{arn}:log-stream:*",
                    }
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return role, permissions


def event_selectors(log_buckets: Sequence[str]) -> list[Selector]:
    """Management events, and data events of S3, Lambda and DynamoDB, reads and writes (PCI DSS 10.2.1.1, 10.2.1.3).

    Reads of the log buckets are recorded; writes to them are not (the deliveries would record themselves for ever).
    """
    log_objects = [f"{bucket_arn(bucket)}/" for bucket in log_buckets]
    s3_objects = Field(field="resources.type", equals=["AWS::S3::Object"])
    data = Field(field="eventCategory", equals=["Data"])
    return [
        Selector(
            name="Management events",
            field_selectors=[Field(field="eventCategory", equals=["Management"])],
        ),
        Selector(
            name="S3 objects outside the log buckets",
            field_selectors=[data, s3_objects, Field(field="resources.ARN", not_starts_withs=log_objects)],
        ),
        Selector(
            name="Reads of the logs themselves",
            field_selectors=[
                data,
                s3_objects,
                Field(field="readOnly", equals=["true"]),
                Field(field="resources.ARN", starts_withs=log_objects),
            ],
        ),
        Selector(
            name="Lambda invocations",
            field_selectors=[data, Field(field="resources.type", equals=["AWS::Lambda::Function"])],
        ),
        Selector(
            name="DynamoDB items",
            field_selectors=[data, Field(field="resources.type", equals=["AWS::DynamoDB::Table"])],
        ),
    ]

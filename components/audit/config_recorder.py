"""AWS Config in one account: the role it reads with, and the recorder of one Region."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.naming import AUDIT_ROLE_PATH

from .bucket_policies import CONFIG_PREFIX
from .config_trust import config_trust

RECORDER_NAME = "default"
"""AWS allows one recorder per account and Region and names it so; another name only breaks the console."""


def recorder_role_arn(account_id: str, role_name: str) -> str:
    """ARN of an account's recorder role, computable before the role exists."""
    return f"arn:aws:iam::{account_id}:role{AUDIT_ROLE_PATH}{role_name}"


@dataclass(frozen=True)
class ConfigRecorderRoleArgs:
    """The role in one account."""

    account_id: pulumi.Input[str]
    """Account whose resources the recorder reads."""
    role_name: str
    """Name of the role, the same in every account."""


class ConfigRecorderRole(pulumi.ComponentResource):
    """Owns the role AWS Config reads an account with; one per account, for every Region.

    It may not write to the log bucket: Config delivers as its own service principal, which the bucket's policy admits
    for this organization alone.
    """

    arn: pulumi.Output[str]
    """ARN of the role."""

    def __init__(
        self, name: str, args: ConfigRecorderRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:ConfigRecorderRole", name, None, opts)
        role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            path=AUDIT_ROLE_PATH,
            description="AWS Config records the configuration of this account.",
            assume_role_policy=config_trust(args.account_id),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.iam.RolePolicyAttachment(
            f"{name}-read",
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/service-role/AWS_ConfigRole",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})


@dataclass(frozen=True)
class ConfigRecorderArgs:
    """The recorder of one account in one Region."""

    region: str
    """Region recorded."""
    role_arn: pulumi.Input[str]
    """Role the recorder reads with."""
    delivery_bucket: pulumi.Input[str]
    """Plain bucket in the audit account; one with a default Object Lock retention would refuse the delivery."""
    key_arn: pulumi.Input[str]
    """Audit key in this Region."""
    global_types: bool
    """Whether IAM and other global types are recorded here: in the home Region alone, or they are counted twice."""


class ConfigRecorder(pulumi.ComponentResource):
    """Owns recorder, delivery channel and the switch that starts the recorder, in the order AWS demands."""

    def __init__(
        self, name: str, args: ConfigRecorderArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:ConfigRecorder", name, None, opts)
        recorder = aws.cfg.Recorder(
            f"{name}-recorder",
            region=args.region,
            name=RECORDER_NAME,
            role_arn=args.role_arn,
            recording_group=aws.cfg.RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=args.global_types
            ),
            recording_mode=aws.cfg.RecorderRecordingModeArgs(recording_frequency="CONTINUOUS"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        channel = aws.cfg.DeliveryChannel(
            f"{name}-channel",
            region=args.region,
            name=RECORDER_NAME,
            s3_bucket_name=args.delivery_bucket,
            s3_key_prefix=CONFIG_PREFIX,
            s3_kms_key_arn=args.key_arn,
            snapshot_delivery_properties=aws.cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs(
                delivery_frequency="TwentyFour_Hours"
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder]),
        )
        aws.cfg.RecorderStatus(
            f"{name}-status",
            region=args.region,
            name=recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )
        self.register_outputs({})

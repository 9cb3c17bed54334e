"""The way in when everything else is broken, and the alarm that says it was used."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.naming import BREAK_GLASS_PATH

from .documents import document

BREAK_GLASS_ROLE = "break-glass"
SESSION_SECONDS = 3600
MFA_AGE_SECONDS = 900
"""The hardware key must have been touched this recently."""

METRIC_NAMESPACE = "Payments/Security"


@dataclass(frozen=True)
class BreakGlassRoleArgs:
    """Who may break the glass."""

    management_account_id: str
    """The account whose users under /breakglass/ may assume the role."""


class BreakGlassRole(pulumi.ComponentResource):
    """Owns one account's emergency role: administrator for an hour, with a fresh second factor.

    It trusts IAM users of the management account under ``/breakglass/``, not Identity Center, which may be what is
    broken (and whose sessions carry no second factor in AWS's terms). Those users and their hardware keys are made and
    sealed by hand; the program holds no credential. Guardrails of class never bind the role.
    """

    role_arn: pulumi.Output[str]
    """ARN of the role."""

    def __init__(
        self, name: str, args: BreakGlassRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:BreakGlassRole", name, None, opts)
        role = aws.iam.Role(
            f"{name}-role",
            name=BREAK_GLASS_ROLE,
            path=BREAK_GLASS_PATH,
            description="Emergency access. Using it raises an alarm; see the runbook.",
            max_session_duration=SESSION_SECONDS,
            assume_role_policy=emergency_trust(args.management_account_id),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.iam.RolePolicyAttachment(
            f"{name}-administrator",
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.role_arn = role.arn
        self.register_outputs({"roleArn": self.role_arn})


def emergency_trust(management_account_id: str) -> str:
    """Trust policy: emergency users only, with a second factor used within the last quarter of an hour."""
    return document(
        [
            {
                "Sid": "EmergencyUsers",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{management_account_id}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "ArnLike": {
                        "aws:PrincipalArn": f"arn:aws:iam::{management_account_id}:user{BREAK_GLASS_PATH}*"
                    },
                    "Bool": {"aws:MultiFactorAuthPresent": "true"},
                    "NumericLessThan": {"aws:MultiFactorAuthAge": str(MFA_AGE_SECONDS)},
                },
            }
        ]
    )


@dataclass(frozen=True)
class BreakGlassAlarmArgs:
    """Where the organization trail can be watched, and who is told."""

    region: str
    """Region of the trail's log group."""
    log_group_name: pulumi.Input[str]
    """Log group that receives the organization trail."""
    topic_arn: pulumi.Input[str]
    """Topic of the same account and Region that reaches people."""


class BreakGlassAlarm(pulumi.ComponentResource):
    """Owns the metric and the alarm on every use, refused or not, of an emergency role in any account.

    It acts in the account of the trail's log group. Deliberately not here: the topic and its subscribers.
    """

    alarm_arn: pulumi.Output[str]
    """ARN of the alarm."""

    def __init__(
        self, name: str, args: BreakGlassAlarmArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:BreakGlassAlarm", name, None, opts)
        metric = "BreakGlassUse"
        aws.cloudwatch.LogMetricFilter(
            f"{name}-metric",
            region=args.region,
            name="break-glass-use",
            log_group_name=args.log_group_name,
            pattern=(
                '{ ($.eventSource = "sts.amazonaws.com") && ($.eventName = "AssumeRole") && '
                f'($.requestParameters.roleArn = "*:role{BREAK_GLASS_PATH}*") }}'
            ),
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=METRIC_NAMESPACE, name=metric, value="1", default_value="0"
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        alarm = aws.cloudwatch.MetricAlarm(
            f"{name}-alarm",
            region=args.region,
            name="break-glass-use",
            alarm_description="An emergency role was used or tried. Follow the break-glass runbook at once.",
            namespace=METRIC_NAMESPACE,
            metric_name=metric,
            statistic="Sum",
            period=60,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # No AssumeRole at all is the normal state of this metric, not a lost signal.
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.alarm_arn = alarm.arn
        self.register_outputs({"alarmArn": self.alarm_arn})

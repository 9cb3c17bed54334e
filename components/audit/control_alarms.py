"""Alarms that a control stopped, raised from the organization trail's log group."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .control_watch import CONTROLS, ROOT_PATTERN, lock_pattern

PERIOD_SECONDS = 300


@dataclass(frozen=True)
class ControlAlarmsArgs:
    """Where to look and whom to wake."""

    region: str
    """Home Region of the trail."""
    log_group: pulumi.Input[str]
    """Log group of the organization trail, in the same account."""
    topic_arn: pulumi.Input[str]
    """Topic that is told."""
    name_prefix: str
    """First part of alarm names, and the metrics' namespace."""
    bucket_prefix: str
    """First part of the names of the log buckets, locked and plain, in every Region."""


class ControlAlarms(pulumi.ComponentResource):
    """Owns one metric filter and alarm per watched control, and the alarm that the trail itself fell silent.

    The silence alarm is the one that matters most: a stopped trail records nothing about itself afterwards.
    """

    def __init__(
        self, name: str, args: ControlAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:ControlAlarms", name, None, opts)
        for control, watched in CONTROLS.items():
            self._watch(name, args, control, watched.pattern, watched.meaning)
        self._watch(
            name, args, "root-used", ROOT_PATTERN, "A root user acted. Nobody should: find out who at once."
        )
        self._watch(
            name,
            args,
            "lock-changed",
            lock_pattern(args.bucket_prefix),
            "Someone changed lock, policy, encryption, lifecycle or replication of a log bucket.",
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-trail-silent",
            region=args.region,
            name=f"{args.name_prefix}-trail-silent",
            alarm_description="No event has arrived from the organization trail for half an hour.",
            namespace="AWS/Logs",
            metric_name="IncomingLogEvents",
            dimensions={"LogGroupName": args.log_group},
            statistic="Sum",
            period=PERIOD_SECONDS,
            evaluation_periods=6,
            datapoints_to_alarm=6,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

    def _watch(self, name: str, args: ControlAlarmsArgs, control: str, pattern: str, meaning: str) -> None:
        filter_ = aws.cloudwatch.LogMetricFilter(
            f"{name}-{control}-filter",
            region=args.region,
            name=f"{args.name_prefix}-{control}",
            log_group_name=args.log_group,
            pattern=pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                name=control, namespace=args.name_prefix, value="1", default_value="0"
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-{control}-alarm",
            region=args.region,
            name=f"{args.name_prefix}-{control}",
            alarm_description=meaning,
            namespace=args.name_prefix,
            metric_name=control,
            statistic="Sum",
            period=PERIOD_SECONDS,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[filter_]),
        )

"""Findings reach people: one rule per detection service, one topic, and a queue for what could not be delivered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.keys.key_policy import minified

from .alert_topic import ALARMS, EVENTS, AlertTopic, AlertTopicArgs
from .finding_patterns import PATTERNS

QUEUE_RETENTION_SECONDS = 14 * 24 * 3600
"""The longest SQS keeps a message: time for someone to come back from holiday."""


@dataclass(frozen=True)
class FindingRoutesArgs:
    """One Region of the security account."""

    account_id: pulumi.Input[str]
    """Id of the security account, where the findings of every account arrive."""
    region: str
    """Region whose findings are routed."""
    name_prefix: str
    """First part of every physical name here."""
    email: str
    """Address of the security team."""


class FindingRoutes(pulumi.ComponentResource):
    """Owns the way from a HIGH or CRITICAL finding to a person (PCI DSS 12.10.5), in one Region.

    Not here: the findings' long-term record, which GuardDuty and Macie export to the archive themselves.
    """

    topic_arn: pulumi.Output[str]
    """Topic of the security team in this Region."""

    def __init__(
        self, name: str, args: FindingRoutesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:FindingRoutes", name, None, opts)
        topic = AlertTopic(
            f"{name}-topic",
            AlertTopicArgs(
                account_id=args.account_id,
                region=args.region,
                topic_name=args.name_prefix,
                key_alias=f"alias/{args.name_prefix}",
                publishers=[EVENTS, ALARMS],
                email=args.email,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        rules = {
            service: aws.cloudwatch.EventRule(
                f"{name}-{service}",
                region=args.region,
                name=f"{args.name_prefix}-{service}",
                description=f"HIGH and CRITICAL findings of {service}.",
                event_pattern=json.dumps(pattern, separators=(",", ":")),
                state="ENABLED",
                opts=pulumi.ResourceOptions(parent=self),
            )
            for service, pattern in PATTERNS.items()
        }
        undelivered, admission = self._undelivered(name, args, topic, [rule.arn for rule in rules.values()])
        for service, rule in rules.items():
            aws.cloudwatch.EventTarget(
                f"{name}-{service}-target",
                region=args.region,
                rule=rule.name,
                target_id="security-team",
                arn=topic.arn,
                dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=undelivered.arn),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[admission, *topic.ready]),
            )
        self.topic_arn = topic.arn
        self.register_outputs({"topicArn": self.topic_arn})

    def _undelivered(
        self,
        name: str,
        args: FindingRoutesArgs,
        topic: AlertTopic,
        rule_arns: Sequence[pulumi.Output[str]],
    ) -> tuple[aws.sqs.Queue, aws.sqs.QueuePolicy]:
        """The dead-letter queue, who may write to it, and the alarm that says it is not empty."""
        queue = aws.sqs.Queue(
            f"{name}-undelivered",
            region=args.region,
            name=f"{args.name_prefix}-undelivered",
            kms_master_key_id=topic.key_arn,
            message_retention_seconds=QUEUE_RETENTION_SECONDS,
            opts=pulumi.ResourceOptions(parent=self),
        )
        admission = aws.sqs.QueuePolicy(
            f"{name}-undelivered-policy",
            region=args.region,
            queue_url=queue.url,
            policy=pulumi.Output.all(queue.arn, *rule_arns).apply(
                lambda known: queue_policy(known[0], known[1:])
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-undelivered-alarm",
            region=args.region,
            name=f"{args.name_prefix}-undelivered",
            alarm_description="A finding reached nobody: read the queue, then redrive it.",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": queue.name},
            statistic="Maximum",
            period=300,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[topic.arn],
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(topic.ready)),
        )
        return queue, admission


def queue_policy(queue_arn: str, rule_arns: Sequence[str]) -> str:
    """Only these rules may leave a message, and only over TLS."""
    return minified(
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": queue_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "RulesLeaveWhatTheyCouldNotDeliver",
            "Effect": "Allow",
            "Principal": {"Service": EVENTS},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": list(rule_arns)}},
        },
    )

"""A topic that wakes people, and the key its messages are stored under."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.keys.customer_key import CustomerKey, CustomerKeyArgs
from components.keys.key_policy import ENCRYPT_AND_DECRYPT, KeyUse, key_policy, minified

ALARMS = "cloudwatch.amazonaws.com"
EVENTS = "events.amazonaws.com"


@dataclass(frozen=True)
class AlertTopicArgs:
    """One topic in one account and Region."""

    account_id: pulumi.Input[str]
    """Account that owns the topic and the key."""
    region: str
    """Region of both."""
    topic_name: str
    """Name of the topic."""
    key_alias: str
    """Alias of the key, with its `alias/` prefix."""
    publishers: Sequence[str]
    """AWS services that publish."""
    email: str
    """Address that is told; AWS sends it a request that someone must confirm."""
    log_groups: Sequence[str] = ()
    """Names of log groups of the same account that the key also protects."""


class AlertTopic(pulumi.ComponentResource):
    """Owns a topic under its own CMK, TLS-only, with the people on call subscribed.

    EventBridge publishes without a source condition: its user guide rules conditions out in SNS topic policies. What
    bounds it instead is that the topic takes messages from services alone, and only from the two kinds listed.
    """

    arn: pulumi.Output[str]
    """ARN of the topic, for alarm actions and rule targets."""
    key_arn: pulumi.Output[str]
    """CMK of the topic, also for its dead-letter queue and listed log groups."""

    def __init__(self, name: str, args: AlertTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:AlertTopic", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = CustomerKey(
            f"{name}-key",
            CustomerKeyArgs(
                alias=args.key_alias,
                description="Alerts of the detection services and alarms, from publication to delivery.",
                region=args.region,
                policy=pulumi.Output.from_input(args.account_id).apply(
                    lambda account_id: _key_policy(account_id, args)
                ),
            ),
            child,
        )
        topic = aws.sns.Topic(
            f"{name}-topic",
            region=args.region,
            name=args.topic_name,
            kms_master_key_id=key.arn,
            opts=child,
        )
        policy = aws.sns.TopicPolicy(
            f"{name}-policy",
            region=args.region,
            arn=topic.arn,
            policy=pulumi.Output.all(topic.arn, args.account_id).apply(
                lambda known: topic_policy(known[0], known[1], args.region, args.publishers)
            ),
            opts=child,
        )
        aws.sns.TopicSubscription(
            f"{name}-on-call",
            region=args.region,
            topic=topic.arn,
            protocol="email",
            endpoint=args.email,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.arn = topic.arn
        self.key_arn = key.arn
        # What must exist before a publisher is pointed at the topic. Not an output: it is for this program alone.
        self.ready: Sequence[pulumi.Resource] = [topic, policy]
        self.register_outputs({"arn": self.arn, "keyArn": self.key_arn})


def topic_policy(topic_arn: str, account_id: str, region: str, publishers: Sequence[str]) -> str:
    """Who may publish: each service for this account's own sources, where the service allows such a condition."""
    statements: list[dict[str, object]] = [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if ALARMS in publishers:
        statements.append(
            {
                "Sid": "AlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": ALARMS},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {
                    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{account_id}:alarm:*"},
                    "StringEquals": {"aws:SourceAccount": account_id},
                },
            }
        )
    if EVENTS in publishers:
        statements.append(
            {
                "Sid": "RulesPublish",
                "Effect": "Allow",
                "Principal": {"Service": EVENTS},
                "Action": "sns:Publish",
                "Resource": topic_arn,
            }
        )
    return minified(*statements)


def _key_policy(account_id: str, args: AlertTopicArgs) -> str:
    uses = [
        KeyUse(
            "PublishersEncrypt",
            {"Service": list(args.publishers)},
            ("kms:Decrypt", "kms:GenerateDataKey*"),
        )
    ]
    if args.log_groups:
        group = f"arn:aws:logs:{args.region}:{account_id}:log-group:"
        uses.append(
            KeyUse(
                "LogGroupsEncrypt",
                {"Service": f"logs.{args.region}.amazonaws.com"},
                (*ENCRYPT_AND_DECRYPT, "kms:ReEncryptFrom", "kms:ReEncryptTo"),
                {
                    "ArnEquals": {
                        "kms:EncryptionContext:aws:logs:arn": [f"{group}{one}" for one in args.log_groups]
                    }
                },
            )
        )
    return key_policy(account_id, uses)

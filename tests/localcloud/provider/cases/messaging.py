"""SNS and SQS."""

import json
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.conftest import Stage


def _policy(action: str, resource: str = "*") -> str:
    statement = {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _topic(stage: Stage, unique: str) -> str:
    return str(stage.client("sns").create_topic(Name=f"case-{unique}")["TopicArn"])


def _queue(stage: Stage, unique: str) -> str:
    return str(stage.client("sqs").create_queue(QueueName=f"case-{unique}")["QueueUrl"])


def _redrive(stage: Stage, unique: str, count: int = 5) -> str:
    _queue(stage, unique)
    arn = f"arn:aws:sqs:us-east-2:{stage.audit_account}:case-{unique}"
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})


def _allow(permission: str) -> str:
    return json.dumps({"redrivePermission": permission})


def _subscription(stage: Stage, unique: str) -> dict[str, Any]:
    _queue(stage, unique)
    return {
        "topic": _topic(stage, unique),
        "protocol": "sqs",
        "endpoint": f"arn:aws:sqs:us-east-2:{stage.audit_account}:case-{unique}",
        "rawMessageDelivery": True,
        "filterPolicy": json.dumps({"severity": ["HIGH"]}),
    }


def _other_redrive(stage: Stage) -> str:
    return _redrive(stage, "other-dead", 9)


def _beside(name: str, value: Any) -> Any:
    def build(stage: Stage, unique: str) -> dict[str, Any]:
        given = value(stage, unique + "-dead") if callable(value) else value
        return {"queueUrl": _queue(stage, unique), name: given}

    return build


CASES = [
    Case(
        "aws:sns/topic:Topic",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "displayName": "Alerts",
            "kmsMasterKeyId": "alias/aws/sns",
            "tags": {"class": "topic"},
        },
        edits={"displayName": "Other", "kmsMasterKeyId": None, "tags": {"class": "other"}},
        unread=frozenset(
            {
                "archivePolicy",  # FIFO topics only
                "contentBasedDeduplication",
                "fifoThroughputScope",
                "deliveryPolicy",  # the same code as displayName, for each of these
                "maximumMessageSize",
                "policy",
                "signatureVersion",
                "tracingConfig",
                *(
                    f"{protocol}{outcome}"
                    for protocol in ("application", "firehose", "http", "lambda", "sqs")
                    for outcome in (
                        "FailureFeedbackRoleArn",
                        "SuccessFeedbackRoleArn",
                        "SuccessFeedbackSampleRate",
                    )
                ),
            }
        ),
    ),
    Case(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda stage, unique: {"arn": _topic(stage, unique), "policy": _policy("sns:Publish")},
        edits={"policy": _policy("sns:Subscribe")},
        stays=True,
    ),
    Case(
        "aws:sns/topicSubscription:TopicSubscription",
        _subscription,
        edits={"rawMessageDelivery": False, "filterPolicy": json.dumps({"severity": ["LOW"]})},
        unread=frozenset(
            {"deliveryPolicy", "filterPolicyScope", "redrivePolicy", "replayPolicy", "subscriptionRoleArn"}
        ),  # the same code as filterPolicy
    ),
    Case(
        "aws:sqs/queue:Queue",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "maxMessageSize": 4096,
            "visibilityTimeoutSeconds": 60,
            "kmsMasterKeyId": "alias/aws/sqs",
            "kmsDataKeyReusePeriodSeconds": 600,
            "redrivePolicy": _redrive(stage, unique + "-dead"),
            "tags": {"class": "queue"},
        },
        edits={
            "delaySeconds": 5,
            "maxMessageSize": 2048,
            "messageRetentionSeconds": 1209600,
            "receiveWaitTimeSeconds": 10,
            "visibilityTimeoutSeconds": 30,
            "kmsMasterKeyId": "alias/other",
            "kmsDataKeyReusePeriodSeconds": 300,
            "tags": {"class": "other"},
        },
        unread=frozenset(
            {
                "contentBasedDeduplication",  # FIFO queues only
                "deduplicationScope",
                "fifoThroughputLimit",
                "policy",  # edited in QueuePolicy, RedrivePolicy and RedriveAllowPolicy
                "redriveAllowPolicy",
                "redrivePolicy",
                "sqsManagedSseEnabled",  # excludes a KMS key
            }
        ),
    ),
    Case(
        "aws:sqs/queuePolicy:QueuePolicy",
        _beside("policy", _policy("sqs:SendMessage")),
        edits={"policy": _policy("sqs:ReceiveMessage")},
    ),
    Case(
        "aws:sqs/redrivePolicy:RedrivePolicy",
        _beside("redrivePolicy", _redrive),
        edits={"redrivePolicy": _other_redrive},
    ),
    Case(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        _beside("redriveAllowPolicy", _allow("allowAll")),
        edits={"redriveAllowPolicy": _allow("denyAll")},
    ),
]

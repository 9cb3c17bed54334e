"""CloudTrail, CloudWatch logs, alarms and EventBridge."""

import json
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.cases.s3 import bucket
from tests.localcloud.provider.conftest import Stage


def _trail_bucket(stage: Stage, unique: str) -> str:
    name = bucket(stage, unique)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:PutObject", "s3:GetBucketAcl"],
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    stage.client("s3").put_bucket_policy(Bucket=name, Policy=policy)
    return name


def _selector(*resource_types: str) -> dict[str, Any]:
    return {
        "name": "data",
        "fieldSelectors": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": list(resource_types)},
        ],
    }


def _trail(stage: Stage, unique: str) -> dict[str, Any]:
    key = stage.client("kms").create_key()["KeyMetadata"]["Arn"]
    return {
        "name": f"case-{unique}",
        "s3BucketName": _trail_bucket(stage, unique),
        "s3KeyPrefix": "trail",
        "kmsKeyId": key,
        "enableLogFileValidation": True,
        "isMultiRegionTrail": True,
        "advancedEventSelectors": [_selector("AWS::S3::Object")],
        "insightSelectors": [{"insightType": "ApiCallRateInsight"}],
        "tags": {"class": "trail"},
    }


def _log_group(stage: Stage, unique: str) -> str:
    name = f"/case/{unique}"
    stage.client("logs").create_log_group(logGroupName=name)
    return name


def _new_key(stage: Stage) -> str:
    return str(stage.client("kms").create_key()["KeyMetadata"]["Arn"])


_TRANSFORMATION = {"name": "Denied", "namespace": "Security", "value": "1", "defaultValue": "0"}


def _statement(principal: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "logs:PutLogEvents",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _alarm(stage: Stage, unique: str) -> dict[str, Any]:
    return {
        "name": f"case-{unique}",
        "alarmDescription": "root used",
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "evaluationPeriods": 1,
        "datapointsToAlarm": 1,
        "metricName": "RootUse",
        "namespace": "Security",
        "period": 300,
        "statistic": "Sum",
        "threshold": 1,
        "dimensions": {"Account": "1"},
        "alarmActions": [f"arn:aws:sns:us-east-2:{stage.audit_account}:alerts"],
        "okActions": [f"arn:aws:sns:us-east-2:{stage.audit_account}:alerts"],
        "insufficientDataActions": [f"arn:aws:sns:us-east-2:{stage.audit_account}:alerts"],
        "unit": "Count",
        "tags": {"class": "alarm"},
    }


def _rule(stage: Stage, unique: str, bus: str = "default") -> str:
    name = f"case-{unique}"
    stage.client("events").put_rule(Name=name, EventBusName=bus, EventPattern='{"source": ["aws.health"]}')
    return name


def _target(stage: Stage, unique: str) -> dict[str, Any]:
    return {
        "rule": _rule(stage, unique),
        "targetId": "queue",
        "arn": f"arn:aws:sqs:us-east-2:{stage.audit_account}:findings",
        "input": '{"a": 1}',
        "roleArn": f"arn:aws:iam::{stage.audit_account}:role/x",
        "retryPolicy": {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 600},
        "deadLetterConfig": {"arn": f"arn:aws:sqs:us-east-2:{stage.audit_account}:dead"},
    }


def _bus(stage: Stage, unique: str) -> str:
    name = f"bus-{unique}"
    stage.client("events").create_event_bus(Name=name)
    return name


def _bus_statement(account: str) -> str:
    statement = {
        "Sid": "in",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "events:PutEvents",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = [
    Case(
        "aws:cloudtrail/trail:Trail",
        _trail,
        edits={
            "s3KeyPrefix": "elsewhere",
            "kmsKeyId": None,
            "enableLogFileValidation": False,
            "isMultiRegionTrail": False,
            "includeGlobalServiceEvents": False,
            "enableLogging": False,
            "advancedEventSelectors": [_selector("AWS::Lambda::Function")],
            "insightSelectors": [{"insightType": "ApiErrorRateInsight"}],
            "tags": {"class": "other"},
        },
        unread=frozenset(
            {
                "s3BucketName",  # needs a second bucket
                "snsTopicName",  # needs a topic
                "cloudWatchLogsGroupArn",  # needs a log group and a role
                "cloudWatchLogsRoleArn",
                "isOrganizationTrail",  # only from the management account
                "eventSelectors",  # excludes advancedEventSelectors
            }
        ),
    ),
    Case(
        "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount",
        lambda stage, unique: _trusting_cloudtrail(stage),
        management=True,
    ),
    Case(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda stage, unique: {
            "name": f"/case/{unique}",
            "retentionInDays": 365,
            "kmsKeyId": _new_key(stage),
            "deletionProtectionEnabled": False,
            "tags": {"class": "logs"},
        },
        edits={
            "retentionInDays": None,
            "kmsKeyId": _new_key,
            "deletionProtectionEnabled": True,
            "tags": {"class": "other"},
        },
    ),
    Case(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        lambda stage, unique: {
            "name": "denied",
            "logGroupName": _log_group(stage, unique),
            "pattern": '{ $.errorCode = "AccessDenied" }',
            "metricTransformation": _TRANSFORMATION,
        },
        edits={"pattern": "{ $.x = 1 }", "metricTransformation": {**_TRANSFORMATION, "value": "2"}},
        unread=frozenset({"applyOnTransformedLogs"}),  # not in the emulator
    ),
    Case(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        lambda stage, unique: {
            "policyName": f"case-{unique}",
            "policyDocument": _statement("route53.amazonaws.com"),
        },
        edits={"policyDocument": _statement("events.amazonaws.com")},
    ),
    Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        _alarm,
        edits={
            "actionsEnabled": False,
            "alarmActions": None,
            "alarmDescription": "other",
            "comparisonOperator": "LessThanThreshold",
            "datapointsToAlarm": 2,
            "dimensions": {"Account": "2"},
            "evaluationPeriods": 2,
            "insufficientDataActions": None,
            "metricName": "Other",
            "namespace": "Other",
            "okActions": None,
            "period": 60,
            "statistic": "Maximum",
            "threshold": 5,
            "treatMissingData": "breaching",
            "unit": None,
            "tags": {"class": "other"},
        },
        unread=frozenset(
            {
                "evaluateLowSampleCountPercentiles",  # percentile alarms only
                "extendedStatistic",
                "metricQueries",  # excludes metricName; has a test of its own
                "thresholdMetricId",
            }
        ),
    ),
    Case(
        "aws:cloudwatch/eventRule:EventRule",
        lambda stage, unique: {
            "name": f"case-{unique}",
            "description": "findings",
            "eventPattern": json.dumps({"source": ["aws.guardduty"]}),
            "tags": {"class": "rule"},
        },
        edits={
            "description": "other",
            "eventPattern": json.dumps({"source": ["aws.s3"]}),
            "state": "DISABLED",
            "tags": {"class": "other"},
        },
        unread=frozenset(
            {
                "isEnabled",  # the deprecated spelling of state
                "scheduleExpression",  # AWS refuses to change a pattern into a schedule
                "roleArn",  # not in the emulator
            }
        ),
    ),
    Case(
        "aws:cloudwatch/eventTarget:EventTarget",
        _target,
        edits={
            "arn": lambda stage: f"arn:aws:sqs:us-east-2:{stage.audit_account}:other",
            "input": '{"a": 2}',
            "roleArn": lambda stage: f"arn:aws:iam::{stage.audit_account}:role/y",
            "retryPolicy": {"maximumRetryAttempts": 5, "maximumEventAgeInSeconds": 600},
            "deadLetterConfig": None,
        },
        unread=frozenset(
            {
                "inputPath",
                "inputTransformer",
                "sqsTarget",
                "kinesisTarget",
                "httpTarget",
                "ecsTarget",
                "batchTarget",
            }
        ),  # each excludes another; inputTransformer has a test of its own
    ),
    Case(
        "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
        lambda stage, unique: {
            "eventBusName": _bus(stage, unique),
            "policy": _bus_statement(stage.audit_account),
        },
        edits={"policy": _bus_statement("123456789012")},
    ),
    Case(
        "aws:cloudwatch/eventBus:EventBus",
        lambda stage, unique: {"name": f"bus-{unique}", "tags": {"class": "bus"}},
        edits={"tags": {"class": "other"}},
        unread=frozenset({"description", "kmsKeyIdentifier", "deadLetterConfig"}),  # not in the emulator
    ),
]


def _trusting_cloudtrail(stage: Stage) -> dict[str, Any]:
    client = stage.client("organizations", audit=False)
    client.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    return {"accountId": stage.audit_account}

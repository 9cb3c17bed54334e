"""Findings and stopped controls reach people, and what could not be delivered is kept."""

import json

import pytest

from components.audit.control_watch import CONTROLS, lock_pattern
from components.audit.finding_patterns import PATTERNS, REPEATED_BY_SECURITY_HUB

from .recording import HOME, MANAGEMENT_ID, STANDBY, Estate

PATTERN_LIMIT = 1024
"""Characters of a CloudWatch Logs filter pattern."""


@pytest.fixture(params=[HOME, STANDBY])
def region(request) -> str:
    return request.param


@pytest.fixture
def estate(region, home, standby) -> Estate:
    return {HOME: home, STANDBY: standby}[region]


class TestFindings:
    def test_each_service_has_a_rule_in_the_security_account_of_each_region(self, estate, region):
        rules = estate.of("cloudwatch/eventRule:EventRule")
        sources = {json.loads(each.inputs["eventPattern"])["source"][0] for each in rules}
        assert sources == {
            "aws.access-analyzer",
            "aws.guardduty",
            "aws.inspector2",
            "aws.macie",
            "aws.securityhub",
        }
        assert {(each.account, each.inputs["region"], each.inputs["state"]) for each in rules} == {
            ("security", region, "ENABLED")
        }

    def test_a_finding_wakes_people_once_although_security_hub_repeats_it(self):
        products = PATTERNS["security-hub"]["detail"]["findings"]["ProductName"]
        assert products == [{"anything-but": REPEATED_BY_SECURITY_HUB}]

    def test_only_grave_findings_wake_people(self):
        assert PATTERNS["security-hub"]["detail"]["findings"]["Severity"]["Label"] == ["HIGH", "CRITICAL"]
        assert PATTERNS["guardduty"]["detail"]["severity"] == [{"numeric": [">=", 7]}]
        assert PATTERNS["inspector"]["detail"]["severity"] == ["HIGH", "CRITICAL"]

    def test_every_rule_reaches_the_topic_and_has_a_dead_letter_queue(self, estate):
        targets = estate.of("cloudwatch/eventTarget:EventTarget")
        assert len(targets) == len(PATTERNS)
        for target in targets:
            assert target.inputs["arn"].endswith(":payments-findings")
            assert target.inputs["deadLetterConfig"]["arn"].endswith(":payments-findings-undelivered")
            assert {"audit-findings-topic-policy", "audit-findings-undelivered-policy"} <= estate.waits_for(
                target
            )

    def test_the_queue_keeps_messages_fourteen_days_under_a_customer_key(self, estate):
        queue = estate.one("sqs/queue:Queue").inputs
        assert queue["messageRetentionSeconds"] == 14 * 24 * 3600
        assert ":kms:" in queue["kmsMasterKeyId"]

    def test_only_these_rules_may_fill_the_queue(self, estate):
        deny, allow = estate.one("sqs/queuePolicy:QueuePolicy").document()
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert allow["Principal"] == {"Service": "events.amazonaws.com"}
        assert len(allow["Condition"]["ArnEquals"]["aws:SourceArn"]) == len(PATTERNS)

    def test_a_message_in_the_queue_raises_an_alarm(self, estate):
        alarm = estate.one("cloudwatch/metricAlarm:MetricAlarm", "undelivered").inputs
        assert alarm["metricName"] == "ApproximateNumberOfMessagesVisible"
        assert alarm["dimensions"] == {"QueueName": "payments-findings-undelivered"}

    def test_people_are_subscribed(self, estate):
        subscription = estate.one("sns/topicSubscription:TopicSubscription", "findings").inputs
        assert subscription["protocol"] == "email"
        assert subscription["endpoint"] == "security@payments.example.com"


class TestTopics:
    def test_every_topic_is_under_a_customer_key_and_refuses_plain_http(self, home):
        for topic in home.of("sns/topic:Topic"):
            assert ":kms:" in topic.inputs["kmsMasterKeyId"]
        for policy in home.of("sns/topicPolicy:TopicPolicy"):
            deny, *allows = policy.document()
            assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            assert all(list(allow["Principal"]) == ["Service"] for allow in allows)

    def test_alarms_publish_for_their_own_account_alone(self, home):
        policy = home.one("sns/topicPolicy:TopicPolicy", "alarm")
        (alarms,) = [each for each in policy.document() if each["Sid"] == "AlarmsPublish"]
        assert alarms["Condition"]["StringEquals"]["aws:SourceAccount"] == MANAGEMENT_ID


class TestStoppedControls:
    WATCHED = {*CONTROLS, "root-used", "lock-changed"}

    def test_each_watched_control_has_a_filter_on_the_trail_and_an_alarm_that_wakes_people(self, home):
        filters = {each.name: each.inputs for each in home.of("cloudwatch/logMetricFilter:LogMetricFilter")}
        for control in self.WATCHED:
            filtered = filters[f"central-audit-alarms-{control}-filter"]
            alarm = home.one("cloudwatch/metricAlarm:MetricAlarm", f"-{control}-alarm").inputs
            assert filtered["logGroupName"] == "/payments/audit-trail"
            assert alarm["metricName"] == filtered["metricTransformation"]["name"]
            assert alarm["namespace"] == filtered["metricTransformation"]["namespace"]
            assert alarm["alarmActions"] == [f"arn:aws:sns:{HOME}:100000000002:payments-alarms"]

    @pytest.mark.parametrize(
        ("control", "call"),
        [
            ("trail-changed", "StopLogging"),
            ("recorder-stopped", "StopConfigurationRecorder"),
            ("detector-disabled", "DeleteDetector"),
            ("hub-disabled", "DisableSecurityHub"),
            ("key-threatened", "ScheduleKeyDeletion"),
            ("organization-changed", "DetachPolicy"),
        ],
    )
    def test_the_calls_that_matter_are_watched(self, control, call):
        assert f'($.eventName = "{call}")' in CONTROLS[control].pattern

    def test_a_change_of_any_log_bucket_is_watched_in_both_regions(self, home):
        pattern = home.one("cloudwatch/logMetricFilter:LogMetricFilter", "lock-changed").inputs["pattern"]
        assert '$.requestParameters.bucketName = "payments-audit-*"' in pattern
        assert '"PutBucketObjectLockConfiguration"' in pattern

    def test_a_root_user_is_watched_whatever_it_calls(self, home):
        pattern = home.one("cloudwatch/logMetricFilter:LogMetricFilter", "root-used").inputs["pattern"]
        assert '$.userIdentity.type = "Root"' in pattern
        assert "eventName" not in pattern

    def test_patterns_fit_the_quota(self):
        patterns = [watched.pattern for watched in CONTROLS.values()]
        patterns.append(lock_pattern("payments-audit-"))
        assert max(map(len, patterns)) <= PATTERN_LIMIT

    def test_silence_of_the_trail_is_itself_an_alarm(self, home):
        silent = home.one("cloudwatch/metricAlarm:MetricAlarm", "trail-silent").inputs
        assert silent["treatMissingData"] == "breaching"
        assert silent["metricName"] == "IncomingLogEvents"
        assert silent["comparisonOperator"] == "LessThanThreshold"

"""The organization trail: everything, everywhere, verifiably, to the audit account and to the alarms."""

from .recording import HOME, MANAGEMENT_ID

TRAIL_ARN = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT_ID}:trail/payments-audit-trail"


def selector(estate, name: str) -> dict:
    """Field selectors of one advanced selector, by field."""
    selectors = estate.one("cloudtrail/trail:Trail").inputs["advancedEventSelectors"]
    (found,) = [each for each in selectors if each["name"] == name]
    return {field["field"]: field for field in found["fieldSelectors"]}


def test_records_every_account_and_region_with_digests(home):
    trail = home.one("cloudtrail/trail:Trail").inputs
    assert trail["isOrganizationTrail"] is True
    assert trail["isMultiRegionTrail"] is True
    assert trail["includeGlobalServiceEvents"] is True
    assert trail["enableLogging"] is True
    assert trail["enableLogFileValidation"] is True


def test_is_made_by_management_and_is_protected(home, standby):
    trail = home.one("cloudtrail/trail:Trail")
    assert trail.account == "management"
    assert trail.protect
    assert not standby.of("cloudtrail/trail:Trail")


def test_delivers_to_the_locked_bucket_under_the_audit_key(home):
    trail = home.one("cloudtrail/trail:Trail").inputs
    assert trail["s3BucketName"] == f"payments-audit-{MANAGEMENT_ID}-{HOME}"
    assert trail["kmsKeyId"] == f"arn:aws:kms:{HOME}:100000000001:key/audit-key-key"


def test_its_computed_arn_is_the_one_that_bucket_and_key_admit(home):
    trail = home.one("cloudtrail/trail:Trail").inputs
    assert TRAIL_ARN.endswith(f"/{trail['name']}")
    archive = next(each for each in home.of("s3/bucketPolicy:BucketPolicy") if "locked" in each.name)
    assert TRAIL_ARN in archive.inputs["policy"]
    assert TRAIL_ARN in home.one("kms/key:Key", "audit-key").inputs["policy"]


def test_waits_for_everything_its_creation_is_checked_against(home):
    waits = home.waits_for(home.one("cloudtrail/trail:Trail"))
    assert {
        "audit-logs-locked-policy",
        "audit-logs-locked-object-lock",
        "audit-key-key",
        "central-audit-trail-log-permissions",
    } <= waits


def test_records_management_events_whole(home):
    assert set(selector(home, "Management events")) == {"eventCategory"}


def test_records_reads_and_writes_of_s3_lambda_and_dynamodb(home):
    types = {
        "S3 objects outside the log buckets": "AWS::S3::Object",
        "Lambda invocations": "AWS::Lambda::Function",
        "DynamoDB items": "AWS::DynamoDB::Table",
    }
    for name, resource_type in types.items():
        fields = selector(home, name)
        assert fields["resources.type"]["equals"] == [resource_type]
        assert "readOnly" not in fields


def test_does_not_record_its_own_deliveries_in_either_region_but_records_who_reads_the_logs(home):
    left_out = selector(home, "S3 objects outside the log buckets")["resources.ARN"]["notStartsWiths"]
    reads = selector(home, "Reads of the logs themselves")
    assert len(left_out) == 6
    assert all(arn.startswith("arn:aws:s3:::payments-audit-") and arn.endswith("/") for arn in left_out)
    assert reads["resources.ARN"]["startsWiths"] == left_out
    assert reads["readOnly"]["equals"] == ["true"]


def test_looks_for_unusual_rates_of_calls_and_errors(home):
    insights = home.one("cloudtrail/trail:Trail").inputs["insightSelectors"]
    assert {each["insightType"] for each in insights} == {"ApiCallRateInsight", "ApiErrorRateInsight"}


def test_feeds_an_encrypted_log_group_that_keeps_more_than_a_year(home):
    trail, group = home.one("cloudtrail/trail:Trail"), home.one("cloudwatch/logGroup:LogGroup")
    assert trail.inputs["cloudWatchLogsGroupArn"].endswith(":log-group:/payments/audit-trail:*")
    assert group.inputs["retentionInDays"] >= 365
    assert ":kms:" in group.inputs["kmsKeyId"]
    assert group.protect
    assert group.account == "management"


def test_the_key_of_the_log_group_admits_that_group_alone(home):
    document = home.one("kms/key:Key", "alarm-topic").document()
    (logs,) = [each for each in document if each["Sid"] == "LogGroupsEncrypt"]
    assert logs["Principal"] == {"Service": f"logs.{HOME}.amazonaws.com"}
    assert logs["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"] == [
        f"arn:aws:logs:{HOME}:{MANAGEMENT_ID}:log-group:/payments/audit-trail"
    ]

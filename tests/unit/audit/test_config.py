"""AWS Config: a recorder in every account and Region, delivered to the plain bucket, viewed in one place."""

import pytest

from .recording import HOME, STANDBY, Estate, settings

ACCOUNTS = set(settings().catalogue.accounts)


@pytest.fixture(params=[HOME, STANDBY])
def region(request) -> str:
    return request.param


@pytest.fixture
def estate(region, home, standby) -> Estate:
    return {HOME: home, STANDBY: standby}[region]


def test_every_account_records_everything_continuously_management_included(estate, region):
    recorders = estate.of("cfg/recorder:Recorder")
    assert {each.account for each in recorders} == ACCOUNTS
    for recorder in recorders:
        assert recorder.inputs["region"] == region
        assert recorder.inputs["recordingGroup"]["allSupported"] is True
        assert recorder.inputs["recordingMode"]["recordingFrequency"] == "CONTINUOUS"


def test_global_types_are_recorded_in_the_home_region_alone(estate, region):
    globally = {
        each.inputs["recordingGroup"]["includeGlobalResourceTypes"]
        for each in estate.of("cfg/recorder:Recorder")
    }
    assert globally == {region == HOME}


def test_delivery_goes_to_the_plain_bucket_of_the_region_under_the_audit_key(estate, region):
    for channel in estate.of("cfg/deliveryChannel:DeliveryChannel"):
        assert channel.inputs["s3BucketName"] == f"payments-audit-delivery-123456789012-{region}"
        assert channel.inputs["s3KeyPrefix"] == "config"
        assert f":kms:{region}:" in channel.inputs["s3KmsKeyArn"]


def test_a_recorder_starts_after_its_channel_and_the_bucket_that_admits_it(estate):
    for status in estate.of("cfg/recorderStatus:RecorderStatus"):
        assert status.inputs["isEnabled"] is True
        waits = estate.waits_for(status)
        assert status.name.replace("-status", "-channel") in waits
        assert "audit-logs-delivery-policy" in waits


def test_the_role_is_made_once_per_account_by_the_home_stack(home, standby):
    roles = [each for each in home.of("iam/role:Role") if "recorder" in each.name]
    assert {each.account for each in roles} == ACCOUNTS
    assert not [each for each in standby.of("iam/role:Role") if "recorder" in each.name]


def test_both_regions_record_with_that_role(home, standby):
    def arns(estate: Estate) -> set[str]:
        return {each.inputs["roleArn"] for each in estate.of("cfg/recorder:Recorder")}

    assert arns(home) == arns(standby)
    assert "arn:aws:iam::123456789012:role/platform/audit/payments-config-recorder" in arns(home)


def test_the_role_trusts_config_for_its_own_account_alone(home):
    for role in home.of("iam/role:Role"):
        if "recorder" in role.name:
            (trust,) = role.document("assumeRolePolicy")
            assert trust["Principal"] == {"Service": "config.amazonaws.com"}
            assert list(trust["Condition"]["StringEquals"]) == ["aws:SourceAccount"]


def test_the_security_account_views_every_governed_region(home):
    aggregator = home.one("cfg/configurationAggregator:ConfigurationAggregator")
    assert aggregator.account == "security"
    assert aggregator.inputs["organizationAggregationSource"]["regions"] == [HOME, STANDBY]
    assert "central-audit-config-view-list-accounts" in home.waits_for(aggregator)

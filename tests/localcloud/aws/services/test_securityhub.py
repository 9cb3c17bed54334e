"""Security Hub through plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, STANDBY, eventually
from tests.localcloud.aws.services.accounts import client, new_account, refused

PCI = f"arn:aws:securityhub:{HOME}::standards/pci-dss/v/4.0.1"
NOBODY = "InvalidAccessException"


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "hub")


@pytest.fixture
def hub(world: World, account: str) -> Any:
    return client(world, account, "securityhub")


def standards(hub: Any) -> set[str]:
    return {each["StandardsArn"] for each in hub.get_enabled_standards()["StandardsSubscriptions"]}


def test_a_hub_lives_from_enable_to_disable(hub: Any, account: str) -> None:
    refused(NOBODY, hub.describe_hub)
    hub.enable_security_hub()
    refused("ResourceConflictException", hub.enable_security_hub)
    assert hub.describe_hub()["HubArn"] == f"arn:aws:securityhub:{HOME}:{account}:hub/default"
    assert len(standards(hub)) == 2, "the default standards"
    hub.update_security_hub_configuration(AutoEnableControls=False)
    assert hub.describe_hub()["AutoEnableControls"] is False
    hub.disable_security_hub()
    refused(NOBODY, hub.describe_hub)


def test_standards_are_enabled_and_disabled(hub: Any, account: str) -> None:
    hub.enable_security_hub(EnableDefaultStandards=False)
    assert PCI in {each["StandardsArn"] for each in hub.describe_standards()["Standards"]}
    enable = hub.batch_enable_standards
    refused("InvalidInputException", enable, StandardsSubscriptionRequests=[{"StandardsArn": PCI + ".9"}])
    made = enable(StandardsSubscriptionRequests=[{"StandardsArn": PCI}])["StandardsSubscriptions"][0]
    assert (
        made["StandardsSubscriptionArn"]
        == f"arn:aws:securityhub:{HOME}:{account}:subscription/pci-dss/v/4.0.1"
    )
    assert made["StandardsStatus"] == "INCOMPLETE", "without a Config recorder nothing can be evaluated"
    hub.batch_disable_standards(StandardsSubscriptionArns=[made["StandardsSubscriptionArn"]])
    assert standards(hub) == set()


def test_one_region_aggregates_the_findings(world: World, account: str, hub: Any) -> None:
    hub.enable_security_hub()
    standby = client(world, account, "securityhub", STANDBY)
    standby.enable_security_hub()
    refused("InvalidInputException", hub.create_finding_aggregator, RegionLinkingMode="SPECIFIED_REGIONS")
    arn = hub.create_finding_aggregator(RegionLinkingMode="SPECIFIED_REGIONS", Regions=[STANDBY])[
        "FindingAggregatorArn"
    ]
    refused(NOBODY, standby.create_finding_aggregator, RegionLinkingMode="ALL_REGIONS")
    assert standby.get_finding_aggregator(FindingAggregatorArn=arn)["Regions"] == [STANDBY]
    hub.update_finding_aggregator(FindingAggregatorArn=arn, RegionLinkingMode="ALL_REGIONS")
    assert "Regions" not in hub.get_finding_aggregator(FindingAggregatorArn=arn)
    hub.delete_finding_aggregator(FindingAggregatorArn=arn)
    assert hub.list_finding_aggregators()["FindingAggregators"] == []


def test_central_configuration_puts_accounts_under_a_policy(world: World, account: str, hub: Any) -> None:
    management = client(world, None, "securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    central = {
        "AutoEnable": False,
        "AutoEnableStandards": "NONE",
        "OrganizationConfiguration": {"ConfigurationType": "CENTRAL"},
    }
    refused(NOBODY, hub.update_organization_configuration, **central)
    management.enable_organization_admin_account(AdminAccountId=account)
    refused(NOBODY, hub.update_organization_configuration, **central)
    hub.create_finding_aggregator(RegionLinkingMode="NO_REGIONS")
    refused("InvalidInputException", hub.update_organization_configuration, **{**central, "AutoEnable": True})
    hub.update_organization_configuration(**central)
    assert (
        hub.describe_organization_configuration()["OrganizationConfiguration"]["ConfigurationType"]
        == "CENTRAL"
    )

    rules = {"EnabledStandardIdentifiers": [PCI], "SecurityControlsConfiguration": {}}
    create = hub.create_configuration_policy
    off = {"SecurityHub": {"ServiceEnabled": False, **rules}}
    refused("InvalidInputException", create, Name="none", ConfigurationPolicy=off)
    policy = create(Name="pci", ConfigurationPolicy={"SecurityHub": {"ServiceEnabled": True, **rules}})["Id"]
    governed = new_account(world, "governed")
    target = {"AccountId": governed}
    refused("ResourceNotFoundException", hub.get_configuration_policy_association, Target=target)
    hub.start_configuration_policy_association(ConfigurationPolicyIdentifier=policy, Target=target)
    assert hub.get_configuration_policy_association(Target=target)["ConfigurationPolicyId"] == policy
    member = client(world, governed, "securityhub")
    assert standards(member) == {PCI}, "the policy enables the hub and its standards"
    subscription = member.get_enabled_standards()["StandardsSubscriptions"][0]["StandardsSubscriptionArn"]
    refused(NOBODY, member.batch_disable_standards, StandardsSubscriptionArns=[subscription])
    refused(NOBODY, member.disable_security_hub)
    refused(NOBODY, client(world, governed, "securityhub", STANDBY).describe_hub)
    refused("ResourceConflictException", hub.delete_configuration_policy, Identifier=policy)
    hub.start_configuration_policy_disassociation(ConfigurationPolicyIdentifier=policy, Target=target)
    hub.delete_configuration_policy(Identifier=policy)
    management.disable_organization_admin_account(AdminAccountId=account)


def test_an_imported_finding_is_an_event(world: World, account: str, hub: Any) -> None:
    hub.enable_security_hub()
    sqs, events = client(world, account, "sqs"), client(world, account, "events")
    queue = sqs.create_queue(QueueName="findings")["QueueUrl"]
    events.put_rule(Name="findings", EventPattern='{"source": ["aws.securityhub"]}')
    events.put_targets(
        Rule="findings", Targets=[{"Id": "q", "Arn": f"arn:aws:sqs:{HOME}:{account}:findings"}]
    )
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": "finding-1",
        "ProductArn": f"arn:aws:securityhub:{HOME}:{account}:product/{account}/default",
        "GeneratorId": "test",
        "AwsAccountId": account,
        "CreatedAt": "2026-01-01T00:00:00Z",
        "UpdatedAt": "2026-01-01T00:00:00Z",
        "Severity": {"Label": "CRITICAL"},
        "Title": "A finding",
        "Description": "Of a test",
        "Resources": [{"Type": "Other", "Id": "thing"}],
    }
    answer = hub.batch_import_findings(Findings=[finding, {**finding, "Id": "finding-2", "Resources": []}])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 1)
    received = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    assert "finding-1" in received[0]["Body"]
    severe = {"SeverityLabel": [{"Value": "CRITICAL", "Comparison": "EQUALS"}]}
    assert [each["Id"] for each in hub.get_findings(Filters=severe)["Findings"]] == ["finding-1"]

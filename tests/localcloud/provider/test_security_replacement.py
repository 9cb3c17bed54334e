"""Which changes of the security services' resources replace them, and which are made in place.

Source: ForceNew in terraform-provider-aws. No emulated AWS is needed: Diff decides from the row alone.
"""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.provider import lifecycle
from localcloud.provider.types import resource_types

REPLACED = {
    "aws:accessanalyzer/analyzer:Analyzer": {"analyzerName", "configuration", "type"},
    "aws:accessanalyzer/archiveRule:ArchiveRule": {"analyzerName", "ruleName"},
    "aws:cfg/aggregateAuthorization:AggregateAuthorization": {"accountId", "authorizedAwsRegion"},
    "aws:cfg/configurationAggregator:ConfigurationAggregator": {"name"},
    "aws:cfg/deliveryChannel:DeliveryChannel": {"name"},
    "aws:cfg/recorder:Recorder": {"name"},
    "aws:cfg/recorderStatus:RecorderStatus": {"name"},
    "aws:ebs/defaultKmsKey:DefaultKmsKey": {"keyArn"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId"},
    "aws:guardduty/detectorFeature:DetectorFeature": {"detectorId", "name"},
    "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount": {"adminAccountId"},
    "aws:guardduty/organizationConfiguration:OrganizationConfiguration": {"detectorId"},
    "aws:guardduty/publishingDestination:PublishingDestination": {"detectorId", "destinationType"},
    "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount": {"accountId"},
    "aws:macie2/organizationAdminAccount:OrganizationAdminAccount": {"adminAccountId"},
    "aws:securityhub/account:Account": {"enableDefaultStandards"},
    "aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation": {"targetId"},
    "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount": {"adminAccountId"},
    "aws:securityhub/standardsSubscription:StandardsSubscription": {"standardsArn"},
}
IN_PLACE = {
    "aws:cfg/deliveryChannel:DeliveryChannel": {"s3BucketName"},
    "aws:cfg/recorderStatus:RecorderStatus": {"isEnabled"},
    "aws:guardduty/detector:Detector": {"enable", "findingPublishingFrequency"},
    "aws:guardduty/publishingDestination:PublishingDestination": {"destinationArn", "kmsKeyArn"},
    "aws:inspector2/enabler:Enabler": {"accountIds", "resourceTypes"},
    "aws:macie2/account:Account": {"status"},
    "aws:securityhub/findingAggregator:FindingAggregator": {"linkingMode", "specifiedRegions"},
}


def replaces(token: str, name: str, before: Any, after: Any) -> bool:
    found = lifecycle.diff(resource_types()[token], {name: before}, {name: after})
    assert found.changed == [name]
    return found.replaces == [name]


@pytest.mark.parametrize(("token", "name"), [(t, n) for t, names in REPLACED.items() for n in sorted(names)])
def test_a_new_value_replaces(token: str, name: str) -> None:
    assert replaces(token, name, "before", "after")


@pytest.mark.parametrize(("token", "name"), [(t, n) for t, names in IN_PLACE.items() for n in sorted(names)])
def test_a_new_value_is_set_in_place(token: str, name: str) -> None:
    assert not replaces(token, name, "before", "after")


@pytest.mark.parametrize(
    "token", [*REPLACED, "aws:guardduty/detector:Detector", "aws:ebs/encryptionByDefault:EncryptionByDefault"]
)
def test_another_region_replaces(token: str) -> None:
    assert replaces(token, "region", "us-east-2", "us-west-2")


@pytest.mark.parametrize("token", ["aws:ebs/defaultKmsKey:DefaultKmsKey", "aws:securityhub/account:Account"])
def test_what_exists_once_is_deleted_before_its_replacement(token: str) -> None:
    """The deletion of the old one would otherwise undo, or hinder, the new one."""
    row = resource_types()[token]
    name = next(iter(row.replace))
    assert lifecycle.diff(row, {name: "before"}, {name: "after"}).delete_before_replace

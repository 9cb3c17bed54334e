"""Security Hub: the audit account administers it here."""

from contextlib import suppress
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.conftest import Stage

PCI = "arn:aws:securityhub:us-east-2::standards/pci-dss/v/4.0.1"
FSBP = "arn:aws:securityhub:us-east-2::standards/aws-foundational-security-best-practices/v/1.0.0"


def _hub(stage: Stage) -> Any:
    client = stage.client("securityhub")
    with suppress(client.exceptions.ResourceConflictException):  # enabled by an earlier case
        client.enable_security_hub(EnableDefaultStandards=False)
    return client


def _administered(stage: Stage) -> Any:
    management = stage.client("securityhub", audit=False)
    management.enable_organization_admin_account(AdminAccountId=stage.audit_account)
    return _hub(stage)


def _central(stage: Stage) -> Any:
    """Central configuration, which policies need."""
    client = _administered(stage)
    if not client.list_finding_aggregators()["FindingAggregators"]:
        client.create_finding_aggregator(RegionLinkingMode="NO_REGIONS")
    client.update_organization_configuration(
        AutoEnable=False,
        AutoEnableStandards="NONE",
        OrganizationConfiguration={"ConfigurationType": "CENTRAL"},
    )
    return client


def _disabled(stage: Stage, _: Any) -> None:
    """No hub, no administrator: the next case starts afresh."""
    client = stage.client("securityhub")
    with suppress(client.exceptions.InvalidAccessException):  # the case's own deletion did it
        client.disable_security_hub()
    management = stage.client("securityhub", audit=False)
    with suppress(management.exceptions.InvalidInputException):  # nobody was designated
        management.disable_organization_admin_account(AdminAccountId=stage.audit_account)


def _policy(stage: Stage, unique: str) -> str:
    hub = {
        "ServiceEnabled": True,
        "EnabledStandardIdentifiers": [PCI],
        "SecurityControlsConfiguration": {"DisabledSecurityControlIdentifiers": []},
    }
    made = _central(stage).create_configuration_policy(Name=unique, ConfigurationPolicy={"SecurityHub": hub})
    return str(made["Id"])


def _association(stage: Stage, unique: str) -> dict[str, Any]:
    return {"policyId": _policy(stage, f"policy-{unique}"), "targetId": stage.audit_account}


def _other_policy(stage: Stage) -> str:
    return _policy(stage, "another-policy")


def _standard(stage: Stage, _: str) -> dict[str, Any]:
    _hub(stage)
    return {"standardsArn": PCI}


def _aggregator(stage: Stage, _: str) -> dict[str, Any]:
    _hub(stage)
    return {"linkingMode": "SPECIFIED_REGIONS", "specifiedRegions": ["us-west-2"]}


def _enrolment(stage: Stage, _: str) -> dict[str, Any]:
    client = _administered(stage)
    if not client.list_finding_aggregators()["FindingAggregators"]:
        client.create_finding_aggregator(RegionLinkingMode="NO_REGIONS")
    kind = {"configurationType": "LOCAL"}
    return {"autoEnable": False, "autoEnableStandards": "NONE", "organizationConfiguration": kind}


def _configuration(stage: Stage, unique: str) -> dict[str, Any]:
    _central(stage)
    parameter = {"name": "loggingLevel", "valueType": "CUSTOM", "enum": {"value": "INFO"}}
    return {
        "name": f"case-{unique}",
        "description": "cardholder data",
        "configurationPolicy": {
            "serviceEnabled": True,
            "enabledStandardArns": [FSBP, PCI],
            "securityControlsConfiguration": {
                "disabledControlIdentifiers": ["EC2.1"],
                "securityControlCustomParameters": [
                    {"securityControlId": "APIGateway.1", "parameters": [parameter]}
                ],
            },
        },
    }


CASES = [
    Case(
        "aws:securityhub/account:Account",
        lambda stage, unique: {
            "enableDefaultStandards": False,
            "controlFindingGenerator": "SECURITY_CONTROL",
        },
        edits={"autoEnableControls": False, "controlFindingGenerator": "STANDARD_CONTROL"},
        cleanup=_disabled,
    ),
    Case(
        "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount",
        lambda stage, unique: {"adminAccountId": stage.audit_account},
        management=True,
        cleanup=_disabled,
    ),
    Case(
        "aws:securityhub/organizationConfiguration:OrganizationConfiguration",
        _enrolment,
        edits={"autoEnable": True, "autoEnableStandards": "DEFAULT"},
        unread=frozenset({"organizationConfiguration"}),  # CENTRAL refuses the other two edits
        stays=True,
        cleanup=_disabled,
    ),
    Case("aws:securityhub/standardsSubscription:StandardsSubscription", _standard, cleanup=_disabled),
    Case(
        "aws:securityhub/findingAggregator:FindingAggregator",
        _aggregator,
        edits={"specifiedRegions": ["us-east-1"]},
        unread=frozenset({"linkingMode"}),  # a mode with Regions and one without are two edits at once
        cleanup=_disabled,
    ),
    Case(
        "aws:securityhub/configurationPolicy:ConfigurationPolicy",
        _configuration,
        edits={
            "name": "renamed",
            "description": "other",
            "configurationPolicy": {"serviceEnabled": False},
        },
        cleanup=_disabled,
    ),
    Case(
        "aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation",
        _association,
        edits={"policyId": _other_policy},
        cleanup=_disabled,
    ),
]

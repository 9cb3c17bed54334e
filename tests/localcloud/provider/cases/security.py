"""GuardDuty, Macie, Access Analyzer, Inspector: the audit account administers them here."""

from contextlib import suppress
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.cases.s3 import bucket
from tests.localcloud.provider.conftest import Stage

KEY = "arn:aws:kms:us-east-2:123456789012:key/11112222-3333-4444-5555-666677778888"
OTHER_KEY = "arn:aws:kms:us-east-2:123456789012:key/99992222-3333-4444-5555-666677778888"


def detector(stage: Stage) -> str:
    """The detector of the audit account."""
    client = stage.client("guardduty")
    found = client.list_detectors()["DetectorIds"]
    return str(found[0] if found else client.create_detector(Enable=True)["DetectorId"])


def _new_detector(stage: Stage, unique: str) -> dict[str, Any]:
    """An account holds one detector, and another test may have left its own."""
    client = stage.client("guardduty")
    for found in client.list_detectors()["DetectorIds"]:
        client.delete_detector(DetectorId=found)
    return {
        "findingPublishingFrequency": "FIFTEEN_MINUTES",
        "datasources": _sources("enable", on=True),
        "tags": {"class": "detector"},
    }


def _guarded(stage: Stage) -> str:
    management = stage.client("guardduty", audit=False)
    management.enable_organization_admin_account(AdminAccountId=stage.audit_account)
    return detector(stage)


def _macie(stage: Stage, *, administrator: bool = False) -> None:
    client = stage.client("macie2")
    with suppress(client.exceptions.ConflictException):  # enabled by an earlier case
        client.enable_macie()
    if administrator:
        management = stage.client("macie2", audit=False)
        management.enable_organization_admin_account(adminAccountId=stage.audit_account)


def _dismissed(service: str, operation: str, member: str, principal: str) -> Any:
    """Takes the administrator's role away again, in the service and in Organizations."""

    def cleanup(stage: Stage, _: Any) -> None:
        client = stage.client(service, audit=False)
        with suppress(client.exceptions.ClientError):  # the case's own deletion did it
            getattr(client, operation)(**{member: stage.audit_account})
        organizations = stage.client("organizations", audit=False)
        with suppress(organizations.exceptions.AccountNotRegisteredException):  # it never was
            organizations.deregister_delegated_administrator(
                AccountId=stage.audit_account, ServicePrincipal=principal
            )

    return cleanup


NO_GUARD = _dismissed(
    "guardduty", "disable_organization_admin_account", "AdminAccountId", "guardduty.amazonaws.com"
)
NO_MACIE = _dismissed("macie2", "disable_organization_admin_account", "adminAccountId", "macie.amazonaws.com")
NO_INSPECTOR = _dismissed(
    "inspector2", "disable_delegated_admin_account", "delegatedAdminAccountId", "inspector2.amazonaws.com"
)


def _agents(setting: str, status: str) -> list[dict[str, str]]:
    return [{"name": "EC2_AGENT_MANAGEMENT", setting: status}]


def _sources(setting: str, *, on: bool) -> dict[str, Any]:
    """Data sources as the older settings name them."""
    volumes = {"scanEc2InstanceWithFindings": {"ebsVolumes": {setting: on}}}
    return {
        "s3Logs": {setting: on},
        "kubernetes": {"auditLogs": {"enable": on}},
        "malwareProtection": volumes,
    }


def _member(stage: Stage, service: str) -> str:
    """Another account of the organization, made for the case."""
    email = f"{service}@example.com"
    client = stage.client("organizations", audit=False)
    answer = client.create_account(Email=email, AccountName=f"{service} member")
    return str(answer["CreateAccountStatus"]["AccountId"])


def _inspected(stage: Stage) -> None:
    management = stage.client("inspector2", audit=False)
    management.enable_delegated_admin_account(delegatedAdminAccountId=stage.audit_account)


def _inspector_member(stage: Stage, _: str) -> dict[str, Any]:
    _inspected(stage)
    return {"accountId": _member(stage, "inspector")}


def _macie_member(stage: Stage, _: str) -> dict[str, Any]:
    _macie(stage, administrator=True)
    return {
        "accountId": _member(stage, "macie"),
        "email": "macie@example.com",
        "status": "ENABLED",
        "tags": {"class": "member"},
    }


def _destination(stage: Stage, unique: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{bucket(stage, unique)}"
    return {
        "detectorId": detector(stage),
        "destinationArn": arn,
        "kmsKeyArn": KEY,
        "tags": {"class": "findings"},
    }


def _other_bucket(stage: Stage) -> str:
    return f"arn:aws:s3:::{bucket(stage, 'other-findings')}"


def _export(stage: Stage, unique: str) -> dict[str, Any]:
    _macie(stage)
    return {"s3Destination": {"bucketName": bucket(stage, unique), "kmsKeyArn": KEY, "keyPrefix": "macie/"}}


def _other_export(stage: Stage) -> dict[str, Any]:
    return {"bucketName": bucket(stage, "other-results"), "kmsKeyArn": KEY}


def _macie_enrolment(stage: Stage, _: str) -> dict[str, Any]:
    _macie(stage, administrator=True)
    return {"autoEnable": True}


def _inspector_enrolment(stage: Stage, _: str) -> dict[str, Any]:
    _inspected(stage)
    return {"autoEnable": {"ec2": True, "ecr": True, "lambda": True, "lambdaCode": True}}


def _analyzed(stage: Stage, unique: str) -> dict[str, Any]:
    stage.client("accessanalyzer").create_analyzer(analyzerName=f"case-{unique}", type="ACCOUNT")
    criteria = [
        {"criteria": "isPublic", "eqs": ["false"]},
        {"criteria": "condition.aws:PrincipalOrgID", "exists": "true"},
    ]
    return {"analyzerName": f"case-{unique}", "ruleName": "known", "filters": criteria}


CASES = [
    Case(
        "aws:guardduty/detector:Detector",
        _new_detector,
        edits={
            "enable": False,
            "findingPublishingFrequency": "ONE_HOUR",
            "datasources": _sources("enable", on=False),
            "tags": {"class": "other", "more": "x"},
        },
    ),
    Case(
        "aws:guardduty/detectorFeature:DetectorFeature",
        lambda stage, unique: {
            "detectorId": detector(stage),
            "name": "RUNTIME_MONITORING",
            "status": "ENABLED",
            "additionalConfigurations": [
                {"name": "EC2_AGENT_MANAGEMENT", "status": "ENABLED"},
                {"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED"},
                {"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"},
            ],
        },
        edits={"status": "DISABLED", "additionalConfigurations": _agents("status", "DISABLED")},
        stays=True,
    ),
    Case(
        "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount",
        lambda stage, unique: {"adminAccountId": stage.audit_account},
        management=True,
        cleanup=NO_GUARD,
    ),
    Case(
        "aws:guardduty/organizationConfiguration:OrganizationConfiguration",
        lambda stage, unique: {
            "detectorId": _guarded(stage),
            "autoEnableOrganizationMembers": "NEW",
            "datasources": _sources("autoEnable", on=True),
        },
        edits={
            "autoEnableOrganizationMembers": "NONE",
            "datasources": _sources("autoEnable", on=False),
        },
        stays=True,
        cleanup=NO_GUARD,
    ),
    Case(
        "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
        lambda stage, unique: {
            "detectorId": _guarded(stage),
            "name": "RUNTIME_MONITORING",
            "autoEnable": "NEW",
            "additionalConfigurations": [
                {"name": "EKS_ADDON_MANAGEMENT", "autoEnable": "NEW"},
                {"name": "ECS_FARGATE_AGENT_MANAGEMENT", "autoEnable": "NEW"},
                {"name": "EC2_AGENT_MANAGEMENT", "autoEnable": "NEW"},
            ],
        },
        edits={"autoEnable": "NONE", "additionalConfigurations": _agents("autoEnable", "NONE")},
        stays=True,
        cleanup=NO_GUARD,
    ),
    Case(
        "aws:guardduty/publishingDestination:PublishingDestination",
        _destination,
        edits={"destinationArn": _other_bucket, "kmsKeyArn": OTHER_KEY, "tags": {"class": "other"}},
    ),
    Case(
        "aws:macie2/account:Account",
        lambda stage, unique: {"findingPublishingFrequency": "FIFTEEN_MINUTES", "status": "ENABLED"},
        edits={"findingPublishingFrequency": "ONE_HOUR", "status": "PAUSED"},
    ),
    Case(
        "aws:macie2/organizationAdminAccount:OrganizationAdminAccount",
        lambda stage, unique: {"adminAccountId": stage.audit_account},
        management=True,
        cleanup=NO_MACIE,
    ),
    Case(
        "aws:macie2/organizationConfiguration:OrganizationConfiguration",
        _macie_enrolment,
        edits={"autoEnable": False},
        stays=True,
        cleanup=NO_MACIE,
    ),
    Case(
        "aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration",
        _export,
        edits={"s3Destination": _other_export},
    ),
    Case(
        "aws:macie2/member:Member",
        _macie_member,
        edits={"status": "PAUSED", "tags": {"class": "other"}},
        cleanup=NO_MACIE,
    ),
    Case(
        "aws:accessanalyzer/analyzer:Analyzer",
        lambda stage, unique: {
            "analyzerName": f"case-{unique}",
            "type": "ACCOUNT_UNUSED_ACCESS",
            "configuration": {
                "unusedAccess": {
                    "unusedAccessAge": 60,
                    "analysisRule": {"exclusions": [{"accountIds": ["111122223333"]}]},
                }
            },
            "tags": {"class": "analyzer"},
        },
        edits={"tags": {"class": "other", "more": "x"}},
    ),
    Case(
        "aws:accessanalyzer/archiveRule:ArchiveRule",
        _analyzed,
        edits={"filters": [{"criteria": "isPublic", "eqs": ["true"]}]},
        cleanup=lambda stage, made: stage.client("accessanalyzer").delete_analyzer(
            analyzerName=made.inputs["analyzerName"]
        ),
    ),
    Case(
        "aws:inspector2/enabler:Enabler",
        lambda stage, unique: {
            "accountIds": [stage.audit_account],
            "resourceTypes": ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"],
        },
        edits={"resourceTypes": ["ECR"]},
        unread=frozenset({"accountIds"}),  # it is the account itself: there is no other to put in its place
    ),
    Case(
        "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount",
        lambda stage, unique: {"accountId": stage.audit_account},
        management=True,
        cleanup=NO_INSPECTOR,
    ),
    Case(
        "aws:inspector2/organizationConfiguration:OrganizationConfiguration",
        _inspector_enrolment,
        edits={"autoEnable": {"ec2": False, "ecr": True, "lambda": True, "lambdaCode": True}},
        stays=True,
        cleanup=NO_INSPECTOR,
    ),
    Case("aws:inspector2/memberAssociation:MemberAssociation", _inspector_member, cleanup=NO_INSPECTOR),
]

"""GuardDuty for an organization: its administrator, and how members and their plans are enrolled.

Source: `aws_guardduty_organization_*` of terraform-provider-aws. An enrolment has no life of its own there:
deleting the resource leaves the setting as it is.
"""

from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.types.guardduty import (
    NOT_OWNED,
    agents_shown,
    agents_to_send,
    given_sources,
    needs_name,
    plan_named,
)
from localcloud.provider.wire import Props


def _administrator(call: Call) -> Props | None:
    found = call.pages("list_organization_admin_accounts", "AdminAccounts")
    return {} if any(each["AdminAccountId"] == call.id for each in found) else None


ORGANIZATION_ADMIN_ACCOUNT = ResourceType(
    token="aws:guardduty/organizationAdminAccount:OrganizationAdminAccount",
    service="guardduty",
    create=Op("enable_organization_admin_account"),
    read=_administrator,
    delete=Op("disable_organization_admin_account"),
    id_parts=("adminAccountId",),
    replace=frozenset({"adminAccountId"}),
    gone=("BadRequestException: is not the delegated administrator",),
)


def _put_enrolment(call: Call) -> Props:
    wanted = call.inputs.get("datasources") or {}
    sources: Props = {}
    if "s3Logs" in wanted:
        sources["S3Logs"] = {"AutoEnable": wanted["s3Logs"]["autoEnable"]}
    if "kubernetes" in wanted:
        sources["Kubernetes"] = {"AuditLogs": {"AutoEnable": wanted["kubernetes"]["auditLogs"]["enable"]}}
    if "malwareProtection" in wanted:
        volumes = wanted["malwareProtection"]["scanEc2InstanceWithFindings"]["ebsVolumes"]["autoEnable"]
        sources["MalwareProtection"] = {
            "ScanEc2InstanceWithFindings": {"EbsVolumes": {"AutoEnable": volumes}}
        }
    call.api(
        "update_organization_configuration",
        DetectorId=call.inputs["detectorId"],
        AutoEnableOrganizationMembers=call.inputs["autoEnableOrganizationMembers"],
        DataSources=sources or None,
    )
    return {}


def _enrolment(call: Call) -> Props:
    found = call.api("describe_organization_configuration", DetectorId=call.id)
    sources = found.get("DataSources", {})
    volumes = (
        sources.get("MalwareProtection", {}).get("ScanEc2InstanceWithFindings", {}).get("EbsVolumes", {})
    )
    live = {
        "s3Logs": {"autoEnable": sources.get("S3Logs", {}).get("AutoEnable", False)},
        "kubernetes": {
            "auditLogs": {
                "enable": sources.get("Kubernetes", {}).get("AuditLogs", {}).get("AutoEnable", False)
            }
        },
        "malwareProtection": {
            "scanEc2InstanceWithFindings": {"ebsVolumes": {"autoEnable": volumes.get("AutoEnable", False)}}
        },
    }
    members = found.get("AutoEnableOrganizationMembers")
    return {"autoEnableOrganizationMembers": members, "datasources": given_sources(call, live)}


ORGANIZATION_CONFIGURATION = ResourceType(
    token="aws:guardduty/organizationConfiguration:OrganizationConfiguration",
    service="guardduty",
    create=_put_enrolment,
    read=_enrolment,
    delete=None,
    changes=(Change(("autoEnableOrganizationMembers", "datasources"), _put_enrolment),),
    id_parts=("detectorId",),
    replace=frozenset({"detectorId"}),
    kept=frozenset({"datasources"}),
    outside=frozenset({"datasources"}),  # organization configuration features switch the same plans
    gone=NOT_OWNED,
    checked_by=("update_organization_configuration",),
)


def _put_enrolled_feature(call: Call) -> Props:
    detector = call.inputs["detectorId"]
    current = call.api("describe_organization_configuration", DetectorId=detector)
    feature: Props = {"Name": call.inputs["name"], "AutoEnable": call.inputs["autoEnable"]}
    configurations = agents_to_send(call, "autoEnable")
    if configurations:
        feature["AdditionalConfiguration"] = configurations
    call.api(
        "update_organization_configuration",
        DetectorId=detector,
        AutoEnableOrganizationMembers=current["AutoEnableOrganizationMembers"],
        Features=[feature],
    )
    return {}


def _enrolled_feature(call: Call) -> Props | None:
    parts = call.parts()
    features = (
        call.api("describe_organization_configuration", DetectorId=parts["detectorId"]).get("Features") or []
    )
    found = plan_named(features, parts["name"])
    if found is None:
        return None
    configurations = agents_shown(call, found.get("AdditionalConfiguration") or [], "autoEnable")
    return {"autoEnable": found["AutoEnable"], "additionalConfigurations": configurations}


ORGANIZATION_CONFIGURATION_FEATURE = ResourceType(
    token="aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
    service="guardduty",
    create=_put_enrolled_feature,
    read=_enrolled_feature,
    delete=None,
    changes=(Change(("autoEnable", "additionalConfigurations"), _put_enrolled_feature),),
    id_parts=("detectorId", "name"),
    replace=frozenset({"detectorId", "name"}),
    gone=NOT_OWNED,
    check=needs_name,
)

TYPES = [ORGANIZATION_ADMIN_ACCOUNT, ORGANIZATION_CONFIGURATION, ORGANIZATION_CONFIGURATION_FEATURE]

"""GuardDuty: detectors, their protection plans, the organization's enrolment, export of findings.

Source: `aws_guardduty_*` of terraform-provider-aws. A plan and an enrolment have no life of their own there:
deleting the resource leaves the setting as it is.
"""

from typing import Any

from localcloud.provider.model import Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

NOT_OWNED = ("BadRequestException: not owned",)


def _detector(call: Call) -> Props:
    found = call.api("get_detector", DetectorId=call.id)
    return {
        "arn": f"arn:aws:guardduty:{call.region}:{call.account}:detector/{call.id}",
        "accountId": call.account,
        "enable": found["Status"] == "ENABLED",
        "findingPublishingFrequency": found["FindingPublishingFrequency"],
        "datasources": _given(call, _datasources(found["DataSources"])),
        "tags": dict(found.get("Tags") or {}),
    }


def _datasources(found: Props) -> Props:
    def on(*path: str) -> dict[str, bool]:
        inner: Any = found
        for step in path:
            inner = inner.get(step, {})
        return {"enable": inner.get("Status") == "ENABLED"}

    volumes = on("MalwareProtection", "ScanEc2InstanceWithFindings", "EbsVolumes")
    return {
        "s3Logs": on("S3Logs"),
        "kubernetes": {"auditLogs": on("Kubernetes", "AuditLogs")},
        "malwareProtection": {"scanEc2InstanceWithFindings": {"ebsVolumes": volumes}},
    }


def _given(call: Call, live: Props) -> Props:
    """The sources the program speaks of; all of them when it speaks of none (AWS chose them then)."""
    wanted = call.inputs.get("datasources")
    return {name: value for name, value in live.items() if name in wanted} if wanted else live


def _sources(call: Call) -> Props | None:
    wanted = call.inputs.get("datasources")
    if not wanted:
        return None
    sources: Props = {}
    if "s3Logs" in wanted:
        sources["S3Logs"] = {"Enable": wanted["s3Logs"]["enable"]}
    if "kubernetes" in wanted:
        sources["Kubernetes"] = {"AuditLogs": {"Enable": wanted["kubernetes"]["auditLogs"]["enable"]}}
    if "malwareProtection" in wanted:
        volumes = wanted["malwareProtection"]["scanEc2InstanceWithFindings"]["ebsVolumes"]["enable"]
        sources["MalwareProtection"] = {"ScanEc2InstanceWithFindings": {"EbsVolumes": volumes}}
    return sources


def _create_detector(call: Call) -> str:
    made: str = call.api(
        "create_detector",
        Enable=call.inputs["enable"],
        FindingPublishingFrequency=call.inputs.get("findingPublishingFrequency"),
        DataSources=_sources(call),
        **call.tag_parameters("create_detector"),
    )["DetectorId"]
    return made


def _update_detector(call: Call) -> None:
    call.api(
        "update_detector",
        DetectorId=call.id,
        Enable=call.inputs["enable"],
        FindingPublishingFrequency=call.inputs.get("findingPublishingFrequency"),
        DataSources=_sources(call) if call.changed("datasources") else None,
    )


DETECTOR = ResourceType(
    token="aws:guardduty/detector:Detector",
    service="guardduty",
    create=_create_detector,
    read=_detector,
    delete=Op("delete_detector", key={"DetectorId": "id"}),
    changes=(Change(("enable", "findingPublishingFrequency", "datasources"), _update_detector),),
    defaults={"enable": True},
    kept=frozenset({"findingPublishingFrequency", "datasources"}),
    outside=frozenset({"datasources"}),  # detector features switch the same plans
    gone=NOT_OWNED,
    tags=TagApi("tag_resource", "untag_resource", key={"ResourceArn": "arn"}),
    checked_by=("update_detector",),
)


def _configurations(call: Call, setting: str) -> list[Props] | None:
    """The agents of a runtime plan as the API takes them; `setting` is the property that holds their state."""
    wanted = call.inputs.get("additionalConfigurations") or []
    member = setting[0].upper() + setting[1:]
    return [{"Name": each["name"], member: each[setting]} for each in wanted] or None


def _shown_configurations(call: Call, found: list[Props], setting: str) -> list[Props]:
    """The agents the program speaks of, in its order; all on import. GuardDuty lists every agent of a plan."""
    member = setting[0].upper() + setting[1:]
    live = {each["Name"]: {"name": each["Name"], setting: each[member]} for each in found}
    if not call.inputs:
        return list(live.values())
    wanted = [each["name"] for each in call.inputs.get("additionalConfigurations") or []]
    return [live[name] for name in wanted if name in live]


def _has_name(inputs: Props) -> list[tuple[str, str]]:
    return (
        []
        if inputs.get("name") is not None
        else [("name", "give the name of a protection plan, e.g. S3_DATA_EVENTS")]
    )


def _named(features: list[Props], name: str) -> Props | None:
    return next((each for each in features if each["Name"] == name), None)


def _put_feature(call: Call) -> Props:
    feature: Props = {"Name": call.inputs["name"], "Status": call.inputs["status"]}
    configurations = _configurations(call, "status")
    if configurations:
        feature["AdditionalConfiguration"] = configurations
    call.api("update_detector", DetectorId=call.inputs["detectorId"], Features=[feature])
    return {}


def _feature(call: Call) -> Props | None:
    parts = call.parts()
    found = _named(call.api("get_detector", DetectorId=parts["detectorId"])["Features"], parts["name"])
    if found is None:
        return None
    configurations = _shown_configurations(call, found.get("AdditionalConfiguration") or [], "status")
    return {"status": found["Status"], "additionalConfigurations": configurations}


DETECTOR_FEATURE = ResourceType(
    token="aws:guardduty/detectorFeature:DetectorFeature",
    service="guardduty",
    create=_put_feature,
    read=_feature,
    delete=None,
    changes=(Change(("status", "additionalConfigurations"), _put_feature),),
    id_parts=("detectorId", "name"),
    replace=frozenset({"detectorId", "name"}),
    unordered=frozenset({"additionalConfigurations"}),
    gone=NOT_OWNED,
    check=_has_name,
)


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
    return {"autoEnableOrganizationMembers": members, "datasources": _given(call, live)}


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
    configurations = _configurations(call, "autoEnable")
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
    found = _named(features, parts["name"])
    if found is None:
        return None
    configurations = _shown_configurations(call, found.get("AdditionalConfiguration") or [], "autoEnable")
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
    check=_has_name,
)


def _properties(call: Call) -> Props:
    return {"DestinationArn": call.inputs["destinationArn"], "KmsKeyArn": call.inputs["kmsKeyArn"]}


def _create_destination(call: Call) -> Props:
    made = call.api(
        "create_publishing_destination",
        DetectorId=call.inputs["detectorId"],
        DestinationType=call.inputs["destinationType"],
        DestinationProperties=_properties(call),
        **call.tag_parameters("create_publishing_destination"),
    )
    return {"destinationId": made["DestinationId"]}


def _update_destination(call: Call) -> None:
    parts = call.parts()
    call.api(
        "update_publishing_destination",
        DetectorId=parts["detectorId"],
        DestinationId=parts["destinationId"],
        DestinationProperties=_properties(call),
    )


def _destination(call: Call) -> Props:
    parts = call.parts()
    found = call.api(
        "describe_publishing_destination",
        DetectorId=parts["detectorId"],
        DestinationId=parts["destinationId"],
    )
    where = f"detector/{parts['detectorId']}/publishingDestination/{parts['destinationId']}"
    return {
        "arn": f"arn:aws:guardduty:{call.region}:{call.account}:{where}",
        "destinationType": found["DestinationType"],
        "destinationArn": found["DestinationProperties"].get("DestinationArn"),
        "kmsKeyArn": found["DestinationProperties"].get("KmsKeyArn"),
        "tags": dict(found.get("Tags") or {}),
    }


PUBLISHING_DESTINATION = ResourceType(
    token="aws:guardduty/publishingDestination:PublishingDestination",
    service="guardduty",
    create=_create_destination,
    read=_destination,
    delete=Op("delete_publishing_destination"),
    changes=(Change(("destinationArn", "kmsKeyArn"), _update_destination),),
    id_parts=("detectorId", "destinationId"),
    separator=":",
    replace=frozenset({"detectorId", "destinationType"}),
    defaults={"destinationType": "S3"},
    gone=(*NOT_OWNED, "BadRequestException: destinationId does not exist"),
    tags=TagApi("tag_resource", "untag_resource", key={"ResourceArn": "arn"}),
    checked_by=("create_publishing_destination",),
)

TYPES = [
    DETECTOR,
    DETECTOR_FEATURE,
    ORGANIZATION_ADMIN_ACCOUNT,
    ORGANIZATION_CONFIGURATION,
    ORGANIZATION_CONFIGURATION_FEATURE,
    PUBLISHING_DESTINATION,
]

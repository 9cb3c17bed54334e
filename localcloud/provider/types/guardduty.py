"""GuardDuty: detectors, their protection plans, export of findings.

Source: `aws_guardduty_*` of terraform-provider-aws. A plan has no life of its own there: deleting the resource
leaves the plan as it is. The organization's enrolment is in `guardduty_organization`.
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
        "datasources": given_sources(call, _datasources(found["DataSources"])),
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


def given_sources(call: Call, live: Props) -> Props:
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


def agents_to_send(call: Call, setting: str) -> list[Props] | None:
    """The agents of a runtime plan as the API takes them; `setting` is the property that holds their state."""
    wanted = call.inputs.get("additionalConfigurations") or []
    member = setting[0].upper() + setting[1:]
    return [{"Name": each["name"], member: each[setting]} for each in wanted] or None


def agents_shown(call: Call, found: list[Props], setting: str) -> list[Props]:
    """The agents the program speaks of, in its order; all on import. GuardDuty lists every agent of a plan."""
    member = setting[0].upper() + setting[1:]
    live = {each["Name"]: {"name": each["Name"], setting: each[member]} for each in found}
    if not call.inputs:
        return list(live.values())
    wanted = [each["name"] for each in call.inputs.get("additionalConfigurations") or []]
    return [live[name] for name in wanted if name in live]


def needs_name(inputs: Props) -> list[tuple[str, str]]:
    """A plan without a name would be given a made-up one."""
    return (
        []
        if inputs.get("name") is not None
        else [("name", "give the name of a protection plan, e.g. S3_DATA_EVENTS")]
    )


def plan_named(features: list[Props], name: str) -> Props | None:
    """One plan of a list of them."""
    return next((each for each in features if each["Name"] == name), None)


def _put_feature(call: Call) -> Props:
    feature: Props = {"Name": call.inputs["name"], "Status": call.inputs["status"]}
    configurations = agents_to_send(call, "status")
    if configurations:
        feature["AdditionalConfiguration"] = configurations
    call.api("update_detector", DetectorId=call.inputs["detectorId"], Features=[feature])
    return {}


def _feature(call: Call) -> Props | None:
    parts = call.parts()
    found = plan_named(call.api("get_detector", DetectorId=parts["detectorId"])["Features"], parts["name"])
    if found is None:
        return None
    configurations = agents_shown(call, found.get("AdditionalConfiguration") or [], "status")
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
    check=needs_name,
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

TYPES = [DETECTOR, DETECTOR_FEATURE, PUBLISHING_DESTINATION]

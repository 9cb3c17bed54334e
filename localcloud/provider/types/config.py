"""AWS Config: recorder, its switch, delivery channel. Source: `aws_config_*` of terraform-provider-aws."""

from typing import Any

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType
from localcloud.provider.wire import Props

NAME = AutoName(prefix=None, limit=256)


def _group(wanted: Props) -> Props:
    """The recording group as the API takes it."""
    group: Props = {"allSupported": wanted.get("allSupported", True)}
    if wanted.get("includeGlobalResourceTypes") is not None:
        group["includeGlobalResourceTypes"] = wanted["includeGlobalResourceTypes"]
    if wanted.get("resourceTypes"):
        group["resourceTypes"] = list(wanted["resourceTypes"])
    for exclusion in wanted.get("exclusionByResourceTypes") or []:
        group["exclusionByResourceTypes"] = {"resourceTypes": list(exclusion.get("resourceTypes") or [])}
    for strategy in wanted.get("recordingStrategies") or []:
        group["recordingStrategy"] = {"useOnly": strategy.get("useOnly")}
    return group


def _mode(wanted: Props) -> Props:
    mode: Props = {"recordingFrequency": wanted.get("recordingFrequency", "CONTINUOUS")}
    override = wanted.get("recordingModeOverride")
    if override:
        mode["recordingModeOverrides"] = [
            {name: value for name, value in override.items() if value is not None}
        ]
    return mode


def _put_recorder(call: Call) -> Props:
    recorder: Props = {"name": call.inputs["name"], "roleARN": call.inputs["roleArn"]}
    if call.inputs.get("recordingGroup"):
        recorder["recordingGroup"] = _group(call.inputs["recordingGroup"])
    if call.inputs.get("recordingMode"):
        recorder["recordingMode"] = _mode(call.inputs["recordingMode"])
    call.api("put_configuration_recorder", ConfigurationRecorder=recorder)
    return {}


def _recorder(call: Call) -> Props | None:
    found = call.api("describe_configuration_recorders", ConfigurationRecorderNames=[call.id])
    if not found["ConfigurationRecorders"]:
        return None
    recorder = found["ConfigurationRecorders"][0]
    return {
        "roleArn": recorder["roleARN"],
        "recordingGroup": _shown_group(
            recorder.get("recordingGroup") or {}, call.inputs.get("recordingGroup") or {}
        ),
        "recordingMode": _shown_mode(recorder.get("recordingMode") or {}),
    }


def _shown_group(group: Props, wanted: Props) -> Props:
    """The recording group as the program would write it.

    Config names the strategy that follows from the other settings; it is shown when the program names one, or
    when it is not the one that follows (then someone has changed it).
    """
    strategy = group.get("recordingStrategy", {}).get("useOnly")
    kept = wanted.get("recordingStrategies") or strategy == "EXCLUSION_BY_RESOURCE_TYPES"
    excluded = group.get("exclusionByResourceTypes", {}).get("resourceTypes")
    shown: Props = {
        "allSupported": group.get("allSupported", False),
        "includeGlobalResourceTypes": group.get("includeGlobalResourceTypes", False),
    }
    if group.get("resourceTypes"):
        shown["resourceTypes"] = group["resourceTypes"]
    if excluded:
        shown["exclusionByResourceTypes"] = [{"resourceTypes": excluded}]
    if strategy and kept:
        shown["recordingStrategies"] = [{"useOnly": strategy}]
    if "allSupported" not in wanted and wanted and shown["allSupported"]:
        shown.pop("allSupported")  # true is the default of the property
    return shown


def _shown_mode(mode: Props) -> Props:
    shown: Props = {"recordingFrequency": mode.get("recordingFrequency", "CONTINUOUS")}
    overrides: list[Any] = mode.get("recordingModeOverrides") or []
    return {**shown, "recordingModeOverride": overrides[0]} if overrides else shown


RECORDER = ResourceType(
    token="aws:cfg/recorder:Recorder",
    service="config",
    create=_put_recorder,
    read=_recorder,
    delete=Op("delete_configuration_recorder", key={"ConfigurationRecorderName": "id"}),
    changes=(Change(("roleArn", "recordingGroup", "recordingMode"), _put_recorder),),
    id_parts=("name",),
    replace=frozenset({"name"}),
    kept=frozenset({"recordingGroup", "recordingMode"}),
    unordered=frozenset(
        {
            "recordingGroup.resourceTypes",
            "recordingGroup.exclusionByResourceTypes.resourceTypes",
            "recordingMode.recordingModeOverride.resourceTypes",
        }
    ),
    auto_name=NAME,
)


def _switch_recorder(call: Call) -> Props:
    operation = "start_configuration_recorder" if call.inputs["isEnabled"] else "stop_configuration_recorder"
    call.api(operation, ConfigurationRecorderName=call.inputs["name"])
    return {}


def _recording(call: Call) -> Props | None:
    found = call.api("describe_configuration_recorder_status", ConfigurationRecorderNames=[call.id])
    statuses = found["ConfigurationRecordersStatus"]
    return {"isEnabled": statuses[0]["recording"]} if statuses else None


def _stop_recorder(call: Call) -> None:
    call.api("stop_configuration_recorder", ConfigurationRecorderName=call.id)


RECORDER_STATUS = ResourceType(
    token="aws:cfg/recorderStatus:RecorderStatus",
    service="config",
    create=_switch_recorder,
    read=_recording,
    delete=_stop_recorder,
    changes=(Change(("isEnabled",), _switch_recorder),),
    id_parts=("name",),
    replace=frozenset({"name"}),
    auto_name=NAME,
)


def _put_channel(call: Call) -> Props:
    inputs = call.inputs
    properties = inputs.get("snapshotDeliveryProperties") or {}
    channel: Props = {
        "name": inputs["name"],
        "s3BucketName": inputs["s3BucketName"],
        "s3KeyPrefix": inputs.get("s3KeyPrefix"),
        "s3KmsKeyArn": inputs.get("s3KmsKeyArn"),
        "snsTopicARN": inputs.get("snsTopicArn"),
    }
    channel = {name: value for name, value in channel.items() if value}
    if properties.get("deliveryFrequency"):
        channel["configSnapshotDeliveryProperties"] = {"deliveryFrequency": properties["deliveryFrequency"]}
    call.api("put_delivery_channel", DeliveryChannel=channel)
    return {}


def _channel(call: Call) -> Props | None:
    found = call.api("describe_delivery_channels", DeliveryChannelNames=[call.id])["DeliveryChannels"]
    return call.properties(found[0]) if found else None


DELIVERY_CHANNEL = ResourceType(
    token="aws:cfg/deliveryChannel:DeliveryChannel",
    service="config",
    create=_put_channel,
    read=_channel,
    delete=Op("delete_delivery_channel", key={"DeliveryChannelName": "id"}),
    changes=(
        Change(
            ("s3BucketName", "s3KeyPrefix", "s3KmsKeyArn", "snsTopicArn", "snapshotDeliveryProperties"),
            _put_channel,
        ),
    ),
    id_parts=("name",),
    names={"snapshotDeliveryProperties": "configSnapshotDeliveryProperties"},
    replace=frozenset({"name"}),
    auto_name=NAME,
)


TYPES = [RECORDER, RECORDER_STATUS, DELIVERY_CHANNEL]

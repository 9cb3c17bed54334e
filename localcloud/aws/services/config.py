"""AWS Config: what moto's own implementation lacks or is too lenient about.

moto keeps recorders, channels, aggregators and rules. Added here: the recording mode and ARN of a recorder, the
name `default` when none is given, tags of recorders and authorizations, and the checks of the delivery bucket.
A bucket whose Object Lock has a default retention cannot take Config's files: PutDeliveryChannel refuses it.
Nothing is recorded or delivered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.config.models import config_backends
from moto.core.exceptions import JsonRESTError

from localcloud.aws.buckets import bucket_exists, default_retention_of
from localcloud.aws.calls import ApiError, Call, Reply, Store, after, before, operation
from localcloud.aws.organization import organization_of

DEFAULT = "default"
#: principals whose delegated administrators may aggregate the organization
PRINCIPALS = ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com")
#: recording mode by recorder name
MODES: Store[dict[str, dict[str, Any]]] = Store(dict)


@contextmanager
def _moto_errors() -> Iterator[None]:
    """moto's refusals as errors of ours."""
    try:
        yield
    except JsonRESTError as error:
        raise ApiError(error.error_type, error.message, error.code) from error


@operation("config", "PutConfigurationRecorder")
def put_recorder(call: Call) -> None:
    """moto's own check and record, under the default name when there is none, and the mode besides."""
    recorder = call.params["ConfigurationRecorder"]
    name = recorder.setdefault("name", DEFAULT)
    mode = recorder.pop("recordingMode", None) or {"recordingFrequency": "CONTINUOUS"}
    for override in mode.get("recordingModeOverrides", []):
        if not override["resourceTypes"]:
            raise ApiError(
                "ValidationException", "An override of the recording mode must name its resource types."
            )
    with _moto_errors():
        config_backends[call.account][call.region].put_configuration_recorder(recorder)
    MODES.of(call)[name] = mode


@operation("config", "DescribeConfigurationRecorders")
def describe_recorders(call: Call) -> dict[str, Any]:
    """The recorders, with mode and ARN."""
    names = call.params.get("ConfigurationRecorderNames")
    with _moto_errors():
        found = config_backends[call.account][call.region].describe_configuration_recorders(names)
    for recorder in found:
        name = recorder["name"]
        recorder["recordingMode"] = MODES.of(call).get(name, {"recordingFrequency": "CONTINUOUS"})
        recorder["arn"] = f"arn:aws:config:{call.region}:{call.account}:configuration-recorder/{name}"
    return {"ConfigurationRecorders": found}


@after("config", "DeleteConfigurationRecorder")
def forget_mode(call: Call, _reply: Reply) -> None:
    """A recorder of the same name starts afresh."""
    MODES.of(call).pop(call.params["ConfigurationRecorderName"], None)


@before("config", "PutDeliveryChannel")
def check_bucket(call: Call) -> None:
    """Config writes a test object when the channel is set; a bucket it cannot write to is refused."""
    bucket = call.params["DeliveryChannel"].get("s3BucketName")
    if not bucket:
        return  # moto words this refusal
    if not bucket_exists(bucket):
        raise ApiError(
            "NoSuchBucketException", f"Cannot find a S3 bucket with an empty bucket name or {bucket}."
        )
    mode = default_retention_of(bucket)
    if mode:
        raise ApiError(
            "InsufficientDeliveryPolicyException",
            f"Insufficient delivery policy to s3 bucket: {bucket}, unable to write to bucket: its Object Lock has a "
            f"default retention ({mode}), under which AWS Config cannot deliver.",
        )


@before("config", "DeleteDeliveryChannel")
def keep_while_recording(call: Call) -> None:
    """The last channel stays as long as a recorder runs."""
    backend = config_backends[call.account][call.region]
    if any(recorder.status.recording for recorder in backend.recorders.values()):
        name = call.params["DeliveryChannelName"]
        raise ApiError(
            "LastDeliveryChannelDeleteFailedException",
            f"Failed to delete last specified delivery channel with name '{name}', "
            "because there is a running configuration recorder.",
        )


@operation("config", "DescribeDeliveryChannelStatus")
def channel_status(call: Call) -> dict[str, Any]:
    """Channels that exist; nothing has been delivered yet."""
    names = call.params.get("DeliveryChannelNames", [])
    with _moto_errors():
        channels = config_backends[call.account][call.region].describe_delivery_channels(names)
    return {"DeliveryChannelsStatus": [{"name": channel["name"]} for channel in channels]}


@before("config", "PutConfigurationAggregator")
def check_aggregator(call: Call) -> None:
    """Only the organization's management account or a delegated administrator may aggregate it."""
    aggregator = config_backends[call.account][call.region].config_aggregators.get(
        call.params["ConfigurationAggregatorName"]
    )
    if aggregator and "Tags" not in call.params:
        call.notes["tags"] = aggregator.tags
    if not call.params.get("OrganizationAggregationSource"):
        return
    organization = organization_of(call.account, call.region)
    if organization is None:
        raise ApiError(
            "NoAvailableOrganizationException",
            "AWS Organizations is not in use: this account does not belong to an organization.",
        )
    allowed = {organization.management_account_id}
    for principal in PRINCIPALS:
        allowed.update(organization.delegated_administrators(principal))
    if call.account not in allowed:
        raise ApiError(
            "OrganizationAccessDeniedException",
            "This action can only be performed by the management account or a delegated administrator of AWS Config.",
        )


@after("config", "PutConfigurationAggregator")
def keep_tags(call: Call, _reply: Reply) -> None:
    """A change that names no tags leaves them; moto 5.2.5 drops them."""
    if "tags" in call.notes:
        aggregators = config_backends[call.account][call.region].config_aggregators
        aggregators[call.params["ConfigurationAggregatorName"]].tags = call.notes["tags"]

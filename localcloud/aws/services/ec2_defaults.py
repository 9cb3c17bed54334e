"""EC2: the settings of an account in a Region that moto lacks.

Default EBS key, public access of snapshots, images and VPCs, instance metadata defaults, serial console.
Settings are kept and checked; of them, moto applies the default key to volumes, and the rest has no effect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.kms.models import kms_backends

from localcloud.aws.calls import ApiError, Call, Store, operation

#: what GetEbsDefaultKmsKeyId answers until a key of the customer's own is set
AWS_KEY = "alias/aws/ebs"
NO_PREFERENCE = "no-preference"
METADATA = (
    "HttpTokens",
    "HttpPutResponseHopLimit",
    "HttpEndpoint",
    "InstanceMetadataTags",
    "HttpTokensEnforced",
)
LONGEST_HOPS = 64


@dataclass
class Defaults:
    """The settings of one account in one Region, as they are before anyone changes them."""

    own_key: str = ""
    snapshots: str = "unblocked"
    images: str = "unblocked"
    gateways: str = "off"
    gateways_changed: datetime | None = None
    serial_console: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)


DEFAULTS: Store[Defaults] = Store(Defaults)


def _backend(call: Call) -> Any:
    """moto's EC2 of the account and Region; imported here, since its catalogues take a second to load."""
    from moto.ec2.models import ec2_backends

    return ec2_backends[call.account][call.region]


@operation("ec2", "GetEbsDefaultKmsKeyId")
def get_key(call: Call) -> dict[str, Any]:
    """The key new volumes are encrypted with."""
    return {"KmsKeyId": DEFAULTS.of(call).own_key or AWS_KEY}


@operation("ec2", "ModifyEbsDefaultKmsKeyId")
def set_key(call: Call) -> dict[str, Any]:
    """Sets the key, by id, ARN or alias. A key of this account and Region must exist."""
    wanted = call.params["KmsKeyId"]
    arn = wanted if _elsewhere(call, wanted) else _own_key(call, wanted)
    DEFAULTS.of(call).own_key = arn
    _backend(call).default_kms_key_id = arn
    return {"KmsKeyId": arn}


@operation("ec2", "ResetEbsDefaultKmsKeyId")
def reset_key(call: Call) -> dict[str, Any]:
    """Back to the AWS managed key."""
    DEFAULTS.of(call).own_key = ""
    _backend(call).default_kms_key_id = ""
    return {"KmsKeyId": AWS_KEY}


@operation("ec2", "GetSnapshotBlockPublicAccessState")
def get_snapshots(call: Call) -> dict[str, Any]:
    """Whether snapshots can be shared with everyone."""
    return {"State": DEFAULTS.of(call).snapshots, "ManagedBy": "account"}


@operation("ec2", "EnableSnapshotBlockPublicAccess")
def block_snapshots(call: Call) -> dict[str, Any]:
    """Blocks new sharing, or all of it."""
    state = _choice(call, "State", "block-all-sharing", "block-new-sharing")
    DEFAULTS.of(call).snapshots = state
    return {"State": state}


@operation("ec2", "DisableSnapshotBlockPublicAccess")
def unblock_snapshots(call: Call) -> dict[str, Any]:
    """Lets snapshots be shared."""
    DEFAULTS.of(call).snapshots = "unblocked"
    return {"State": "unblocked"}


@operation("ec2", "GetImageBlockPublicAccessState")
def get_images(call: Call) -> dict[str, Any]:
    """Whether images can be shared with everyone."""
    return {"ImageBlockPublicAccessState": DEFAULTS.of(call).images, "ManagedBy": "account"}


@operation("ec2", "EnableImageBlockPublicAccess")
def block_images(call: Call) -> dict[str, Any]:
    """Blocks new sharing of images."""
    state = _choice(call, "ImageBlockPublicAccessState", "block-new-sharing")
    DEFAULTS.of(call).images = state
    return {"ImageBlockPublicAccessState": state}


@operation("ec2", "DisableImageBlockPublicAccess")
def unblock_images(call: Call) -> dict[str, Any]:
    """Lets images be shared."""
    DEFAULTS.of(call).images = "unblocked"
    return {"ImageBlockPublicAccessState": "unblocked"}


@operation("ec2", "GetSerialConsoleAccessStatus")
def get_serial(call: Call) -> dict[str, Any]:
    """Whether the serial console can be used."""
    return {"SerialConsoleAccessEnabled": DEFAULTS.of(call).serial_console, "ManagedBy": "account"}


@operation("ec2", "EnableSerialConsoleAccess", "DisableSerialConsoleAccess")
def switch_serial(call: Call) -> dict[str, Any]:
    """Allows or forbids the serial console."""
    DEFAULTS.of(call).serial_console = call.operation.startswith("Enable")
    return {"SerialConsoleAccessEnabled": DEFAULTS.of(call).serial_console}


@operation("ec2", "GetInstanceMetadataDefaults")
def get_metadata(call: Call) -> dict[str, Any]:
    """The defaults that were set; those without a preference are left out."""
    return {"AccountLevel": {**DEFAULTS.of(call).metadata, "ManagedBy": "account"}}


@operation("ec2", "ModifyInstanceMetadataDefaults")
def set_metadata(call: Call) -> dict[str, Any]:
    """Sets the defaults that are named; `no-preference` (or -1 hops) takes one back."""
    hops = call.params.get("HttpPutResponseHopLimit")
    if hops is not None and hops != -1 and not 1 <= hops <= LONGEST_HOPS:
        raise ApiError(
            "InvalidParameterValue", f"HttpPutResponseHopLimit must be -1, or 1 to {LONGEST_HOPS}", 400
        )
    if "HttpTokens" in call.params:
        _choice(call, "HttpTokens", "optional", "required", NO_PREFERENCE)
    for name in ("HttpEndpoint", "InstanceMetadataTags", "HttpTokensEnforced"):
        if name in call.params:
            _choice(call, name, "enabled", "disabled", NO_PREFERENCE)
    current = DEFAULTS.of(call).metadata
    for name in METADATA:
        if name in call.params:
            current[name] = call.params[name]
        if current.get(name) in (NO_PREFERENCE, -1):
            current.pop(name)
    return {"Return": True}


@operation("ec2", "DescribeVpcBlockPublicAccessOptions")
def get_gateways(call: Call) -> dict[str, Any]:
    """Whether internet gateways carry traffic."""
    return _gateways(call)


@operation("ec2", "ModifyVpcBlockPublicAccessOptions")
def set_gateways(call: Call) -> dict[str, Any]:
    """Blocks internet gateways one way, both ways, or not at all."""
    defaults = DEFAULTS.of(call)
    defaults.gateways = _choice(
        call, "InternetGatewayBlockMode", "off", "block-bidirectional", "block-ingress"
    )
    defaults.gateways_changed = datetime.now(UTC)
    return _gateways(call)


def _gateways(call: Call) -> dict[str, Any]:
    defaults = DEFAULTS.of(call)
    options: dict[str, Any] = {
        "AwsAccountId": call.account,
        "AwsRegion": call.region,
        "State": "update-complete" if defaults.gateways_changed else "default-state",
        "InternetGatewayBlockMode": defaults.gateways,
        "ManagedBy": "account",
        "ExclusionsAllowed": "allowed",
    }
    if defaults.gateways_changed:
        options["LastUpdateTimestamp"] = defaults.gateways_changed
    return {"VpcBlockPublicAccessOptions": options}


def _choice(call: Call, name: str, *allowed: str) -> str:
    value = str(call.params.get(name, ""))
    if value not in allowed:
        raise ApiError(
            "InvalidParameterValue",
            f"Invalid value '{value}' for {name}. Valid values: {', '.join(allowed)}",
            400,
        )
    return value


def _elsewhere(call: Call, key: str) -> bool:
    """Whether a key's ARN names another account."""
    return key.startswith("arn:") and key.split(":")[4] != call.account


def _own_key(call: Call, key: str) -> str:
    try:
        return str(kms_backends[call.account][call.region].describe_key(key).arn)
    except (ServiceException, KeyError, AttributeError) as error:
        raise ApiError("InvalidKmsKey.NotFound", f"KMS key {key} does not exist", 400) from error

"""EBS and EC2 settings of an account in a Region: one of each, there from the beginning, never created.

Source: `aws_ebs_*`, `aws_ec2_*` and `aws_vpc_block_public_access_options` of terraform-provider-aws. Deleting
such a resource puts AWS's own default back, except for images, where the setting stays.
"""

from collections.abc import Callable

from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.wire import Props

NO_PREFERENCE = "no-preference"


def _switched(property_name: str, enable: str, disable: str) -> Callable[[Call], str]:
    """A step that switches a setting by one of two operations; the resource's id is the Region."""

    def step(call: Call) -> str:
        call.api(enable if call.inputs[property_name] else disable)
        return call.region

    return step


def _encryption(call: Call) -> Props:
    return {"enabled": call.api("get_ebs_encryption_by_default")["EbsEncryptionByDefault"]}


_switch_encryption = _switched(
    "enabled", "enable_ebs_encryption_by_default", "disable_ebs_encryption_by_default"
)

ENCRYPTION_BY_DEFAULT = ResourceType(
    token="aws:ebs/encryptionByDefault:EncryptionByDefault",
    service="ec2",
    create=_switch_encryption,
    read=_encryption,
    delete=Op("disable_ebs_encryption_by_default"),
    changes=(Change(("enabled",), _switch_encryption),),
    defaults={"enabled": True},
)


def _set_key(call: Call) -> str:
    call.api("modify_ebs_default_kms_key_id", KmsKeyId=call.inputs["keyArn"])
    key: str = call.inputs["keyArn"]
    return key


def _key(call: Call) -> Props:
    return {"keyArn": call.api("get_ebs_default_kms_key_id")["KmsKeyId"]}


DEFAULT_KMS_KEY = ResourceType(
    token="aws:ebs/defaultKmsKey:DefaultKmsKey",
    service="ec2",
    create=_set_key,
    read=_key,
    delete=Op("reset_ebs_default_kms_key_id"),
    replace=frozenset({"keyArn"}),
    delete_before_replace=True,  # its deletion resets the setting, which must not undo the new one
)


def _block_snapshots(call: Call) -> str:
    state = call.inputs["state"]
    if state == "unblocked":
        call.api("disable_snapshot_block_public_access")
    else:
        call.api("enable_snapshot_block_public_access", State=state)
    return call.region


def _snapshots(call: Call) -> Props:
    return {"state": call.api("get_snapshot_block_public_access_state")["State"]}


SNAPSHOT_BLOCK_PUBLIC_ACCESS = ResourceType(
    token="aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
    service="ec2",
    create=_block_snapshots,
    read=_snapshots,
    delete=Op("disable_snapshot_block_public_access"),
    changes=(Change(("state",), _block_snapshots),),
    checked_by=("enable_snapshot_block_public_access",),
)


def _block_images(call: Call) -> str:
    state = call.inputs["state"]
    if state == "unblocked":
        call.api("disable_image_block_public_access")
    else:
        call.api("enable_image_block_public_access", ImageBlockPublicAccessState=state)
    return call.region


def _images(call: Call) -> Props:
    return {"state": call.api("get_image_block_public_access_state")["ImageBlockPublicAccessState"]}


def _image_state(inputs: Props) -> list[tuple[str, str]]:
    state, allowed = inputs.get("state"), ("unblocked", "block-new-sharing")
    known = not isinstance(state, str) or state in allowed
    return [] if known else [("state", f"expected one of {', '.join(allowed)}, got {state}")]


IMAGE_BLOCK_PUBLIC_ACCESS = ResourceType(
    token="aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
    service="ec2",
    create=_block_images,
    read=_images,
    delete=None,
    changes=(Change(("state",), _block_images),),
    check=_image_state,
)

_switch_console = _switched("enabled", "enable_serial_console_access", "disable_serial_console_access")


def _console(call: Call) -> Props:
    return {"enabled": call.api("get_serial_console_access_status")["SerialConsoleAccessEnabled"]}


SERIAL_CONSOLE_ACCESS = ResourceType(
    token="aws:ec2/serialConsoleAccess:SerialConsoleAccess",
    service="ec2",
    create=_switch_console,
    read=_console,
    delete=Op("disable_serial_console_access"),
    changes=(Change(("enabled",), _switch_console),),
    defaults={"enabled": True},
)

METADATA: Props = {
    "httpEndpoint": NO_PREFERENCE,
    "httpPutResponseHopLimit": -1,
    "httpTokens": NO_PREFERENCE,
    "instanceMetadataTags": NO_PREFERENCE,
}


def _set_metadata(call: Call) -> str:
    Op("modify_instance_metadata_defaults").send(call, tuple(METADATA))
    return call.region


def _metadata(call: Call) -> Props:
    found = call.properties(call.api("get_instance_metadata_defaults").get("AccountLevel") or {})
    return {name: found.get(name, METADATA[name]) for name in METADATA}


def _reset_metadata(call: Call) -> None:
    call.api(
        "modify_instance_metadata_defaults",
        **{name[0].upper() + name[1:]: value for name, value in METADATA.items()},
    )


INSTANCE_METADATA_DEFAULTS = ResourceType(
    token="aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
    service="ec2",
    create=_set_metadata,
    read=_metadata,
    delete=_reset_metadata,
    changes=(Change(tuple(METADATA), _set_metadata),),
    defaults=METADATA,
    checked_by=("modify_instance_metadata_defaults",),
)


def _block_gateways(call: Call) -> str:
    call.api(
        "modify_vpc_block_public_access_options",
        InternetGatewayBlockMode=call.inputs["internetGatewayBlockMode"],
    )
    return call.region


def _gateways(call: Call) -> Props:
    options = call.api("describe_vpc_block_public_access_options")["VpcBlockPublicAccessOptions"]
    return call.properties(options)


def _unblock_gateways(call: Call) -> None:
    call.api("modify_vpc_block_public_access_options", InternetGatewayBlockMode="off")


VPC_BLOCK_PUBLIC_ACCESS_OPTIONS = ResourceType(
    token="aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
    service="ec2",
    create=_block_gateways,
    read=_gateways,
    delete=_unblock_gateways,
    changes=(Change(("internetGatewayBlockMode",), _block_gateways),),
    local=frozenset({"timeouts"}),
    checked_by=("modify_vpc_block_public_access_options",),
)

TYPES = [
    ENCRYPTION_BY_DEFAULT,
    DEFAULT_KMS_KEY,
    SNAPSHOT_BLOCK_PUBLIC_ACCESS,
    IMAGE_BLOCK_PUBLIC_ACCESS,
    SERIAL_CONSOLE_ACCESS,
    INSTANCE_METADATA_DEFAULTS,
    VPC_BLOCK_PUBLIC_ACCESS_OPTIONS,
]

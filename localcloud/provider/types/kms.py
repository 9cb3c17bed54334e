"""KMS: keys, their replicas in other Regions, aliases."""

from localcloud.provider.model import Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

_TAGS = TagApi("tag_resource", "untag_resource", "list_resource_tags", {"KeyId": "id"})
_GONE = frozenset({"PendingDeletion", "PendingReplicaDeletion"})


def _metadata(call: Call) -> Props | None:
    metadata: Props = call.api("describe_key", KeyId=call.id)["KeyMetadata"]
    if metadata["KeyState"] in _GONE:
        return None
    policy = call.api("get_key_policy", KeyId=call.id, PolicyName="default")["Policy"]
    return {**metadata, "Policy": policy}


def _key(call: Call) -> Props | None:
    metadata = _metadata(call)
    if metadata is None:
        return None
    rotation: Props = {}
    if metadata["KeySpec"] == "SYMMETRIC_DEFAULT":
        rotation = call.api("get_key_rotation_status", KeyId=call.id)
    on = bool(rotation.get("KeyRotationEnabled"))
    return {
        **call.properties(metadata),
        "enableKeyRotation": on,
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays") if on else None,
    }


def _rotation(call: Call) -> None:
    if call.inputs.get("enableKeyRotation"):
        period = call.inputs.get("rotationPeriodInDays")
        call.api("enable_key_rotation", KeyId=call.id, RotationPeriodInDays=period)
    else:
        call.api("disable_key_rotation", KeyId=call.id)


def _enabled(call: Call) -> None:
    on = call.inputs.get("isEnabled", call.inputs.get("enabled", True))
    call.api("enable_key" if on else "disable_key", KeyId=call.id)


def _policy(call: Call) -> None:
    call.api(
        "put_key_policy",
        KeyId=call.id,
        PolicyName="default",
        Policy=call.inputs.get("policy"),
        BypassPolicyLockoutSafetyCheck=call.inputs.get("bypassPolicyLockoutSafetyCheck"),
    )


def _describe(call: Call) -> None:
    call.api("update_key_description", KeyId=call.id, Description=call.inputs.get("description") or "")


def _schedule_deletion(call: Call) -> None:
    days = call.state.get("deletionWindowInDays")
    call.api("schedule_key_deletion", KeyId=call.id, PendingWindowInDays=days)


KEY = ResourceType(
    "aws:kms/key:Key",
    "kms",
    create=Op("create_key", answer="KeyMetadata"),
    read=_key,
    delete=_schedule_deletion,
    changes=(
        Change(("description",), _describe),
        Change(("policy",), _policy),
        Change(("enableKeyRotation", "rotationPeriodInDays"), _rotation, on_create=True),
        Change(("isEnabled",), _enabled, on_create=True),
    ),
    id_parts=("keyId",),
    names={
        "isEnabled": "Enabled",
        "customerMasterKeySpec": "KeySpec",
        "deletionWindowInDays": "PendingWindowInDays",
    },
    replace=frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId", "xksKeyId"}),
    defaults={
        "bypassPolicyLockoutSafetyCheck": False,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "enableKeyRotation": False,
        "isEnabled": True,
        "keyUsage": "ENCRYPT_DECRYPT",
    },
    kept=frozenset({"policy", "multiRegion", "description", "rotationPeriodInDays"}),
    local=frozenset({"bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"}),
    documents=frozenset({"policy"}),
    tags=_TAGS,
    checked_by=("schedule_key_deletion", "enable_key_rotation"),
)

TYPES = [KEY]

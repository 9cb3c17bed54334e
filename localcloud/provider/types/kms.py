"""KMS: keys, their replicas in other Regions, aliases."""

from localcloud.provider.model import AutoName, Call, Change, Function, Invocation, Op, ResourceType, TagApi
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
    period = call.recorded.get("rotationPeriodInDays")  # the emulator does not report it
    return {
        **call.properties(metadata),
        "enableKeyRotation": on,
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays", period) if on else None,
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


def _valid_key(inputs: Props) -> list[tuple[str, str]]:
    days = inputs.get("deletionWindowInDays")
    if isinstance(days, int) and not 7 <= days <= 30:
        return [("deletionWindowInDays", f"expected a number in the range (7 - 30), got {days}")]
    if inputs.get("rotationPeriodInDays") and not inputs.get("enableKeyRotation"):
        return [("rotationPeriodInDays", "needs enableKeyRotation")]
    return []


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
    checked_by=("enable_key_rotation",),
    check=_valid_key,
)


def _alias(call: Call) -> Props | None:
    for alias in call.pages("list_aliases", "Aliases"):
        if alias["AliasName"] == call.id and alias.get("TargetKeyId"):
            arn = alias["AliasArn"]
            return {
                "name": call.id,
                "arn": arn,
                "targetKeyId": _as_recorded(call, alias["TargetKeyId"], arn),
                "targetKeyArn": _key_arn(alias["TargetKeyId"], arn),
            }
    return None


def _key_arn(key: str, alias_arn: str) -> str:
    return key if key.startswith("arn:") else f"{alias_arn.split(':alias/')[0]}:key/{key}"


def _as_recorded(call: Call, key: str, alias_arn: str) -> str:
    """The key as the program wrote it, id or ARN, if that is the same key."""
    written = str(call.inputs.get("targetKeyId") or "")
    return written if written == _key_arn(key, alias_arn) else key


def _valid_alias(inputs: Props) -> list[tuple[str, str]]:
    name = inputs.get("name")
    if isinstance(name, str) and not name.startswith("alias/"):
        return [("name", f'must begin with "alias/" and a name, got "{name}"')]
    return []


ALIAS = ResourceType(
    "aws:kms/alias:Alias",
    "kms",
    create=Op("create_alias", key={"AliasName": "name"}),
    read=_alias,
    delete=Op("delete_alias"),
    changes=(Change(("targetKeyId",), Op("update_alias")),),
    id_parts=("name",),
    names={"name": "AliasName"},
    replace=frozenset({"name", "namePrefix"}),
    local=frozenset({"namePrefix"}),
    auto_name=AutoName(limit=256, stem="alias/"),
    check=_valid_alias,
)


def _replicate(call: Call) -> str:
    primary = str(call.inputs["primaryKeyArn"])
    home, key = primary.split(":")[3], primary.rsplit("/", 1)[-1]
    names = ("policy", "description", "bypassPolicyLockoutSafetyCheck")
    members = {"policy": "Policy", "description": "Description", "bypassPolicyLockoutSafetyCheck": _BYPASS}
    given = {members[name]: call.inputs[name] for name in names if call.inputs.get(name)}
    tags = call.tag_parameters("replicate_key")
    client = call.client(region=home)
    call.instance.call(client, "replicate_key", {"KeyId": key, "ReplicaRegion": call.region, **given, **tags})
    return key


_BYPASS = "BypassPolicyLockoutSafetyCheck"


def _replica(call: Call) -> Props | None:
    metadata = _metadata(call)
    if metadata is None:
        return None
    found = call.properties(metadata)
    primary = metadata.get("MultiRegionConfiguration", {}).get("PrimaryKey", {}).get("Arn")
    rotation = call.api("get_key_rotation_status", KeyId=call.id).get("KeyRotationEnabled", False)
    return {
        **found,
        "primaryKeyArn": primary or call.recorded.get("primaryKeyArn"),
        "keyRotationEnabled": rotation,
    }


REPLICA_KEY = ResourceType(
    "aws:kms/replicaKey:ReplicaKey",
    "kms",
    create=_replicate,
    read=_replica,
    delete=_schedule_deletion,
    changes=(
        Change(("description",), _describe),
        Change(("policy",), _policy),
        Change(("enabled",), _enabled, on_create=True),
    ),
    id_parts=("keyId",),
    replace=frozenset({"primaryKeyArn"}),
    defaults={"bypassPolicyLockoutSafetyCheck": False, "enabled": True},
    kept=frozenset({"policy"}),
    local=frozenset({"bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"}),
    outside=frozenset({"keyRotationEnabled"}),
    documents=frozenset({"policy"}),
    tags=_TAGS,
    checked_by=("replicate_key",),
)


def _get_alias(invocation: Invocation) -> Props:
    name = invocation.args["name"]
    metadata = invocation.api("kms", "describe_key", KeyId=name)["KeyMetadata"]
    return {
        "id": name,
        "name": name,
        "arn": metadata["Arn"].split(":key/")[0] + ":" + name,
        "targetKeyArn": metadata["Arn"],
        "targetKeyId": metadata["KeyId"],
        "region": invocation.region,
    }


def _get_key(invocation: Invocation) -> Props:
    metadata = invocation.api("kms", "describe_key", KeyId=invocation.args["keyId"])["KeyMetadata"]
    return {
        "id": metadata["KeyId"],
        "keyId": invocation.args["keyId"],
        "arn": metadata["Arn"],
        "awsAccountId": metadata["AWSAccountId"],
        "description": metadata.get("Description", ""),
        "enabled": metadata["Enabled"],
        "keyManager": metadata["KeyManager"],
        "keySpec": metadata["KeySpec"],
        "keyState": metadata["KeyState"],
        "keyUsage": metadata["KeyUsage"],
        "multiRegion": metadata.get("MultiRegion", False),
        "region": invocation.region,
    }


TYPES = [KEY, ALIAS, REPLICA_KEY]
FUNCTIONS = [Function("aws:kms/getAlias:getAlias", _get_alias), Function("aws:kms/getKey:getKey", _get_key)]

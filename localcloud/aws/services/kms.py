"""KMS where moto 5.2.5 falls short: multi-Region keys, keys of other accounts, key state, key policies.

Closed here: a replica decrypts what its primary encrypted (moto cuts a multi-Region key's id short in the
ciphertext); a key in another account is usable by ARN when its policy allows; a key that is disabled or waits for
deletion refuses to work; a malformed or self-locking key policy is refused; replicas have their own policy,
description, tags and aliases; the primary Region can be moved.
"""

from __future__ import annotations

import json
from copy import copy, deepcopy
from typing import Any

from moto.kms import models as kms
from moto.kms import responses as kms_responses

from localcloud.aws.calls import ApiError, Call, Reply, before, operation
from localcloud.aws.kms_cipher import decrypt, encrypt, key_of
from localcloud.aws.patching import replace
from localcloud.aws.resource_policy import allows

LARGEST_POLICY = 32_768
"""Bytes; AWS KMS quota "key policy document size"."""

USES = ("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "Sign", "Verify",
        "GenerateMac", "VerifyMac", "GetPublicKey", "DescribeKey", "CreateGrant")  # fmt: skip


@operation("kms", *USES)
def use_key(call: Call) -> Reply:
    """Find the key, wherever it is; check policy and state; let moto compute in the owner's account."""
    if call.operation == "ReEncrypt":
        destination = _locate(call, call.params["DestinationKeyId"])
        _check_usable(call, destination)
        owner = destination.account_id
    else:
        reference = call.params.get("KeyId")
        if call.operation == "Decrypt":
            reference = _key_of_ciphertext(call, call.params["CiphertextBlob"])
        key = _locate(call, str(reference))
        _check_usable(call, key)
        owner = key.account_id
    call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = owner
    return call.forward()


@before("kms", "CreateKey", "PutKeyPolicy", "ReplicateKey")
def policy_is_sound(call: Call) -> None:
    """JSON with statements, small enough, and not locking its author out (unless that is asked for)."""
    text = call.params.get("Policy")
    if text is None:
        return
    if len(text.encode()) > LARGEST_POLICY:
        raise ApiError("LimitExceededException", f"Policy document is larger than {LARGEST_POLICY} bytes.")
    try:
        policy = json.loads(text)
        statements = policy["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        sound = policy["Version"] in ("2012-10-17", "2008-10-17") and all(
            s["Effect"] in ("Allow", "Deny") and "Principal" in s and ("Action" in s or "NotAction" in s)
            for s in statements
        )
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise ApiError("MalformedPolicyDocumentException", "Policy document is not valid.")
    if call.params.get("BypassPolicyLockoutSafetyCheck"):
        return
    root = f"arn:aws:iam::{call.account}:root"
    if not any(allows(text, "kms:PutKeyPolicy", call.account, who) for who in (call.principal, root)):
        message = "The new key policy will not allow you to update the key policy in the future."
        raise ApiError("MalformedPolicyDocumentException", message)


@operation("kms", "ReplicateKey")
def replicate(call: Call) -> dict[str, Any]:
    """A replica shares id and material with its primary; policy, description, tags and aliases are its own."""
    key = _locate(call, call.params["KeyId"])
    region = call.params["ReplicaRegion"]
    if not key.multi_region or key.arn != key.multi_region_configuration["PrimaryKey"]["Arn"]:
        raise ApiError("UnsupportedOperationException", f"{key.arn} is not a multi-Region primary key.")
    backend = kms.kms_backends[call.account][region]
    if key.id in backend.keys:
        raise ApiError("AlreadyExistsException", f"Key {key.id} already exists in {region}.")
    replica = copy(key)
    replica.region = region
    replica.arn = key.arn.replace(f":{key.region}:", f":{region}:", 1)
    replica.grants, replica.aliases = {}, {}
    replica.policy = call.params.get("Policy") or replica.generate_default_policy()
    replica.description = call.params.get("Description") or ""
    key.multi_region_configuration["ReplicaKeys"].append({"Arn": replica.arn, "Region": region})
    backend.keys[replica.id] = replica
    tags = call.params.get("Tags") or []
    if tags:
        backend.tagger.tag_resource(replica.id, tags)
    return {
        "ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"],
        "ReplicaPolicy": replica.policy,
        "ReplicaTags": tags,
    }


@operation("kms", "UpdatePrimaryRegion")
def move_primary(call: Call) -> None:
    """Make an existing replica the primary."""
    key = _locate(call, call.params["KeyId"])
    wanted = call.params["PrimaryRegion"]
    configuration = key.multi_region_configuration if key.multi_region else {"ReplicaKeys": []}
    replica = next((r for r in configuration["ReplicaKeys"] if r["Region"] == wanted), None)
    if replica is None:
        raise ApiError("NotFoundException", f"{key.arn} has no replica key in {wanted}.")
    configuration["ReplicaKeys"].remove(replica)
    configuration["ReplicaKeys"].append(configuration["PrimaryKey"])
    configuration["PrimaryKey"] = replica


def _locate(call: Call, reference: str) -> Any:
    """The key that an id, ARN, alias or alias ARN means in the Region of the call."""
    account, name = call.account, reference
    if reference.startswith("arn:"):
        parts = reference.split(":", 5)
        if len(parts) != 6 or parts[3] != call.region:
            raise ApiError("NotFoundException", f"Invalid arn {parts[3] if len(parts) > 3 else reference}")
        account, name = parts[4], parts[5].removeprefix("key/")
    region = dict.get(kms.kms_backends, account)
    if region is None and account != call.account:
        raise ApiError("NotFoundException", f"Key '{reference}' does not exist")
    backend = kms.kms_backends[account][call.region]
    identifier = backend.get_key_id_from_alias(name) if name.startswith("alias/") else name
    if identifier is None:
        raise ApiError("NotFoundException", f"Alias {reference} is not found.")
    identifier = str(identifier).rsplit("/", 1)[-1]
    if identifier not in backend.keys:
        raise ApiError(
            "NotFoundException", f"Key 'arn:aws:kms:{call.region}:{account}:key/{identifier}' does not exist"
        )
    return backend.keys[identifier]


def _check_usable(call: Call, key: Any) -> None:
    action = "kms:ReEncryptTo" if call.operation == "ReEncrypt" else f"kms:{call.operation}"
    if key.account_id != call.account and not allows(key.policy, action, call.account, call.principal):
        message = (
            f"User: {call.principal} is not authorized to perform: {action} on resource: {key.arn} "
            "because no resource-based policy allows the action"
        )
        raise ApiError("AccessDeniedException", message, 400)
    if call.operation in ("DescribeKey", "GetPublicKey"):
        return
    if key.key_state == "PendingDeletion":
        raise ApiError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if key.key_state == "Disabled":
        raise ApiError("DisabledException", f"{key.arn} is disabled.")


def _key_of_ciphertext(call: Call, ciphertext: bytes) -> str:
    """ARN of the key that made a ciphertext, in the Region of the call, in whatever account."""
    try:
        identifier = key_of(ciphertext)
    except ValueError:
        raise ApiError("InvalidCiphertextException", "") from None
    for regions in list(kms.kms_backends.values()):
        backend = dict.get(regions, call.region)
        if backend is not None and identifier in backend.keys:
            arn = str(backend.keys[identifier].arn)
            asked = call.params.get("KeyId")
            if asked is not None and _locate(call, asked).arn != arn:
                raise ApiError(
                    "IncorrectKeyException",
                    "The key ID in the request does not identify a CMK that can perform this operation.",
                )
            return arn
    raise ApiError(
        "AccessDeniedException",
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
        "or you are not allowed to access.",
        400,
    )


def install() -> None:
    """Put the above under moto's own code paths; show replicas as replicas without changing their primary."""
    shown = kms.Key.to_dict

    def to_dict(self: Any) -> dict[str, Any]:
        data = shown(self)
        if self.multi_region:
            configuration = deepcopy(self.multi_region_configuration)
            primary = configuration["PrimaryKey"]["Arn"] == self.arn
            configuration["MultiRegionKeyType"] = "PRIMARY" if primary else "REPLICA"
            data["KeyMetadata"]["MultiRegionConfiguration"] = configuration
        return dict(data)

    def describe_key(self: Any, key_id: str) -> Any:
        return self.keys[self.any_id_to_key_id(key_id)]

    replace(kms.Key, to_dict=to_dict)
    replace(kms.KmsBackend, describe_key=describe_key)
    replace(kms, encrypt=encrypt, decrypt=decrypt)
    replace(kms_responses, validate_policy=lambda *_: None)  # it denies on any Deny, whoever it is meant for

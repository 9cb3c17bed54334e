"""CloudWatch Logs: the key and the deletion protection of an existing log group, which moto 5.2.5 lacks."""

from __future__ import annotations

from typing import Any

from moto.logs.models import LogGroup, logs_backends

from localcloud.aws.calls import ApiError, Call, before, operation
from localcloud.aws.patching import replace


def _group(call: Call) -> Any:
    identifier = str(call.params.get("logGroupIdentifier") or call.params.get("logGroupName") or "")
    name = identifier.removesuffix(":*").rpartition(":log-group:")[2] or identifier
    groups: dict[str, Any] = logs_backends[call.account][call.region].groups
    if name not in groups:
        raise ApiError("ResourceNotFoundException", "The specified log group does not exist.")
    return groups[name]


@operation("logs", "AssociateKmsKey")
def associate_key(call: Call) -> None:
    """From now on the group's logs are encrypted with this key."""
    _group(call).kms_key_id = call.params["kmsKeyId"]


@operation("logs", "DisassociateKmsKey")
def disassociate_key(call: Call) -> None:
    """Back to the key of the service."""
    _group(call).kms_key_id = None


@operation("logs", "PutLogGroupDeletionProtection")
def protect(call: Call) -> None:
    """Remember the protection; `DeleteLogGroup` honours it."""
    _group(call).deletion_protection_enabled = call.params["deletionProtectionEnabled"]


@before("logs", "DeleteLogGroup")
def refuse_protected(call: Call) -> None:
    groups = logs_backends[call.account][call.region].groups
    group = groups.get(call.params["logGroupName"])
    if group is not None and getattr(group, "deletion_protection_enabled", False):
        raise ApiError("ValidationException", "The log group has deletion protection enabled.")


def install() -> None:
    """Let a group's description tell of its protection."""
    describe = LogGroup.to_describe_dict

    def to_describe_dict(self: Any) -> dict[str, Any]:
        protected = getattr(self, "deletion_protection_enabled", False)
        return {**describe(self), **({"deletionProtectionEnabled": True} if protected else {})}

    replace(LogGroup, to_describe_dict=to_describe_dict)

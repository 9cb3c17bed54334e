"""STS GetCallerIdentity under the identity that the journal records (moto answers `user/moto` for unknown keys)."""

from __future__ import annotations

from typing import Any

from localcloud.aws.calls import Call, operation


@operation("sts", "GetCallerIdentity")
def caller_identity(call: Call) -> dict[str, Any]:
    """Account, ARN and user id of the caller; a key that nobody made is the management account's root."""
    if ":assumed-role/" in call.principal:
        from moto.sts.models import sts_backends

        role = sts_backends[call.account]["aws"].get_assumed_role_from_access_key(call.access_key)
        user_id = str(role.user_id) if role is not None else call.access_key
    else:
        user_id = call.account if call.principal.endswith(":root") else call.access_key
    return {"Account": call.account, "Arn": call.principal, "UserId": user_id}

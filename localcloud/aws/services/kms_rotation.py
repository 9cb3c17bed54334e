"""KMS: the rotation period of a key, which moto 5.2.5 accepts and does not return."""

from __future__ import annotations

import json
from typing import Any

from localcloud.aws.calls import Call, Reply, Store, after, operation

DEFAULT_DAYS = 365
"""Days between rotations when none are given (KMS developer guide)."""

PERIODS: Store[dict[str, int]] = Store(dict)
"""Key id to rotation period, per account and Region."""


def _key_id(call: Call) -> str:
    return str(call.params["KeyId"]).rpartition("/")[2]


@after("kms", "EnableKeyRotation")
def remember(call: Call, _: Reply) -> None:
    PERIODS.of(call)[_key_id(call)] = int(call.params.get("RotationPeriodInDays") or DEFAULT_DAYS)


@operation("kms", "GetKeyRotationStatus")
def status(call: Call) -> Reply:
    """moto's answer with the period added while rotation is on."""
    reply = call.forward()
    if not reply.ok:
        return reply
    found: dict[str, Any] = json.loads(reply.body)
    if found.get("KeyRotationEnabled"):
        found["RotationPeriodInDays"] = PERIODS.of(call).get(_key_id(call), DEFAULT_DAYS)
    headers = [header for header in reply.headers if header[0].lower() != "content-length"]
    return Reply(reply.status, headers, json.dumps(found).encode())

"""Step Functions: each task acts under the state machine's role, in its account (moto 5.2.5: always in the default
account, so that a machine of a member account finds neither its table nor its queue)."""

from __future__ import annotations

import json
import uuid
from typing import Any

from localcloud.aws.calls import Call, before
from localcloud.aws.internal import client
from localcloud.aws.patching import replace

_NAMES = {"sfn": "stepfunctions", "states": "stepfunctions"}


@before("stepfunctions", "StartExecution")
def unnamed_executions_get_a_name(call: Call) -> None:
    """moto names them all `None`, so that the second one already exists."""
    if not call.params.get("name"):
        call.replace_body(json.dumps({**json.loads(call.body), "name": str(uuid.uuid4())}).encode())


def _client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """In place of moto's `boto_client_for`."""
    name = _NAMES.get(service, service)
    role = getattr(state_credentials, "role_arn", "") or ""
    if role.startswith("arn:") and len(role.split(":")[4]) == 12:
        return client(name, region, role=role)
    from localcloud.aws.client import MANAGEMENT

    return client(name, region, account=MANAGEMENT)


def install() -> None:
    """Replace it before the interpreter's modules, which moto imports at the first state machine, take it by name."""
    from moto.stepfunctions.parser.asl.utils import boto_client

    replace(boto_client, boto_client_for=_client_for)

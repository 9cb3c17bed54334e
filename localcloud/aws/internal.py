"""Calls that the emulated AWS makes to itself: EventBridge to a queue, a state machine to a Lambda.

They go through the front door like any other call, so that they are journalled and guarded. Clients are kept: making
one costs more than using it.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import boto3
from botocore.config import Config

from localcloud.aws.client import endpoint_for
from localcloud.aws.identity import role_credentials, service_key

_clients: dict[tuple[str, str, str], Any] = {}
_lock = threading.Lock()
_CONFIG = Config(
    parameter_validation=False,
    retries={"total_max_attempts": 1},
    connect_timeout=10,
    read_timeout=960,  # a Lambda may run for 15 minutes
    max_pool_connections=64,
)


def client(service: str, region: str, account: str = "", role: str = "") -> Any:
    """A boto3 client inside an account, as the emulator itself or, if given, in a session of `role`."""
    key = (service, region, role or account)
    with _lock:
        if key not in _clients:
            keys = role_credentials(role, region, "emulator") if role else (service_key(account), "-", "-")
            _clients[key] = boto3.session.Session().client(
                service,
                region_name=region,
                endpoint_url=endpoint_for(service, os.environ["AWS_ENDPOINT_URL"]),
                aws_access_key_id=keys[0],
                aws_secret_access_key=keys[1],
                aws_session_token=keys[2],
                config=_CONFIG,
            )
        return _clients[key]

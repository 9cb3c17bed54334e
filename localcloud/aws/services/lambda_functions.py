"""Lambda invocations run the function's own code, by `lambda_runner` (moto 5.2.5 needs Docker for that).

An `Event` invocation is accepted at once and carried out in the background, tried up to three times as on AWS (there
with one and two minutes between, here seconds). Failed ones are logged, not sent to a destination (recorded only).
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.awslambda import models as lambdas

from localcloud import home
from localcloud.aws import lifecycle
from localcloud.aws.calls import ApiError, Call, before
from localcloud.aws.identity import role_credentials
from localcloud.aws.lambda_environment import Function, Outcome
from localcloud.aws.lambda_runner import Runner, Throttled
from localcloud.aws.patching import replace

LOG = logging.getLogger("localcloud.aws")

RETRY_SECONDS = (1.0, 2.0)
"""Pauses before the second and third attempt of an asynchronous invocation (AWS: one and two minutes)."""
LOG_TAIL = 4096
"""Bytes of log that `LogType=Tail` returns."""

_background = ThreadPoolExecutor(8, thread_name_prefix="lambda-event")
_runners: list[Runner] = []


@before("lambda", "Invoke")
def of_another_account(call: Call) -> None:
    """A function named by the ARN of another account runs there (permissions are not evaluated)."""
    parts = str(call.params.get("FunctionName", "")).split(":")
    if len(parts) >= 7 and parts[0] == "arn":
        if parts[3] != call.region:
            raise ApiError(
                "ResourceNotFoundException", f"Function not found: {call.params['FunctionName']}", 404
            )
        call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = parts[4]


def runner() -> Runner:
    """The world's runner, made at the first invocation."""
    if not _runners:
        _runners.append(Runner(home.world() / "data" / "functions", os.environ["AWS_ENDPOINT_URL"]))
    return _runners[0]


@lifecycle.at_end
def _close() -> None:
    for existing in _runners:
        existing.close()


def run(function: Any, event: Any) -> Outcome:
    """Invoke moto's LambdaFunction and write its log to its log group. Raises `Throttled`."""
    reserved = function.reserved_concurrency
    outcome = runner().invoke(_described(function), event, None if reserved is None else int(reserved))
    function.logs_backend.ensure_log_group(function.logs_group_name)
    function.save_logs(outcome.log)
    return outcome


def _described(function: Any) -> Function:
    """What the runner needs to know; credentials are made only for a function that is new or has changed."""
    layers = tuple(_layer_code(function, layer["Arn"]) for layer in function.layers)
    settings = (
        function.handler,
        function.memory_size,
        function.timeout,
        function.role,
        function.environment_vars,
    )
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for archive in (function.code_bytes, *layers):
        digest.update(hashlib.sha256(archive).digest())
    identity = digest.hexdigest()
    held = getattr(function, "_localcloud_credentials", None)
    if held is None or held[0] != identity:
        held = (identity, role_credentials(function.role, function.region, function.function_name))
        function._localcloud_credentials = held
    return Function(
        identity=identity,
        name=function.function_name,
        arn=function.function_arn,
        version=str(function.version),
        handler=function.handler,
        region=function.region,
        memory=int(function.memory_size),
        timeout=float(function.timeout),
        code=function.code_bytes,
        layers=layers,
        variables={str(k): str(v) for k, v in function.environment_vars.items()},
        credentials=held[1],
    )


def _layer_code(function: Any, arn: str) -> bytes:
    backend = lambdas.lambda_backends[function.account_id][function.region]
    layer = backend.layers_versions_by_arn(arn)
    return bytes(layer.code_bytes) if layer is not None else b""


def _invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
    """In place of moto's `LambdaFunction.invoke`."""
    try:
        event = json.loads(body) if body else {}
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise ApiError("InvalidRequestContentException", message, 400) from error
    kind = request_headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if not str(self.run_time or "").startswith("python"):
        message = f"{self.function_name}: the emulator runs Python functions only, not {self.run_time}"
        raise ApiError("InvalidRuntimeException", message, 502)
    if kind == "DryRun":
        return b""
    if kind == "Event":
        _background.submit(_invoke_later, self, event)
        return b""
    try:
        outcome = run(self, event)
    except Throttled:
        raise ApiError(
            "TooManyRequestsException",
            "Rate Exceeded.",
            429,
            Reason="ReservedFunctionConcurrentInvocationLimitExceeded",
        ) from None
    if outcome.errored:
        response_headers["x-amz-function-error"] = "Unhandled"
    response_headers["x-amz-log-result"] = base64.b64encode(outcome.log.encode()[-LOG_TAIL:]).decode()
    response_headers["x-amz-executed-version"] = str(self.version)
    return outcome.payload.encode()


def _invoke_later(function: Any, event: Any) -> None:
    for pause in (*RETRY_SECONDS, None):
        try:
            outcome = run(function, event)
        except Throttled:
            outcome = Outcome("throttled", True, "")
        except Exception:
            LOG.exception("asynchronous invocation of %s", function.function_name)
            return
        if not outcome.errored:
            return
        if pause is not None:
            time.sleep(pause)
    LOG.warning(
        "asynchronous invocation of %s failed three times: %s", function.function_name, outcome.payload
    )


def install() -> None:
    """Replace moto's invocation."""
    replace(lambdas.LambdaFunction, invoke=_invoke)

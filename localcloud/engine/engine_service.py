"""The engine's own service for programs, providers and policy packs: their messages, and the root resource."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from localcloud.engine.run import Run
from localcloud.engine.state import ENGINE_VERSION

Context = grpc.aio.ServicerContext[Any, Any]
_SEVERITIES = {
    engine_pb2.DEBUG: "debug",
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


class EngineService(engine_pb2_grpc.EngineServicer):
    """Passes messages on. An error message alone does not fail a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._root = ""

    async def Log(self, request: engine_pb2.LogRequest, context: Context) -> Any:
        severity = _SEVERITIES.get(request.severity, "info")
        if severity != "debug" and not request.ephemeral:
            self._run.say(severity, request.message, request.urn)
        return empty_pb2.Empty()

    async def GetRootResource(self, request: Any, context: Context) -> Any:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    async def SetRootResource(self, request: Any, context: Context) -> Any:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    async def StartDebugging(self, request: Any, context: Context) -> Any:
        return empty_pb2.Empty()

    async def RequirePulumiVersion(self, request: Any, context: Context) -> Any:
        problem = version_problem(request.pulumi_version_range, ENGINE_VERSION.removeprefix("v"))
        if problem:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, problem)
        return engine_pb2.RequirePulumiVersionResponse()


def version_problem(wanted: str, version: str) -> str:
    """Why `version` is not in the range (`>=3.5.0 !3.7.7 || >3.8.0`), or nothing."""
    have = _numbers(version)
    for alternative in wanted.split("||"):
        if all(_satisfies(have, condition) for condition in alternative.split()):
            return ""
    return f"Pulumi CLI version {version} does not satisfy the version range {wanted!r} of the program"


_COMPARISONS: tuple[tuple[str, Callable[[Any, Any], bool]], ...] = (
    (">=", operator.ge),
    ("<=", operator.le),
    ("!=", operator.ne),
    ("==", operator.eq),
    (">", operator.gt),
    ("<", operator.lt),
    ("!", operator.ne),
    ("=", operator.eq),
)


def _satisfies(have: tuple[int, ...], condition: str) -> bool:
    for sign, holds in _COMPARISONS:
        if condition.startswith(sign):
            return holds(have, _numbers(condition.removeprefix(sign)))
    return have == _numbers(condition)


def _numbers(version: str) -> tuple[int, ...]:
    core = version.strip().removeprefix("v").split("-")[0].split("+")[0]
    return tuple(int(part) if part.isdigit() else 0 for part in core.split("."))

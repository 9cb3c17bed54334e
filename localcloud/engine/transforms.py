"""Transforms: functions of the program that may change what is registered or invoked.

They run in the program's process, behind its callback server. A resource's own come first, then those of its
parents from the nearest on, then the stack's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from localcloud.engine import wire
from localcloud.engine.errors import EngineError
from localcloud.engine.provider_connection import CHANNEL_OPTIONS
from localcloud.engine.values import UNKNOWN, Output, Properties, Secret, Unknown, Value
from localcloud.engine.wire import Accepts

_OUTPUTS = Accepts(outputs=True)


class Transforms:
    """All transforms of one program, and the connections to its callback server."""

    def __init__(self) -> None:
        self._stubs: dict[str, Any] = {}
        self._channels: list[grpc.aio.Channel] = []
        self._stack: list[callback_pb2.Callback] = []
        self._invoke: list[callback_pb2.Callback] = []
        self._of_resource: dict[str, list[callback_pb2.Callback]] = {}
        self._parents: dict[str, str] = {}

    def add_stack(self, callback: callback_pb2.Callback) -> None:
        """A transform of every resource from now on."""
        self._stack.append(callback)

    def add_invoke(self, callback: callback_pb2.Callback) -> None:
        """A transform of every invoke from now on."""
        self._invoke.append(callback)

    def remember(self, urn: str, parent: str, callbacks: Iterable[callback_pb2.Callback]) -> None:
        """What applies to the children of a registered resource."""
        self._parents[urn] = parent
        self._of_resource[urn] = list(callbacks)

    def of(self, own: Iterable[callback_pb2.Callback], parent: str) -> list[callback_pb2.Callback]:
        """All transforms of a resource with this parent, in order."""
        found = list(own)
        while parent:
            found.extend(self._of_resource.get(parent, ()))
            parent = self._parents.get(parent, "")
        return [*found, *self._stack]

    async def apply(
        self,
        callbacks: Iterable[callback_pb2.Callback],
        request: resource_pb2.RegisterResourceRequest,
        properties: Properties,
        options: resource_pb2.TransformResourceOptions,
    ) -> tuple[Properties, resource_pb2.TransformResourceOptions]:
        """Properties and options after the transforms."""
        for callback in callbacks:
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=wire.to_struct(properties, _OUTPUTS),
                options=options,
            )
            answer = resource_pb2.TransformResponse()
            answer.ParseFromString(await self.call(callback, asked.SerializeToString()))
            if answer.HasField("options"):
                options = answer.options
            if answer.HasField("properties"):
                properties = wire.from_struct(answer.properties)
        return properties, options

    async def apply_to_invoke(
        self, token: str, arguments: Properties, options: resource_pb2.TransformInvokeOptions
    ) -> tuple[Properties, resource_pb2.TransformInvokeOptions]:
        """Arguments and options of an invoke after the transforms."""
        for callback in self._invoke:
            asked = resource_pb2.TransformInvokeRequest(
                token=token, args=wire.to_struct(arguments, _OUTPUTS), options=options
            )
            answer = resource_pb2.TransformInvokeResponse()
            answer.ParseFromString(await self.call(callback, asked.SerializeToString()))
            if answer.HasField("options"):
                options = answer.options
            if answer.HasField("args"):
                arguments = wire.from_struct(answer.args)
        return arguments, options

    async def call(self, callback: callback_pb2.Callback, request: bytes) -> bytes:
        """Call a function of the program. Raises EngineError with what it raised."""
        stub = self._stubs.get(callback.target)
        if stub is None:
            channel = grpc.aio.insecure_channel(callback.target, options=CHANNEL_OPTIONS)
            self._channels.append(channel)
            stub = self._stubs[callback.target] = callback_pb2_grpc.CallbacksStub(channel)
        try:
            answer = await stub.Invoke(
                callback_pb2.CallbackInvokeRequest(token=callback.token, request=request)
            )
        except grpc.aio.AioRpcError as error:
            raise EngineError(error.details() or str(error.code())) from error
        response: bytes = answer.response
        return response

    async def close(self) -> None:
        """Close the connections to the program."""
        for channel in self._channels:
            await channel.close(None)


def with_dependencies(properties: Properties, dependencies: dict[str, list[str]]) -> Properties:
    """Properties as outputs that carry their dependencies, so that these survive a transform."""
    marked: Properties = {}
    for key, item in properties.items():
        needed = dependencies.get(key)
        if needed and not isinstance(item, Output):
            marked[key] = _as_output(item, tuple(needed))
        else:
            marked[key] = item
    return marked


def _as_output(value: Value, dependencies: tuple[str, ...]) -> Output:
    secret = isinstance(value, Secret)
    inner = value.value if isinstance(value, Secret) else value
    if isinstance(inner, Unknown):
        return Output(UNKNOWN, False, secret, dependencies)
    return Output(inner, True, secret, dependencies)


def dependencies_in(value: Value) -> list[str]:
    """The URNs that the outputs inside a value depend on."""
    if isinstance(value, Output):
        return [*value.dependencies, *dependencies_in(value.value)]
    if isinstance(value, Secret):
        return dependencies_in(value.value)
    if isinstance(value, dict):
        return [urn for item in value.values() for urn in dependencies_in(item)]
    if isinstance(value, list):
        return [urn for item in value for urn in dependencies_in(item)]
    return []

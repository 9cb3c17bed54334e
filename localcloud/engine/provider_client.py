"""The calls for resources and functions of one provider instance.

Calls to an instance that could not be configured yet are answered here, with nothing, as the genuine engine
does: inputs pass unchecked, a diff cannot be had, outputs are unknown.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2

from localcloud.engine import diffs, urns, wire
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import DiffUnavailableError, ProviderError
from localcloud.engine.provider_answers import (
    CheckFailure,
    Created,
    ReadResult,
    annotate_secrets,
    decode_diff,
)
from localcloud.engine.provider_connection import ProviderConnection
from localcloud.engine.provider_errors import translate
from localcloud.engine.values import Properties

_SEED_BYTES = 32

_IN_DOUBT = (("localcloud-in-doubt", "1"),)
"""gRPC metadata, understood by localcloud's own provider."""

_NOT_KNOWN = (
    "The provider for this resource has inputs that are not known during preview.\n"
    "This preview may not correctly represent the changes that will be applied during an update."
)


class ProviderClient(ProviderConnection):
    """The calls of the provider protocol, in the engine's values. Errors are ProviderError."""

    async def check(
        self, urn: str, olds: Properties, news: Properties, seed: bytes | None = None
    ) -> tuple[Properties, list[CheckFailure]]:
        """Inputs with the provider's defaults, or what is wrong with them."""
        if not await self.is_known():
            return news, []
        request = provider_pb2.CheckRequest(
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            olds=wire.to_struct(olds, self._accepts),
            news=wire.to_struct(news, self._accepts),
            randomSeed=seed or os.urandom(_SEED_BYTES),
        )
        try:
            answer = await self._stub.Check(request)
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        inputs = wire.from_struct(answer.inputs)
        if not self._accepts.secrets:
            annotate_secrets(inputs, news)
        return inputs, [CheckFailure(each.property, each.reason) for each in answer.failures]

    async def diff(
        self,
        urn: str,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        ignored: Sequence[str] = (),
    ) -> Diff:
        """What the new inputs mean. Raises DiffUnavailableError for an instance that is not configured."""
        if not await self.is_known():
            raise DiffUnavailableError(_NOT_KNOWN)
        accepts = self._accepts.without_contents()
        request = provider_pb2.DiffRequest(
            id=identity,
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            olds=wire.to_struct(old_outputs, accepts),
            news=wire.to_struct(new_inputs, accepts),
            old_inputs=wire.to_struct(old_inputs, accepts),
            ignoreChanges=list(ignored),
        )
        try:
            diff = decode_diff(await self._stub.Diff(request))
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        if diff.changes == diffs.UNKNOWN_CHANGES:
            kept = diffs.ignore_changes(new_inputs, old_inputs, ignored)
            own = diffs.between(old_inputs, kept)
            return Diff(own.changes, diff.replace_keys, own.changed_keys, diff.stable_keys, own.detailed)
        return diff

    async def create(
        self, urn: str, inputs: Properties, timeout: float, preview: bool, in_doubt: bool = False
    ) -> Created:
        """Make the object. Raises InitFailedError when it exists but is not ready.

        `in_doubt`: a killed run may have made it already. localcloud's own provider then looks for it; others pay
        no attention.
        """
        if not await self.is_known():
            return Created("", {})
        if preview and not self._supports_preview:
            return Created("", inputs)
        request = provider_pb2.CreateRequest(
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            properties=wire.to_struct(inputs, self._accepts),
            timeout=timeout,
            preview=preview,
        )
        try:
            answer = await self._stub.Create(request, metadata=_IN_DOUBT if in_doubt else None)
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        if not answer.id and not preview:
            raise ProviderError(f"provider {self.package} returned no ID from Create of {urn}")
        return Created(answer.id, self._outputs(answer.properties, inputs))

    async def update(
        self,
        urn: str,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        timeout: float,
        ignored: Sequence[str],
        preview: bool,
    ) -> Properties:
        """Change the object in place; its new outputs."""
        if not await self.is_known():
            return {}
        if preview and not self._supports_preview:
            return new_inputs
        accepts = self._accepts.without_contents()
        request = provider_pb2.UpdateRequest(
            id=identity,
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            olds=wire.to_struct(old_outputs, accepts),
            news=wire.to_struct(new_inputs, self._accepts),
            old_inputs=wire.to_struct(old_inputs, accepts),
            timeout=timeout,
            ignoreChanges=list(ignored),
            preview=preview,
        )
        try:
            answer = await self._stub.Update(request)
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        return self._outputs(answer.properties, new_inputs)

    async def delete(
        self, urn: str, identity: str, inputs: Properties, outputs: Properties, timeout: float
    ) -> None:
        """Delete the object."""
        if not await self.is_known():
            raise ProviderError(f"provider {self.package} has unknown settings, {urn} cannot be deleted")
        accepts = self._accepts.without_contents()
        request = provider_pb2.DeleteRequest(
            id=identity,
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            properties=wire.to_struct(outputs, accepts),
            old_inputs=wire.to_struct(inputs, accepts),
            timeout=timeout,
        )
        try:
            await self._stub.Delete(request)
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error

    async def read(self, urn: str, identity: str, inputs: Properties | None, state: Properties) -> ReadResult:
        """The object as it is now. Raises InitFailedError when it exists but is not healthy."""
        if not await self.is_known():
            return ReadResult(identity, {}, {})
        accepts = self._accepts.without_contents()
        request = provider_pb2.ReadRequest(
            id=identity,
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            properties=wire.to_struct(state, accepts),
            inputs=None if inputs is None else wire.to_struct(inputs, accepts),
        )
        try:
            answer = await self._stub.Read(request)
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        if not answer.id:
            return ReadResult("", None, None)
        outputs = self._outputs(answer.properties, state)
        live = None
        if answer.HasField("inputs"):
            live = wire.restore_contents(self._outputs(answer.inputs, inputs or {}), inputs or {})
        return ReadResult(answer.id, wire.restore_contents(outputs, inputs or {}), live)

    async def invoke(
        self, token: str, arguments: Properties, preview: bool
    ) -> tuple[Properties | None, list[CheckFailure]]:
        """Call a function; None when the instance is not configured, so that nothing is known."""
        if not await self.is_known():
            return None, []
        request = provider_pb2.InvokeRequest(
            tok=token, args=wire.to_struct(arguments, self._accepts), preview=preview
        )
        try:
            answer = await self._stub.Invoke(request)
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        failures = [CheckFailure(each.property, each.reason) for each in answer.failures]
        return wire.from_struct(getattr(answer, "return")), failures

    def _outputs(self, struct: Any, inputs: Properties) -> Properties:
        outputs = wire.from_struct(struct)
        if not self._accepts.secrets:
            annotate_secrets(outputs, inputs)
        return outputs

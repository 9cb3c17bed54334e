"""One provider instance: a connection to a running provider, its handshake and its configuration.

Each instance has a connection of its own, because a provider process may tell its instances apart only by
connection. An instance whose settings are not known yet (in a preview) is never configured: its calls are
answered here, with nothing, as the genuine engine does.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localcloud.engine import diffs, urns, wire
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import DiffUnavailableError, ProviderError
from localcloud.engine.events import PropertyDiff
from localcloud.engine.provider_errors import configure_error, translate
from localcloud.engine.values import Properties, Secret, Value, has_secret, has_unknown, plain
from localcloud.engine.wire import Accepts

CHANNEL_OPTIONS = (
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
)
_SEED_BYTES = 32
_PLAIN = Accepts(secrets=False, resources=False)
_DIFF_KINDS = ("add", "add-replace", "delete", "delete-replace", "update", "update-replace")
_CHANGES = (diffs.UNKNOWN_CHANGES, diffs.NONE, diffs.SOME)

_NOT_KNOWN = (
    "The provider for this resource has inputs that are not known during preview.\n"
    "This preview may not correctly represent the changes that will be applied during an update."
)


@dataclass(frozen=True)
class CheckFailure:
    """One input that a provider refuses."""

    property: str
    reason: str


@dataclass(frozen=True)
class Created:
    """The answer to Create (id empty in a preview)."""

    id: str
    outputs: Properties


@dataclass(frozen=True)
class ReadResult:
    """The answer to Read. `outputs` None: there is no such object. `inputs` None: the provider gave none."""

    id: str
    outputs: Properties | None
    inputs: Properties | None


class ProviderClient:
    """The calls of the provider protocol, in the engine's values. Errors are ProviderError."""

    def __init__(self, package: str, address: str, engine_address: str, root: str, program: str) -> None:
        self.package = package
        self._address = address
        self._handshake = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine_address,
            root_directory=root,
            program_directory=program,
            configure_with_urn=True,
            invoke_with_preview=True,
        )
        self._channel = grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS)
        # The generated stub is typed for blocking channels only; on this channel its calls are awaitable.
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._accepts = Accepts()
        self._supports_preview = True
        self._shook_hands = False
        self._configured: asyncio.Task[bool] | None = None

    async def connect(self) -> None:
        """Handshake, then Attach. A provider that knows neither is taken as it is."""
        try:
            answer = await self._stub.Handshake(self._handshake, wait_for_ready=False)
            self._shook_hands = True
            self._accepts = Accepts(secrets=answer.accept_secrets, resources=answer.accept_resources)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.UNAVAILABLE:
                raise ProviderError(
                    f"could not connect to provider {self.package} at {self._address}: {error.details()}"
                ) from error
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise translate(error) from error
        try:
            await self._stub.Attach(plugin_pb2.PluginAttach(address=self._handshake.engine_address))
        except grpc.aio.AioRpcError as error:
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise translate(error) from error

    async def close(self) -> None:
        """Close the connection; the provider process goes on running."""
        if self._configured is not None:
            await asyncio.gather(self._configured, return_exceptions=True)
        await self._channel.close(None)

    # -- configuration -------------------------------------------------------

    async def check_config(
        self, urn: str, olds: Properties, news: Properties
    ) -> tuple[Properties, list[CheckFailure]]:
        """Settings as the provider wants them, or what is wrong with them."""
        request = provider_pb2.CheckRequest(
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            olds=wire.to_struct(olds, _PLAIN),
            news=wire.to_struct(news, _PLAIN),
        )
        try:
            answer = await self._stub.CheckConfig(request)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return news, []
            raise translate(error) from error
        inputs = wire.from_struct(answer.inputs)
        _annotate_secrets(inputs, news)
        return inputs, [CheckFailure(each.property, each.reason) for each in answer.failures]

    async def diff_config(
        self,
        urn: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        ignored: Sequence[str] = (),
    ) -> Diff:
        """What a change of settings means for the instance."""
        request = provider_pb2.DiffRequest(
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            olds=wire.to_struct(old_outputs, _PLAIN),
            news=wire.to_struct(new_inputs, _PLAIN),
            old_inputs=wire.to_struct(old_inputs, _PLAIN),
            ignoreChanges=list(ignored),
        )
        try:
            return _decode(await self._stub.DiffConfig(request))
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return Diff(changes=diffs.UNKNOWN_CHANGES)
            raise translate(error) from error

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """Start configuring; later calls wait for it, and report its failure."""
        self._configured = asyncio.ensure_future(self._configure(urn, identity, inputs))

    async def _configure(self, urn: str, identity: str, inputs: Properties) -> bool:
        if any(has_unknown(item) for key, item in inputs.items() if key != "version"):
            return False
        variables = {
            f"{self.package}:config:{key}": _setting(item) for key, item in inputs.items() if key != "version"
        }
        request = provider_pb2.ConfigureRequest(
            variables=variables,
            args=wire.to_struct(inputs, Accepts()),
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
            id=identity,
        )
        try:
            answer = await self._stub.Configure(request)
        except grpc.aio.AioRpcError as error:
            raise configure_error(error) from error
        if not self._shook_hands:
            self._accepts = Accepts(secrets=answer.acceptSecrets, resources=answer.acceptResources)
            self._supports_preview = answer.supportsPreview
        return True

    async def is_known(self) -> bool:
        """Whether the instance could be configured. Raises ProviderError when configuring failed."""
        if self._configured is None:
            raise ProviderError(f"provider {self.package} was used before it was configured")
        return await asyncio.shield(self._configured)

    # -- resources -----------------------------------------------------------

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
            _annotate_secrets(inputs, news)
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
            diff = _decode(await self._stub.Diff(request))
        except grpc.aio.AioRpcError as error:
            raise translate(error) from error
        if diff.changes == diffs.UNKNOWN_CHANGES:
            kept = diffs.ignore_changes(new_inputs, old_inputs, ignored)
            own = diffs.between(old_inputs, kept)
            return Diff(own.changes, diff.replace_keys, own.changed_keys, diff.stable_keys, own.detailed)
        return diff

    async def create(self, urn: str, inputs: Properties, timeout: float, preview: bool) -> Created:
        """Make the object. Raises InitFailedError when it exists but is not ready."""
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
            answer = await self._stub.Create(request)
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
            _annotate_secrets(outputs, inputs)
        return outputs


def _setting(value: Value) -> str:
    opened = plain(value)
    return opened if isinstance(opened, str) else json.dumps(opened, separators=(",", ":"))


def _annotate_secrets(outputs: Properties, inputs: Properties) -> None:
    """Mark secret what was secret among the inputs, for a provider that does not know secrets."""
    for key, item in inputs.items():
        if key not in outputs:
            continue
        if isinstance(item, dict) and isinstance(outputs[key], dict):
            _annotate_secrets(outputs[key], item)
        elif has_secret(item) and not isinstance(outputs[key], Secret):
            outputs[key] = Secret(outputs[key])


def _decode(answer: Any) -> Diff:
    detailed = None
    if answer.hasDetailedDiff:
        detailed = {
            key: PropertyDiff(
                _DIFF_KINDS[each.kind] if each.kind < len(_DIFF_KINDS) else "update", each.inputDiff
            )
            for key, each in answer.detailedDiff.items()
        }
    return Diff(
        changes=_CHANGES[answer.changes],
        replace_keys=tuple(answer.replaces),
        changed_keys=tuple(answer.diffs),
        stable_keys=tuple(answer.stables),
        detailed=detailed,
        delete_before_replace=answer.deleteBeforeReplace,
    )

"""One provider instance: a connection to a running provider, its handshake and its configuration.

Each instance has a connection of its own, because a provider process may tell its instances apart only by
connection. An instance whose settings are not known yet (in a preview) is never configured.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import grpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localcloud.engine import diffs, urns, wire
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import ProviderError
from localcloud.engine.provider_answers import CheckFailure, annotate_secrets, decode_diff
from localcloud.engine.provider_errors import configure_error, translate
from localcloud.engine.values import Properties, Value, has_unknown, plain
from localcloud.engine.wire import Accepts

CHANNEL_OPTIONS = (
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
)
_PLAIN = Accepts(secrets=False, resources=False)


class ProviderConnection:
    """What has to be settled with a provider before its resources. Errors are ProviderError."""

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
        annotate_secrets(inputs, news)
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
            return decode_diff(await self._stub.DiffConfig(request))
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


def _setting(value: Value) -> str:
    opened = plain(value)
    return opened if isinstance(opened, str) else json.dumps(opened, separators=(",", ":"))

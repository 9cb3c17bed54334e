"""A client that calls the provider as the engine of the Pulumi CLI does, without the CLI.

The order of the calls and the fields of each follow pulumi/pulumi: `sdk/go/common/resource/plugin` (provider_plugin.go,
rpc.go, plugin.go) and `pkg/resource/deploy/providers/registry.go`. What that client would not accept in an answer
(an unknown after the preview, an empty id, flags of Configure that contradict Handshake) fails here too. It speaks to
a provider named in PULUMI_DEBUG_PROVIDERS; displays, plugins it starts itself, and views are left out.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from localcloud.provider.servicer import VERSION

ENGINE = "127.0.0.1:9"
"""An address where nobody listens: a provider needs the engine only to log."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends for an unknown string, list or object alike: it knows the type of none of them."""

Struct = struct_pb2.Struct


def struct(values: Mapping[str, Any]) -> Struct:
    """Properties on the wire: numbers are doubles, nulls are kept."""
    result = Struct()
    result.update(dict(values))
    return result


def secret(value: Any) -> dict[str, Any]:
    """A secret, as it is sent to a provider that accepts secrets."""
    return {SIGNATURE: SECRET, "value": value}


@dataclass
class State:
    """A resource as the engine keeps it between two operations: exactly what came over the wire."""

    urn: str
    id: str
    inputs: Struct
    outputs: Struct


class GenuineClient:
    """One provider instance: a connection of its own, attached. A context manager; `preview` is fixed for its life."""

    def __init__(self, port: int, *, preview: bool) -> None:
        self.preview = preview
        options = [("grpc.use_local_subchannel_pool", 1)]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
        self._stub: Any = rpc.ResourceProviderStub(
            self._channel
        )  # its types name fields the engine leaves out
        self.handshake = self._stub.Handshake(
            pb.ProviderHandshakeRequest(
                engine_address=ENGINE,  # no directories: the engine has not started this provider
                configure_with_urn=True,
                supports_views=True,
                supports_refresh_before_update=True,
                invoke_with_preview=True,
                mapper_target=ENGINE,
                loader_target=ENGINE,
                resolver_target=ENGINE,
                accepts_byte_string=True,
            )
        )
        self._stub.Attach(plugin_pb2.PluginAttach(address=ENGINE))
        self.version = self._stub.GetPluginInfo(empty_pb2.Empty()).version

    def __enter__(self) -> GenuineClient:
        return self

    def __exit__(self, *_: object) -> None:
        """The engine asks for the health of a plugin that it lets go; most plugins do not know the question."""
        ask = self._channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=empty_pb2.Empty.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        code = _code(lambda: ask(empty_pb2.Empty(), timeout=0.5))
        assert code in {grpc.StatusCode.OK, grpc.StatusCode.UNIMPLEMENTED}, code
        self._channel.close()

    # -- the provider resource

    def register(self, urn: str, settings: Mapping[str, Any], recorded: Struct | None = None) -> Struct:
        """Check, Diff and Configure of an explicit provider; its inputs, as the state holds them."""
        flat = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()
        }
        news = struct({**flat, "version": VERSION})
        about = self._about(urn)
        checked = self._stub.CheckConfig(pb.CheckRequest(**about, olds=recorded or Struct(), news=news))
        assert not checked.failures, checked.failures
        if recorded is not None:
            answer = self._stub.DiffConfig(
                pb.DiffRequest(**about, old_inputs=recorded, olds=recorded, news=checked.inputs)
            )
            assert answer.changes == pb.DiffResponse.DIFF_NONE, answer
        inputs: Struct = checked.inputs
        self._configure(urn, inputs)
        return inputs

    def _configure(self, urn: str, inputs: Struct) -> None:
        variables = {f"aws:config:{key}": str(inputs[key]) for key in inputs if key != "version"}
        answer = self._stub.Configure(
            pb.ConfigureRequest(
                urn=urn,
                name=_name(urn),
                type=_type(urn),
                id=UNKNOWN if self.preview else "3f0a1f2e-6d5c-4b3a-9f00-1c2d3e4f5a6b",
                acceptSecrets=True,
                acceptResources=True,
                sends_old_inputs=True,
                sends_old_inputs_to_delete=True,
                variables=variables,
                args=inputs,
            )
        )
        shaken = self.handshake
        said = (shaken.accept_secrets, shaken.accept_resources, shaken.accept_outputs)
        assert (answer.acceptSecrets, answer.acceptResources, answer.acceptOutputs) == said
        assert answer.supports_autonaming_configuration == shaken.supports_autonaming_configuration
        assert answer.supportsPreview

    # -- resources

    def check(self, urn: str, news: Struct, olds: Struct | None = None) -> Struct:
        """Checked inputs. The seed is drawn anew each time, as the engine does without a plan."""
        answer = self._stub.Check(
            pb.CheckRequest(
                **self._about(urn), olds=olds or Struct(), news=news, randomSeed=secrets.token_bytes(32)
            )
        )
        assert not answer.failures, answer.failures
        inputs: Struct = answer.inputs
        self._known(inputs)
        return inputs

    def diff(self, state: State, news: Struct, ignore: tuple[str, ...] = ()) -> pb.DiffResponse:
        """What an update of the recorded resource to these inputs would be."""
        answer: pb.DiffResponse = self._stub.Diff(
            pb.DiffRequest(
                **self._about(state.urn),
                id=state.id,
                old_inputs=state.inputs,
                olds=state.outputs,
                news=news,
                ignoreChanges=ignore,
            )
        )
        return answer

    def create(self, urn: str, inputs: Struct) -> State:
        """Create, or what a preview says of it."""
        answer = self._stub.Create(
            pb.CreateRequest(
                **self._about(urn),
                **self._status(),
                properties=inputs,
                timeout=0,
                preview=self.preview,
            )
        )
        assert answer.id or self.preview, "returned empty resource.ID"
        self._known(answer.properties)
        return State(urn, answer.id, inputs, answer.properties)

    def update(self, state: State, news: Struct) -> State:
        """Update, or what a preview says of it."""
        answer = self._stub.Update(
            pb.UpdateRequest(
                **self._about(state.urn),
                **self._status(),
                id=state.id,
                olds=state.outputs,
                old_inputs=state.inputs,
                news=news,
                timeout=0,
                preview=self.preview,
            )
        )
        self._known(answer.properties)
        return State(state.urn, state.id, news, answer.properties)

    def read(self, state: State) -> State | None:
        """What a refresh records, None when the object is gone."""
        answer = self._stub.Read(
            pb.ReadRequest(
                **self._about(state.urn),
                **self._status(),
                id=state.id,
                inputs=state.inputs,
                properties=state.outputs,
            )
        )
        return State(state.urn, answer.id, answer.inputs, answer.properties) if answer.id else None

    def delete(self, state: State) -> None:
        """Delete with the recorded inputs and outputs."""
        self._stub.Delete(
            pb.DeleteRequest(
                **self._about(state.urn),
                **self._status(),
                id=state.id,
                properties=state.outputs,
                old_inputs=state.inputs,
                timeout=120,
            )
        )

    def invoke(self, token: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Result of a function, without failures."""
        answer = self._stub.Invoke(pb.InvokeRequest(tok=token, args=struct(args), preview=self.preview))
        assert not answer.failures, answer.failures
        return dict(getattr(answer, "return"))

    def cancel(self) -> None:
        """What the first Ctrl-C sends."""
        self._stub.Cancel(empty_pb2.Empty())

    def code_of(self, method: str, request: Any) -> grpc.StatusCode:
        """Status with which a method is refused."""
        return _code(lambda: getattr(self._stub, method)(request))

    def _known(self, properties: Struct) -> None:
        assert self.preview or UNKNOWN not in str(properties), f"an unknown after the preview: {properties}"

    @staticmethod
    def _about(urn: str) -> dict[str, Any]:
        return {"urn": urn, "name": _name(urn), "type": _type(urn)}

    @staticmethod
    def _status() -> dict[str, Any]:
        return {"resource_status_address": ENGINE, "resource_status_token": "token"}


def _code(call: Callable[[], object]) -> grpc.StatusCode:
    try:
        call()
    except grpc.RpcError as error:
        status: grpc.StatusCode = error.code()
        return status
    return grpc.StatusCode.OK


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _type(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]

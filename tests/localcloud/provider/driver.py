"""The provider as an engine sees it: gRPC calls with plain values in and out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from localcloud.provider.wire import Props, decode, encode

REGION = "us-east-2"


class Failed(Exception):
    """An RPC failed; `str()` is the provider's message."""


@dataclass
class Made:
    """A created resource as the engine's state holds it."""

    urn: str
    id: str
    inputs: Props
    outputs: Props


def urn_of(token: str, name: str = "thing") -> str:
    """URN of a resource in a stack of these tests."""
    return f"urn:pulumi:test::payments::{token}::{name}"


class Driver:
    """One connection to the provider: one provider instance."""

    def __init__(self, port: int, **settings: Any) -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
        self.stub = rpc.ResourceProviderStub(self.channel)
        self.stub.Handshake(pb.ProviderHandshakeRequest())
        flat = {"region": REGION, **settings}
        self.settings = {k: v if isinstance(v, str) else json.dumps(v) for k, v in flat.items()}

    def configure(self) -> Driver:
        """Configure with the settings given; raises Failed."""
        self._call(self.stub.Configure, pb.ConfigureRequest(args=encode(self.settings)))
        return self

    def check(
        self, token: str, inputs: Props, name: str = "thing", old: Props | None = None
    ) -> tuple[Props, dict[str, str]]:
        """Checked inputs and problems by property."""
        urn = urn_of(token, name)
        seed = hashlib.sha256(urn.encode()).digest()
        request = pb.CheckRequest(urn=urn, news=encode(inputs), olds=encode(old or {}), randomSeed=seed)
        answer = self._call(self.stub.Check, request)
        return decode(answer.inputs)[0], {item.property: item.reason for item in answer.failures}

    def plan(self, token: str, inputs: Props) -> Props:
        """Outputs of a previewed creation."""
        request = pb.CreateRequest(urn=urn_of(token), properties=encode(inputs), preview=True)
        return decode(self._call(self.stub.Create, request).properties)[0]

    def create(self, token: str, inputs: Props, name: str = "thing") -> Made:
        """Create from checked inputs."""
        request = pb.CreateRequest(urn=urn_of(token, name), properties=encode(inputs))
        answer = self._call(self.stub.Create, request)
        return Made(urn_of(token, name), answer.id, inputs, decode(answer.properties)[0])

    def make(self, token: str, inputs: Props, name: str = "thing") -> Made:
        """Check, then create; problems fail."""
        checked, problems = self.check(token, inputs, name)
        assert not problems, problems
        return self.create(token, checked, name)

    def read(self, made: Made) -> tuple[str, Props, Props]:
        """(id, inputs, outputs) as a refresh gets them."""
        request = pb.ReadRequest(
            urn=made.urn, id=made.id, inputs=encode(made.inputs), properties=encode(made.outputs)
        )
        answer = self._call(self.stub.Read, request)
        return answer.id, decode(answer.inputs)[0], decode(answer.properties)[0]

    def import_(self, urn: str, physical_id: str) -> tuple[str, Props, Props]:
        """The same with nothing known but the id."""
        return self.read(Made(urn, physical_id, {}, {}))

    def diff(self, made: Made, new: Props, old: Props | None = None) -> Any:
        """The DiffResponse between recorded (or `old`) and new inputs."""
        recorded = encode(made.inputs if old is None else old)
        request = pb.DiffRequest(
            urn=made.urn, id=made.id, olds=encode(made.outputs), old_inputs=recorded, news=encode(new)
        )
        return self._call(self.stub.Diff, request)

    def update(self, made: Made, new: Props, old: Props | None = None, *, preview: bool = False) -> Props:
        """Update from recorded (or `old`) inputs; outputs."""
        request = pb.UpdateRequest(
            urn=made.urn,
            id=made.id,
            olds=encode(made.outputs),
            old_inputs=encode(made.inputs if old is None else old),
            news=encode(new),
            preview=preview,
        )
        return decode(self._call(self.stub.Update, request).properties)[0]

    def delete(self, made: Made) -> None:
        """Delete."""
        request = pb.DeleteRequest(
            urn=made.urn, id=made.id, properties=encode(made.outputs), old_inputs=encode(made.inputs)
        )
        self._call(self.stub.Delete, request)

    def invoke(self, token: str, **args: Any) -> Props:
        """Answer of a function."""
        answer = self._call(self.stub.Invoke, pb.InvokeRequest(tok=token, args=encode(args)))
        return decode(getattr(answer, "return"))[0]

    @staticmethod
    def _call(method: Any, request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            raise Failed(error.details()) from error

"""The provider `lab`: objects in memory, every call recorded, faults and drift on demand.

A change of `zone` replaces an object; type `lab:index:Exclusive` wants the old one deleted first. Outputs are
the inputs and `arn` (fixed) and `rev` (raised by each update). In previews `arn` of a new object and `rev` of a
changed one are unknown. A type `lab:index:Secretive` has the secret output `password`. Input `invalid` is refused.
"""

from __future__ import annotations

import json
import threading
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from localcloud.engine import wire
from localcloud.engine.values import UNKNOWN, Secret, Value, has_unknown, plain
from localcloud.engine.wire import Accepts

_KINDS = {"add": 0, "delete": 2, "update": 4}


@dataclass
class Call:
    """One call that reached the provider. `via` is the URN of the instance that it came through."""

    method: str
    urn: str
    via: str
    arguments: dict[str, Value]
    preview: bool = False
    error: str = ""
    began: int = 0
    ended: int = 0

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


@dataclass
class Fault:
    """What goes wrong with calls `method name`: refused with `message`, made but not ready, or held up until `hold`."""

    message: str = ""
    partial: list[str] = field(default_factory=list)
    hold: threading.Event | None = None
    barrier: threading.Barrier | None = None
    reached: threading.Event = field(default_factory=threading.Event)


class LabProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves all instances of one test; they differ by connection."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.objects: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, Fault] = {}
        self.region_replaces = True
        self._instances: dict[str, tuple[str, dict[str, Value]]] = {}
        self._lock = threading.Lock()
        self._numbers = 0
        self._clock = 0
        self._server = grpc.server(futures.ThreadPoolExecutor(40))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def stop(self) -> None:
        self._server.stop(0)

    # -- what tests ask ----------------------------------------------------------

    def made(self) -> list[str]:
        """The calls that changed something, in the order in which they began: `Create a`, `Delete b`."""
        return [str(call) for call in self.calls if call.method in _EFFECTS and not call.preview]

    def asked(self, method: str, name: str) -> list[Call]:
        """The calls of one method for one resource."""
        return [call for call in self.calls if call.method == method and call.name == name]

    def alter(self, name: str, **changes: Value) -> None:
        """Change the object called `name` behind the engine's back."""
        for thing in self.objects.values():
            if thing["name"] == name:
                thing["inputs"].update(changes)
                thing["outputs"].update(changes)

    def lose(self, name: str) -> None:
        """The object called `name` is gone."""
        self.objects = {key: item for key, item in self.objects.items() if item["name"] != name}

    # -- bookkeeping -------------------------------------------------------------

    def _begin(self, context: Any, method: str, urn: str, preview: bool = False, **arguments: Value) -> Call:
        via = self._instances.get(context.peer(), ("", {}))[0]
        with self._lock:
            self._clock += 1
            call = Call(method, urn, via, arguments, preview, began=self._clock)
            self.calls.append(call)
        return call

    def _end(self, call: Call) -> None:
        with self._lock:
            self._clock += 1
            call.ended = self._clock

    def _fault(self, call: Call, context: Any) -> Fault:
        fault = self.faults.get(str(call), Fault())
        if call.preview:
            return Fault()
        fault.reached.set()
        if fault.hold is not None:
            fault.hold.wait(60)
        if fault.barrier is not None:
            fault.barrier.wait()
        if fault.message:
            call.error = fault.message
            self._end(call)
            context.abort(grpc.StatusCode.UNKNOWN, fault.message)
        return fault

    def _init_failed(
        self, call: Call, context: Any, identity: str, thing: dict[str, Any], fault: Fault
    ) -> None:
        self._end(call)
        detail = provider_pb2.ErrorResourceInitFailed(
            id=identity,
            properties=_struct(thing["outputs"]),
            inputs=_struct(thing["inputs"]),
            reasons=fault.partial,
        )
        status = status_pb2.Status(code=2, message="not ready")
        status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, "not ready")

    # -- instances -----------------------------------------------------------------

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        self._end(self._begin(context, "CheckConfig", request.urn, news=wire.from_struct(request.news)))
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = plain(wire.from_struct(request.old_inputs)), plain(wire.from_struct(request.news))
        self._end(self._begin(context, "DiffConfig", request.urn, old=old, new=new))
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return provider_pb2.DiffResponse(
            changes=2 if changed else 1,
            diffs=changed,
            replaces=[key for key in changed if key == "region" and self.region_replaces],
        )

    def Configure(self, request: Any, context: Any) -> Any:
        settings = wire.from_struct(request.args)
        self._instances[context.peer()] = (request.urn, settings)
        call = self._begin(context, "Configure", request.urn, **settings)
        self._fault(call, context)
        self._end(call)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # -- resources -----------------------------------------------------------------

    def Check(self, request: Any, context: Any) -> Any:
        olds, news = wire.from_struct(request.olds), wire.from_struct(request.news)
        self._end(self._begin(context, "Check", request.urn, olds=olds, news=news))
        if "invalid" in news:
            failure = provider_pb2.CheckFailure(property="invalid", reason="is not allowed")
            return provider_pb2.CheckResponse(failures=[failure])
        if "::lab:index:Named::" in request.urn and "name" not in news:
            news["name"] = olds.get("name") or f"{request.urn.rsplit('::', 1)[-1]}-{self._number()}"
        return provider_pb2.CheckResponse(inputs=_struct(news))

    def Diff(self, request: Any, context: Any) -> Any:
        old, new = wire.from_struct(request.old_inputs), wire.from_struct(request.news)
        call = self._begin(
            context, "Diff", request.urn, old_inputs=old, olds=wire.from_struct(request.olds), news=new
        )
        self._end(call)
        detailed = {}
        for path, kind in _paths("", plain(old), plain(new)):
            replaces = path == "zone"
            detailed[path] = provider_pb2.PropertyDiff(
                kind=_KINDS[kind] + (1 if replaces else 0), inputDiff=True
            )
        return provider_pb2.DiffResponse(
            changes=2 if detailed else 1,
            diffs=sorted({path.split(".")[0].split("[")[0] for path in detailed}),
            replaces=[path for path in detailed if path == "zone"],
            detailedDiff=detailed,
            hasDetailedDiff=True,
            deleteBeforeReplace="::lab:index:Exclusive::" in request.urn,
        )

    def Create(self, request: Any, context: Any) -> Any:
        inputs = wire.from_struct(request.properties)
        call = self._begin(
            context, "Create", request.urn, request.preview, inputs=inputs, timeout=request.timeout
        )
        if request.preview:
            self._end(call)
            outputs = {**inputs, "arn": UNKNOWN, "rev": UNKNOWN}
            return provider_pb2.CreateResponse(properties=_struct(outputs))
        fault = self._fault(call, context)
        identity = f"{call.name}-{self._number()}"
        region = plain(self._instances[context.peer()][1]).get("region", "home")
        outputs = {**inputs, "arn": f"arn:{region}:{identity}", "rev": 1}
        if "::lab:index:Secretive::" in request.urn:
            outputs["password"] = Secret(f"pw-{identity}")
        thing = {"name": call.name, "inputs": inputs, "outputs": outputs}
        self.objects[identity] = thing
        if fault.partial:
            self._init_failed(call, context, identity, thing, fault)
        self._end(call)
        return provider_pb2.CreateResponse(id=identity, properties=_struct(outputs))

    def Update(self, request: Any, context: Any) -> Any:
        inputs, olds = wire.from_struct(request.news), wire.from_struct(request.olds)
        call = self._begin(context, "Update", request.urn, request.preview, inputs=inputs, olds=olds)
        outputs = {**inputs, "arn": olds.get("arn", UNKNOWN), "rev": UNKNOWN}
        if "password" in olds:
            outputs["password"] = olds["password"]
        if request.preview:
            self._end(call)
            return provider_pb2.UpdateResponse(properties=_struct(outputs))
        fault = self._fault(call, context)
        thing = self.objects[request.id]
        outputs["rev"] = thing["outputs"]["rev"] + 1
        thing["inputs"], thing["outputs"] = inputs, outputs
        if fault.partial:
            self._init_failed(call, context, request.id, thing, fault)
        self._end(call)
        return provider_pb2.UpdateResponse(properties=_struct(outputs))

    def Delete(self, request: Any, context: Any) -> Any:
        call = self._begin(context, "Delete", request.urn, id=request.id)
        self._fault(call, context)
        self.objects.pop(request.id, None)
        self._end(call)
        return empty_pb2.Empty()

    def Read(self, request: Any, context: Any) -> Any:
        call = self._begin(context, "Read", request.urn, id=request.id)
        fault = self._fault(call, context)
        self._end(call)
        thing = self.objects.get(request.id)
        if thing is None:
            return provider_pb2.ReadResponse()
        if fault.partial:
            self._init_failed(call, context, request.id, thing, fault)
        return provider_pb2.ReadResponse(
            id=request.id, properties=_struct(thing["outputs"]), inputs=_struct(thing["inputs"])
        )

    def Invoke(self, request: Any, context: Any) -> Any:
        arguments = wire.from_struct(request.args)
        call = self._begin(
            context, "Invoke", f"::{request.tok.rsplit(':', 1)[-1]}", request.preview, **arguments
        )
        self._end(call)
        if arguments.get("fail"):
            failure = provider_pb2.CheckFailure(property="fail", reason="asked to fail")
            return provider_pb2.InvokeResponse(failures=[failure])
        via = self._instances[context.peer()][1]
        result: dict[str, Value] = {"echo": arguments, "region": plain(via).get("region", "home")}
        if request.tok.endswith("getSecret"):
            result["secret"] = Secret("told-in-confidence")
        fields: dict[str, Any] = {"return": _struct(result)}
        return provider_pb2.InvokeResponse(**fields)

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _number(self) -> int:
        with self._lock:
            self._numbers += 1
            return self._numbers


_EFFECTS = ("Create", "Update", "Delete")


def _struct(properties: dict[str, Value]) -> Any:
    return wire.to_struct(properties, Accepts())


def _paths(at: str, old: Any, new: Any) -> list[tuple[str, str]]:
    """(path, kind of change) between two plain values; an unknown differs from everything."""
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key in sorted({*old, *new}):
            path = f"{at}.{key}" if at else key
            if key not in old:
                found.append((path, "add"))
            elif key not in new:
                found.append((path, "delete"))
            else:
                found += _paths(path, old[key], new[key])
        return found
    same = json.dumps(old, default=str) == json.dumps(new, default=str) and not has_unknown(new)
    return [] if same else [(at, "update")]

"""The real program's graph as a stack of policy views, from the in-process evaluation of `tests/program`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from policies.framework.graph import Stack
from policies.framework.resources import Provider, Resource
from policies.framework.values import plain
from tests.program.answers import ProgramMocks

ROOT = Path(__file__).resolve().parent.parent.parent


class _Arguments:
    """What ProgramMocks asks of a registration."""

    def __init__(self, typ: str, name: str, inputs: Mapping[str, Any]) -> None:
        self.typ, self.name, self.inputs = typ, name, inputs


@cache
def evaluated(stack: str, outputs_file: str = "") -> dict[str, Any]:
    """Registrations and outputs of one stack, evaluated once per test run in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "tests.program.evaluate",
        stack,
        *([outputs_file] if outputs_file else []),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr[-2000:]
    graph: dict[str, Any] = json.loads(done.stdout)
    return graph


def stack_of(graph: Mapping[str, Any]) -> Stack:
    """The graph after the update: outputs are the inputs and what AWS would add."""
    requests: Mapping[str, Any] = graph["resources"]
    return Stack(_resource(urn, request, requests) for urn, request in requests.items())


def _resource(urn: str, request: Mapping[str, Any], requests: Mapping[str, Any]) -> Resource:
    provider_urn = str(request.get("provider", "")).rpartition("::")[0]
    depends = request.get("propertyDependencies", {})
    return Resource(
        urn=urn,
        type=request["type"],
        name=request["name"],
        props=_outputs(request),
        protect=bool(request.get("protect")),
        provider=_provider(provider_urn, requests),
        parent=request.get("parent", ""),
        dependencies=tuple(request.get("dependencies", ())),
        property_dependencies={prop: tuple(on.get("urns", ())) for prop, on in depends.items()},
    )


def _outputs(request: Mapping[str, Any]) -> Any:
    inputs = request.get("object", {})
    if not request.get("custom") or request["type"].startswith("pulumi:"):
        return plain(inputs)
    arguments = _Arguments(request["type"], request["name"], inputs)
    made, outputs = ProgramMocks({}).new_resource(arguments)  # type: ignore[arg-type] # the three fields it reads
    return plain({**outputs, "id": made})


def _provider(urn: str, requests: Mapping[str, Any]) -> Provider | None:
    if urn not in requests:
        return None
    return Provider(urn, requests[urn]["name"], plain(requests[urn].get("object", {})))

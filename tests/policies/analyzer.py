"""The pack as the engine sees it: a process started by Pulumi's own policy runner, spoken to over gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies.framework.graph import Stack
from policies.framework.resources import Resource
from tests.policies.sdk import wire

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


class Analyzer:
    """One running pack. A context manager: the process ends with it."""

    def __init__(self, pack: str, stack: str = "prod-primary") -> None:
        environment = {
            **os.environ,
            "PULUMI_PROJECT": "payments",
            "PULUMI_STACK": stack,
            "PULUMI_DRY_RUN": "true",
            "PULUMI_CONFIG": "{}",
        }
        command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
        # as the genuine CLI does: the pack's folder is the working directory and the program is "."
        self._process = subprocess.Popen(
            command, cwd=ROOT / "policies" / pack, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        assert port.isdigit(), "the runner prints its port first"
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)

    def __enter__(self) -> Analyzer:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self._process.terminate()
        self._process.wait(timeout=10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def info(self) -> Any:
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(self, **policies: dict[str, Any]) -> None:
        configured = {
            name.replace("_", "-"): analyzer_pb2.PolicyConfig(
                enforcementLevel=analyzer_pb2.MANDATORY, properties=struct(config)
            )
            for name, config in policies.items()
        }
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=configured))

    def analyze(self, resource: Resource) -> Any:
        return self._stub.Analyze(_request(resource))

    def remediate(self, resource: Resource) -> Any:
        return self._stub.Remediate(_request(resource))

    def analyze_stack(self, stack: Stack) -> Any:
        sent = [_stack_resource(each) for each in stack.resources]
        return self._stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=sent))


def struct(value: dict[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(value)
    return message


def _request(resource: Resource) -> Any:
    return analyzer_pb2.AnalyzeRequest(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=struct(wire(dict(resource.props))),
        options=analyzer_pb2.AnalyzerResourceOptions(protect=resource.protect),
        provider=_provider(resource),
    )


def _stack_resource(resource: Resource) -> Any:
    depends = {
        prop: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
        for prop, urns in resource.property_dependencies.items()
    }
    return analyzer_pb2.AnalyzerResource(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=struct(wire(dict(resource.props))),
        options=analyzer_pb2.AnalyzerResourceOptions(protect=resource.protect),
        provider=_provider(resource),
        propertyDependencies=depends,
    )


def _provider(resource: Resource) -> Any:
    provider = resource.provider
    if provider is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type="pulumi:providers:aws",
        urn=provider.urn,
        name=provider.name,
        properties=struct(wire(dict(provider.props))),
    )

"""One policy pack as a running process: started, configured, stopped.

The pack is run by the Pulumi SDK (`pulumi.policy`) as the genuine CLI runs it, in the pack's folder. The
process ends when its standard input does, so that it does not outlive a killed engine.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc

from localcloud.engine.policy_config import LEVELS, PolicyInfo, PolicySetting
from localcloud.engine.yaml_file import load_mapping
from localcloud.errors import UserError

_START_SECONDS = 60
_STOP_SECONDS = 5
_LINES_KEPT = 30
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_SEVERITIES = ("", "low", "medium", "high", "critical")
_KINDS = ("unknown", "resource", "stack")

# `python -m pulumi.policy`, that ends with its parent: the pipe of stdin closes when the engine is gone.
_BOOTSTRAP = """
import os, runpy, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
"""


class PolicyProcess:
    """A pack in its own process. `start` and `connect` are apart so that packs can start side by side."""

    def __init__(self, directory: Path, on_line: Callable[[str], None]) -> None:
        """`on_line` receives what the pack prints (from another thread). Raises UserError."""
        self.directory = directory
        self.manifest = _manifest(directory)
        self._on_line = on_line
        self._printed: deque[str] = deque(maxlen=_LINES_KEPT)
        self._threads: list[threading.Thread] = []
        self._engine_address = ""
        self._serving = False
        self._process: subprocess.Popen[str] | None = None
        self._channel: grpc.Channel | None = None
        self.stub: Any = None

    @property
    def version(self) -> str:
        """The version in PulumiPolicy.yaml; empty when it has none."""
        return str(self.manifest.get("version") or "")

    def start(self, engine_address: str, env: Mapping[str, str]) -> None:
        """Starts the process; `env` is added to this process's environment."""
        self._engine_address = engine_address
        command = [str(_python(self.directory, self.manifest)), "-u", "-c", _BOOTSTRAP, engine_address, "."]
        self._process = subprocess.Popen(
            command,
            cwd=self.directory,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is the engine's to handle
        )
        self._follow(self._process.stderr, self._printed)

    def connect(self) -> None:
        """Waits for the pack to serve. Raises UserError with what it printed when it does not."""
        process = self._process
        if process is None or process.stdout is None:
            raise RuntimeError("connect before start")
        timer = threading.Timer(_START_SECONDS, process.kill)
        timer.start()
        try:
            port = process.stdout.readline().strip()
        finally:
            timer.cancel()
        if not port.isdigit():
            self.close()
            printed = "\n".join([port, *self._printed]).strip() or "it printed nothing"
            remedy = f"Correct the pack, then run again; it printed:\n{printed}\n"
            raise UserError(f"policy pack {self.directory}", "the policy pack failed to load", remedy)
        self._serving = True
        for line in list(self._printed):
            self._on_line(line)
        self._follow(process.stdout)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=_UNLIMITED)
        self.stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        folder = str(self.directory)
        self._optional(
            self.stub.Handshake,
            messages.AnalyzerHandshakeRequest(
                engine_address=self._engine_address, root_directory=folder, program_directory=folder
            ),
        )

    def configure_stack(self, request: messages.AnalyzerStackConfigureRequest) -> None:
        """Tells the pack which stack it judges; older packs do not ask."""
        self._optional(self.stub.ConfigureStack, request)

    def info(self) -> messages.AnalyzerInfo:
        answer: messages.AnalyzerInfo = self.stub.GetAnalyzerInfo(empty_pb2.Empty())
        return answer

    def configure(self, policies: Mapping[str, PolicySetting]) -> None:
        """Tells each policy its level and properties."""
        request = messages.ConfigureAnalyzerRequest()
        for name, setting in policies.items():
            config = request.policyConfig[name]
            config.enforcementLevel = messages.EnforcementLevel.Value((setting.level or "advisory").upper())
            config.properties.update(setting.properties)
        self.stub.Configure(request)

    def failure(self, error: grpc.RpcError) -> UserError:
        """The error to show when a call to the pack failed: a policy raised, or the process ended."""
        detail = "\n".join([str(error.details()), *self._printed]).strip()
        remedy = f"Correct the policy, then run again; it said:\n{detail}\n"
        return UserError(f"policy pack {self.directory}", "a policy failed", remedy)

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for thread in self._threads:
            thread.join(1)

    def _follow(self, stream: Any, kept: deque[str] | None = None) -> None:
        def read() -> None:
            for line in stream:
                if kept is not None:
                    kept.append(line.rstrip("\n"))
                if self._serving:
                    self._on_line(line.rstrip("\n"))

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        self._threads.append(thread)

    @staticmethod
    def _optional(call: Callable[[Any], Any], request: Any) -> None:
        try:
            call(request)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise


def policy_infos(info: messages.AnalyzerInfo) -> list[PolicyInfo]:
    """The policies of a pack, by name."""
    found = [
        PolicyInfo(
            name=policy.name,
            description=policy.description,
            level=LEVELS[policy.enforcementLevel],
            display_name=policy.displayName,
            severity=_SEVERITIES[policy.severity],
            framework=" ".join(
                part
                for part in (policy.framework.name, policy.framework.version, policy.framework.reference)
                if part
            ),
            tags=tuple(policy.tags),
            remediation_steps=policy.remediation_steps,
            url=policy.url,
            kind=_KINDS[policy.policy_type],
            schema={
                "properties": json_format.MessageToDict(policy.configSchema.properties),
                "required": list(policy.configSchema.required),
            },
        )
        for policy in info.policies
    ]
    return sorted(found, key=lambda policy: policy.name)


def initial_settings(info: messages.AnalyzerInfo) -> dict[str, PolicySetting]:
    """What the pack itself sets."""
    return {
        name: PolicySetting(LEVELS[config.enforcementLevel], json_format.MessageToDict(config.properties))
        for name, config in info.initialConfig.items()
    }


def severity_name(number: int) -> str:
    return _SEVERITIES[number]


def _manifest(directory: Path) -> dict[str, Any]:
    for name in ("PulumiPolicy.yaml", "PulumiPolicy.yml"):
        file = directory / name
        if file.is_file():
            break
    else:
        problem = "no PulumiPolicy.yaml there"
        raise UserError(f"policy pack {directory}", problem, "Name the folder of a policy pack")
    manifest = load_mapping(file)
    runtime = manifest.get("runtime")
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if language is None:
        raise UserError(f"{file}, key runtime", "the key is missing", "Add 'runtime: python'")
    if language != "python":
        problem = f"runtime '{language}' is not supported by localcloud, only python"
        raise UserError(f"{file}, key runtime", problem, "Use the pulumi CLI for this pack")
    return manifest


def _python(directory: Path, manifest: dict[str, Any]) -> Path:
    """The interpreter of the pack's virtual environment when it names one that exists, else this one."""
    runtime = manifest["runtime"]
    options = (runtime.get("options") or {}) if isinstance(runtime, dict) else {}
    named = options.get("virtualenv")
    python = directory / named / "bin" / "python" if named else None
    return python if python is not None and python.exists() else Path(sys.executable)

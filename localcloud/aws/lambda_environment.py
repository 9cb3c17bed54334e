"""One Lambda execution environment: a worker process with the function's code, variables, credentials and limits.

It serves one invocation at a time. Timeout, memory limit, failure of the init phase and crash are reported with AWS's
error types; after a timeout or crash the environment is over.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INIT_SECONDS = 10.0
"""AWS's limit of the init phase. Doubled here: a laptop's first import of a large library is slower."""
WORKER = Path(__file__).with_name("lambda_worker.py")


@dataclass(frozen=True)
class Function:
    """What the runner must know of a function. `layers` and `code` are zip archives; `identity` changes whenever any of
    it does; `credentials` are of a session of the function's role."""

    identity: str
    name: str
    arn: str
    version: str
    handler: str
    region: str
    memory: int
    timeout: float
    code: bytes
    layers: tuple[bytes, ...]
    variables: dict[str, str]
    credentials: tuple[str, str, str]


@dataclass
class Outcome:
    """Result of one invocation: the payload (JSON text), whether it is an error, and the log."""

    payload: str
    errored: bool
    log: str


class Environment:
    """One worker process."""

    def __init__(self, function: Function, folder: Path, endpoint: str) -> None:
        self.function = function
        self._log_path = folder / f"{uuid.uuid4().hex}.log"
        self._log = self._log_path.open("ab+")
        answers, write_end = os.pipe()
        paths = [str(path / "python") for path in sorted(folder.glob("layer-*"))]
        command = [sys.executable, "-u", str(WORKER), str(write_end), str(os.getpid()), json.dumps(paths)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            cwd=folder / "task",
            env=self._variables(endpoint),
            pass_fds=[write_end],
            start_new_session=True,
        )
        os.close(write_end)
        self._answers = answers
        self._buffer = b""
        self.broken: dict[str, Any] | None = None

    def _variables(self, endpoint: str) -> dict[str, str]:
        """The environment of a managed runtime: nothing of this machine but the path and the locale."""
        function = self.function
        key, secret, token = function.credentials
        base = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "TMPDIR") if name in os.environ}
        return {
            **base,
            "HOME": str(self._log_path.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ENDPOINT_URL_S3_CONTROL": endpoint.replace("http://", "http://account@", 1),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d')}/[{function.version}]{self._log_path.stem}",
            "LAMBDA_TASK_ROOT": str(self._log_path.parent / "task"),
            "_HANDLER": function.handler,
            **function.variables,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": token,
        }

    def initialise(self) -> None:
        """Wait for the init phase; its failure is kept in `broken` and is the result of the invocation."""
        answer = self._read(time.monotonic() + 2 * INIT_SECONDS)
        if answer is None:
            message = f"Error: Runtime exited with error: exit status {self._process.poll()}"
            self.broken = {"errorType": "Runtime.ExitError", "errorMessage": message}
        elif not answer["ready"]:
            self.broken = dict(answer["error"])

    def invoke(self, event: Any) -> Outcome:
        """One invocation; afterwards `usable` tells whether the environment may serve another."""
        request = str(uuid.uuid4())
        offset = self._log.seek(0, os.SEEK_END)
        if self.broken is not None:
            return Outcome(json.dumps({**self.broken, "requestId": request}), True, self._logged(0))
        line = {"id": request, "arn": self.function.arn, "event": event, "seconds": self.function.timeout}
        answer: dict[str, Any] | None = None
        with contextlib.suppress(BrokenPipeError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._read(time.monotonic() + self.function.timeout)
        if answer is None:
            answer = {"error": self._death(request)}
        log = self._logged(offset)
        if "payload" in answer:
            return Outcome(answer["payload"], False, log)
        if answer.get("fatal"):
            self.close()
        return Outcome(json.dumps(answer["error"]), True, log)

    def _death(self, request: str) -> dict[str, Any]:
        """No answer: out of time, or the process is gone. Either way this environment is over."""
        status = self._process.poll()
        self.close()
        if status is None:
            message = f"RequestId: {request} Error: Task timed out after {self.function.timeout:.2f} seconds"
            return {"errorType": "Sandbox.Timedout", "errorMessage": message}
        ended = "signal: killed" if status < 0 else f"exit status {status}"
        message = f"RequestId: {request} Error: Runtime exited with error: {ended}"
        return {"errorType": "Runtime.ExitError", "errorMessage": message}

    def _read(self, deadline: float) -> dict[str, Any] | None:
        """The next answer; None when time is up or the process has ended."""
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._answers, 65_536) if ready else b""
            if not chunk:
                if ready:  # end of file: let the exit status arrive
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        self._process.wait(1)
                return None
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return dict(json.loads(line))

    def _logged(self, offset: int) -> str:
        self._log.seek(offset)
        return self._log.read().decode("utf-8", "replace")

    @property
    def usable(self) -> bool:
        return self.broken is None and self._process.poll() is None

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._answers >= 0:
            os.close(self._answers)
            self._answers = -1

"""The program's process: started with its own interpreter, watched, and ended with the run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path

from localcloud.engine import events
from localcloud.engine.errors import BailError, EngineError
from localcloud.engine.project import Project
from localcloud.engine.run import Run
from localcloud.engine.runner import TOLD

_RUNNER = Path(__file__).with_name("runner.py")
_GRACE_SECONDS = 5.0


class Program:
    """One process of a Pulumi program. Its output goes to the sink, line by line."""

    def __init__(self, run: Run, project: Project) -> None:
        self._run = run
        self._project = project
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []

    async def start(
        self,
        address: str,
        organization: str,
        config: dict[str, str],
        secret_keys: list[str],
    ) -> None:
        """Start the program against the services at `address`."""
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(config),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(secret_keys),
            "PYTHONUNBUFFERED": "1",
        }
        virtualenv = self._project.virtualenv
        if virtualenv is not None:
            environment["VIRTUAL_ENV"] = str(virtualenv)
            environment["PATH"] = f"{virtualenv / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        self._process = await asyncio.create_subprocess_exec(
            str(self._project.python),
            str(_RUNNER),
            *("--monitor", address, "--engine", address),
            *("--project", self._project.name, "--stack", self._run.stack),
            *("--organization", organization, "--root", str(self._project.directory)),
            *("--parallel", str(self._run.options.parallel)),
            *("--dry-run", "true" if self._run.dry_run else "false"),
            self._project.program_entry,
            cwd=self._project.program_directory,
            env=environment,
            # Apart from the terminal's Ctrl-C, which is for the engine: it lets the program finish.
            start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for stream, name in ((self._process.stdout, "stdout"), (self._process.stderr, "stderr")):
            if stream is not None:
                self._readers.append(asyncio.ensure_future(self._forward(stream, name)))

    async def _forward(self, stream: asyncio.StreamReader, name: str) -> None:
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                continue  # a line longer than the reader's limit: its rest follows
            if not line:
                return
            self._run.emit(events.ProgramOutput(line.decode(errors="replace"), name))

    async def wait(self) -> None:
        """Wait for the program to end. Raises EngineError when it failed, BailError when that was said."""
        assert self._process is not None
        code = await self._process.wait()
        await asyncio.gather(*self._readers)
        if code == TOLD:
            raise BailError("the program failed")
        if code < 0:
            raise EngineError(f"Program was ended by signal {signal.Signals(-code).name}")
        if code != 0:
            raise EngineError(f"Program exited with non-zero exit code: {code}")

    async def stop(self) -> None:
        """End the program; it gets a moment to end by itself."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.gather(*self._readers)

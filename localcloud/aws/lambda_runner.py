"""Runs Lambda functions as AWS does: real code from the real zip, in warm worker processes.

One environment serves one invocation at a time and is reused; more are started as needed, up to the function's
reserved concurrency or `MOST_AT_ONCE`. A changed function (code, handler, variables, limits) gets new ones. Timeout,
memory limit, init failure and crash are reported with AWS's error types. Deliberately does not: run runtimes other
than Python, freeze an environment between invocations, or use layers' native code before the local packages.
"""

from __future__ import annotations

import shutil
import threading
import uuid
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from localcloud.aws.lambda_environment import Environment, Function, Outcome

MOST_AT_ONCE = 16
IDLE_KEPT = 4
"""Warm environments kept per function."""


class Throttled(Exception):  # noqa: N818 - AWS's word
    """More invocations at once than the function's reserved concurrency."""


@dataclass
class _Pool:
    """Environments of one state of one function."""

    function: Function
    folder: Path
    idle: list[Environment] = field(default_factory=list)
    busy: int = 0


class Runner:
    """All functions of the world. Safe from any thread."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint
        self._pools: dict[str, _Pool] = {}
        self._free = threading.Condition()

    def invoke(self, function: Function, event: Any, concurrency: int | None = None) -> Outcome:
        """Run once. Raises `Throttled` when reserved concurrency is used up; else waits for a free environment."""
        pool, environment = self._acquire(function, concurrency)
        try:
            if environment is None:
                environment = Environment(function, pool.folder, self._endpoint)
                environment.initialise()
            return environment.invoke(event)
        finally:
            self._release(pool, environment)

    def _acquire(self, function: Function, concurrency: int | None) -> tuple[_Pool, Environment | None]:
        with self._free:
            pool = self._pools.get(function.arn)
            if pool is None or pool.function.identity != function.identity:
                if pool is not None:
                    self._retire(pool)
                pool = _Pool(function, self._unpack(function))
                self._pools[function.arn] = pool
            while pool.busy >= (MOST_AT_ONCE if concurrency is None else concurrency):
                if concurrency is not None:
                    raise Throttled
                self._free.wait()
            pool.busy += 1
            while pool.idle:
                environment = pool.idle.pop()
                if environment.usable:
                    return pool, environment
                environment.close()
            return pool, None

    def _release(self, pool: _Pool, environment: Environment | None) -> None:
        with self._free:
            pool.busy -= 1
            current = self._pools.get(pool.function.arn) is pool
            if environment is not None:
                if current and environment.usable and len(pool.idle) < IDLE_KEPT:
                    pool.idle.append(environment)
                else:
                    environment.close()
            if not current and pool.busy == 0:
                shutil.rmtree(pool.folder, ignore_errors=True)
            self._free.notify()

    def _unpack(self, function: Function) -> Path:
        folder = self._folder / f"{function.name}-{uuid.uuid4().hex[:8]}"
        for name, archive in [
            ("task", function.code),
            *((f"layer-{i}", z) for i, z in enumerate(function.layers)),
        ]:
            (folder / name).mkdir(parents=True)
            if archive:
                with zipfile.ZipFile(BytesIO(archive)) as opened:
                    opened.extractall(folder / name)
        return folder

    def _retire(self, pool: _Pool) -> None:
        for environment in pool.idle:
            environment.close()
        pool.idle.clear()
        if pool.busy == 0:
            shutil.rmtree(pool.folder, ignore_errors=True)

    def close(self) -> None:
        """End every idle environment (busy ones end with the emulator)."""
        with self._free:
            for pool in self._pools.values():
                self._retire(pool)
            self._pools.clear()

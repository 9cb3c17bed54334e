"""Start, stop and look at the emulated world: the two daemons `aws` and `provider`, their files and their ports.

Files below `$LOCALCLOUD_HOME/world/run`: `world.json` (id of the world), `aws.json` and `provider.json` (pid, start
time, port). One lock file beside `world/` makes concurrent starts and stops take turns. Account data lives in the
daemon's memory, so a world whose `aws` daemon has ended cannot be continued: the next start puts it aside as
`previous/` and begins a new one.

Ports are free ones unless LOCALCLOUD_AWS_PORT / LOCALCLOUD_PROVIDER_PORT name them.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud import home
from localcloud.aws import process
from localcloud.aws.postgres_binaries import remove_temporary
from localcloud.aws.process import Daemon
from localcloud.errors import UserError

AWS, PROVIDER = "aws", "provider"
PORT_VARIABLES = {AWS: "LOCALCLOUD_AWS_PORT", PROVIDER: "LOCALCLOUD_PROVIDER_PORT"}
MODULES = {AWS: "localcloud.aws.server", PROVIDER: "localcloud.provider.server"}
READY_SECONDS = 60.0
"""Generous: a loaded machine may take long to import; a daemon that fails is noticed at once."""
REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Started:
    """Result of `start()`. `notices` are sentences for the person who asked."""

    endpoint: str
    provider_port: int | None
    already_running: bool
    notices: list[str] = field(default_factory=list)


def start(with_provider: bool = True) -> Started:
    """Start what is not running; safe to call from several processes at once. `with_provider=False`: `aws` alone.

    Raises UserError for a busy port, a bad port number or a daemon that ends at once (its log is named).
    """
    notices: list[str] = []
    with _turn():
        aws, provider = _daemon(AWS), _daemon(PROVIDER)
        was_running = aws is not None and (provider is not None or not with_provider)
        if aws is None:
            _check_port(AWS)
            _check_port(PROVIDER)
            notices += _put_aside()
            provider = None
            _begin_world()
            aws = _spawn(AWS)
        if with_provider and provider is None and importlib.util.find_spec(MODULES[PROVIDER]) is not None:
            _check_port(PROVIDER)
            provider = _spawn(PROVIDER)
    return Started(_endpoint(aws), provider.port if provider else None, was_running, notices)


def stop() -> bool:
    """End both daemons (and with `aws` its workers and databases). False when nothing was running."""
    with _turn():
        ended = False
        for name in (PROVIDER, AWS):
            path = home.run_dir() / f"{name}.json"
            daemon = process.recall(path)
            if daemon is not None and daemon.alive():
                process.end(daemon, patience=20.0)
                ended = True
            path.unlink(missing_ok=True)
        return ended


def status() -> dict[str, Any]:
    """What `localcloud status --json` prints. Without a running world: `running` false, the rest empty."""
    from localcloud.aws.state_pages import recorded_only

    aws, provider = _daemon(AWS), _daemon(PROVIDER)
    if aws is None:
        page: dict[str, Any] = {"world": None, "accounts": {}, "databases": {}, "api": {}}
        page["recordedOnly"] = recorded_only()
    else:
        page = _fetch(aws, "status")
    return {
        "running": aws is not None,
        "world": page["world"],
        "endpoint": _endpoint(aws) if aws else None,
        "accounts": page["accounts"],
        "provider": provider.port if provider else None,
        "databases": page["databases"],
        "api": page["api"],
        "recordedOnly": page["recordedOnly"],
    }


def env(account: str, region: str | None = None) -> str:
    """Shell exports with which any AWS client works inside an account (name or id); `region` defaults to us-east-2."""
    from localcloud.aws.client import World

    return World.current().exports(account, region)


def running_endpoint() -> str | None:
    """Endpoint of the running emulated AWS, or None. Cheap: one file and one loopback request."""
    aws = _daemon(AWS)
    return _endpoint(aws) if aws else None


def running_provider() -> int | None:
    """Port of the running provider daemon, or None."""
    provider = _daemon(PROVIDER)
    return provider.port if provider else None


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Only one start or stop at a time per LOCALCLOUD_HOME; the lock goes with the process that holds it."""
    folder = home.home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "control.lock").open("a")
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise UserError(str(folder), problem, "Set LOCALCLOUD_HOME to a writable folder") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _daemon(name: str) -> Daemon | None:
    """The running daemon of this world, or None: the process lives and, for `aws`, answers as that process.

    Raises UserError when it lives without answering: a busy machine must not cost anyone their world.
    """
    daemon = process.recall(home.run_dir() / f"{name}.json")
    if daemon is None or daemon.port == 0 or not daemon.alive():
        return None
    if name == AWS:
        try:
            if _fetch(daemon, "health")["pid"] != daemon.pid:
                return None
        except (OSError, ValueError, KeyError) as error:
            if not daemon.alive():
                return None
            problem = f"process {daemon.pid} lives but does not answer on port {daemon.port} ({error})"
            remedy = "Wait if the machine is busy; else `python -m localcloud stop` ends it (and its world)"
            raise UserError("the emulated AWS", problem, remedy) from error
    return daemon


def _fetch(daemon: Daemon, page: str) -> dict[str, Any]:
    url = f"{_endpoint(daemon)}/_localcloud/{page}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback: never through a proxy
    with opener.open(url, timeout=30) as answer:
        return dict(json.load(answer))


def _endpoint(aws: Daemon) -> str:
    return f"http://127.0.0.1:{aws.port}"


def _put_aside() -> list[str]:
    """Move a world whose daemon has ended to `previous/` (replacing the one there); end what is left of it."""
    for name in (PROVIDER, AWS):
        daemon = process.recall(home.run_dir() / f"{name}.json")
        if daemon is not None and daemon.alive():
            process.end(daemon)
    if not (home.run_dir() / "world.json").exists():
        return []
    _end_databases()
    shutil.rmtree(home.previous_world(), ignore_errors=True)
    home.world().rename(home.previous_world())
    return [
        "The previous world has ended with its emulated AWS, which keeps accounts in memory; a new, empty one begins. "
        f"What it left (state, logs, databases) is in {home.previous_world()}."
    ]


def _end_databases() -> None:
    """Database servers that outlived their daemon (kill -9), by their recorded process; and their temporary folder."""
    for path in sorted((home.run_dir() / "databases").glob("*.json")):
        daemon = process.recall(path)
        if daemon is not None and daemon.alive():
            process.end(daemon, first=signal.SIGQUIT)  # PostgreSQL's immediate shutdown
    remove_temporary()


def _begin_world() -> None:
    for folder in ("run", "logs", "data"):
        (home.world() / folder).mkdir(parents=True, exist_ok=True)
    made = {"world": secrets.token_hex(8), "begun": datetime.now(UTC).isoformat(timespec="seconds")}
    process.write_atomically(home.run_dir() / "world.json", json.dumps(made) + "\n")


def _spawn(name: str) -> Daemon:
    command = [
        sys.executable,
        "-m",
        MODULES[name],
        "--port",
        str(_wanted_port(name)),
        "--home",
        str(home.home()),
    ]
    path = os.pathsep.join(p for p in (str(REPOSITORY), os.environ.get("PYTHONPATH", "")) if p)
    environment = {**os.environ, "LOCALCLOUD_HOME": str(home.home()), "PYTHONPATH": path}
    return process.spawn(name, command, home.run_dir(), home.logs_dir(), environment, READY_SECONDS)


def _wanted_port(name: str) -> int:
    """The port asked for by environment, 0 (a free one) if none."""
    variable = PORT_VARIABLES[name]
    text = os.environ.get(variable, "").strip()
    if not text:
        return 0
    if not text.isdigit() or int(text) > 65535:
        problem = f"{text!r} is not a port number"
        raise UserError(variable, problem, "Give a number from 1 to 65535, or unset it for a free port")
    return int(text)


def _check_port(name: str) -> None:
    """A named port that something else holds is an error before anything has been started."""
    port = _wanted_port(name)
    if port == 0:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UserError(
                f"{PORT_VARIABLES[name]}={port}",
                f"port {port} on 127.0.0.1 cannot be used ({error.strerror})",
                f"End the program that holds it, name another port, or unset {PORT_VARIABLES[name]} for a free one",
            ) from error

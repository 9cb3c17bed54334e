"""Detached daemon processes: start one, recognise it again, end it.

A process is known by its id *and* its start time, so that a reused id can never make us end a stranger.
A daemon announces its port as the first line of its standard output (`logs/<name>.out`); everything else goes to
`logs/<name>.log`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from localcloud.errors import UserError


@dataclass(frozen=True)
class Daemon:
    """A started daemon. `port` is 0 until it has announced one; `born` is the start time the system reports."""

    name: str
    pid: int
    born: str
    port: int

    def alive(self) -> bool:
        """True when the process of this id is still the one we started."""
        return birth(self.pid) == self.born


def birth(pid: int) -> str:
    """The start time of a process as an opaque string; empty when there is no such (living) process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return ""
    except (OSError, IndexError):
        return ""
    else:
        return "" if fields[0] in "ZX" else fields[19]
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def write_atomically(path: Path, text: str) -> None:
    """Replace the file whole, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_text(text)
    beside.replace(path)


def remember(path: Path, daemon: Daemon) -> None:
    write_atomically(path, json.dumps(asdict(daemon)) + "\n")


def recall(path: Path) -> Daemon | None:
    """The daemon in a pid file; None when the file is absent or damaged (then nothing may be ended)."""
    try:
        data = json.loads(path.read_text())
        return Daemon(str(data["name"]), int(data["pid"]), str(data["born"]), int(data["port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def spawn(
    name: str, command: list[str], run: Path, logs: Path, env: dict[str, str], timeout: float
) -> Daemon:
    """Start a detached daemon, note it in `run/<name>.json`, wait for its port (at most `timeout` seconds)."""
    logs.mkdir(parents=True, exist_ok=True)
    out, log = logs / f"{name}.out", logs / f"{name}.log"
    with out.open("wb") as stdout, log.open("ab") as stderr:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=env, start_new_session=True
        )
    daemon = Daemon(name, child.pid, birth(child.pid), 0)
    remember(run / f"{name}.json", daemon)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        first = out.read_text(errors="replace").partition("\n")
        if first[1] and first[0].strip().isdigit():
            daemon = Daemon(name, child.pid, daemon.born, int(first[0]))
            remember(run / f"{name}.json", daemon)
            return daemon
        if child.poll() is not None:
            raise UserError(
                f"{name} daemon",
                f"it ended at once with code {child.returncode}: {_last_line(log)}",
                f"Read {log}",
            )
        time.sleep(0.02)
    end(daemon)
    raise UserError(f"{name} daemon", f"it was not ready within {timeout:g} s", f"Read {log}")


def end(daemon: Daemon, patience: float = 5.0, first: signal.Signals = signal.SIGTERM) -> None:
    """End the process (signal `first`, after `patience` seconds SIGKILL); nothing happens when it is not ours any
    more."""
    for sign, wait in ((first, patience), (signal.SIGKILL, 2.0)):
        if not daemon.alive():
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(daemon.pid, sign)
        deadline = time.monotonic() + wait
        while daemon.alive() and time.monotonic() < deadline:
            _reap(daemon.pid)
            time.sleep(0.02)
    _reap(daemon.pid)


def _reap(pid: int) -> None:
    """Collect the process if it is a child of this one (in the same program that started it)."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "(no message)"

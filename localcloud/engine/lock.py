"""The lock of a stack, in the format of Pulumi's file backend: one JSON file per holder.

Like the genuine one it is advisory: write, look again, withdraw when another is there. A lock whose holder
was a process of this machine that no longer lives (a `kill -9`) is removed, and said on standard error.
"""

from __future__ import annotations

import contextlib
import datetime
import getpass
import json
import os
import socket
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localcloud.errors import UserError

_held: set[Path] = set()
"""Lock files of this process."""


def release_all() -> None:
    """Gives back every lock of this process: for one that ends without unwinding."""
    for path in tuple(_held):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def hold(folder: Path, stack: str) -> Iterator[None]:
    """Holds the lock of `stack`, whose lock files lie in `folder`. Raises UserError when another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / f"{uuid.uuid4()}.json"
    _refuse_if_held(folder, own, stack)
    content = {
        "pid": os.getpid(),
        "username": _username(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.datetime.now().astimezone().isoformat(),
    }
    own.write_text(json.dumps(content))
    _held.add(own)
    try:
        _refuse_if_held(folder, own, stack)
        yield
    finally:
        own.unlink(missing_ok=True)
        _held.discard(own)


def _refuse_if_held(folder: Path, own: Path, stack: str) -> None:
    for path in sorted(folder.glob("*.json")):
        if path == own:
            continue
        try:
            holder = json.loads(path.read_text())
            who = f"{holder['username']}@{holder['hostname']} (pid {holder['pid']}) at {holder['timestamp']}"
        except FileNotFoundError:
            continue  # released between the listing and the reading
        except (ValueError, KeyError, TypeError):
            holder, who = {}, "an unreadable lock file"
        if _is_dead(holder):
            path.unlink(missing_ok=True)
            print(
                f"The lock of stack {stack} was left by {who}, which no longer runs: removed.",
                file=sys.stderr,
            )
            continue
        raise UserError(
            f"stack {stack}",
            f"the stack is currently locked: created by {who}",
            f"Wait for that process to end; if it is gone, delete {path}. Nothing was changed",
        )


def _is_dead(holder: dict[str, Any]) -> bool:
    """Whether the holder was a process of this machine that has ended (or whose pid another one has now)."""
    pid = holder.get("pid")
    if holder.get("hostname") != socket.gethostname() or not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, under another user
    started, taken = _start_time(pid), _timestamp(holder)
    return started is not None and taken is not None and started > taken + 1


def _start_time(pid: int) -> float | None:
    """When the process started (seconds since 1970), to the second; None where /proc does not tell."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
        return int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def _timestamp(holder: dict[str, Any]) -> float | None:
    try:
        return datetime.datetime.fromisoformat(str(holder["timestamp"])).timestamp()
    except (KeyError, ValueError):
        return None


def _username() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())

"""What happened since the last checkpoint, so that a killed run loses nothing.

The journal is a file of JSON lines beside the checkpoint, appended to and synced at the begin and at the end
of each operation; writing the whole checkpoint that often would make an update grow with the square of its
resources. Each line is a list of records that belong together:

    ["begin", token, kind, resource]   an operation begins (creating, updating, deleting, reading, importing)
    ["end", token]                     it ended, well or not
    ["new", key, resource]             a resource as it now is; the key names it from then on
    ["move", key]                      a resource of the checkpoint, seen again unchanged
    ["done", key]                      a resource of the checkpoint that is gone or was replaced by a new one
    ["flag", key, fields]              fields of a resource of the checkpoint changed (delete, ...)

Keys of the checkpoint's own resources are `b<index>`. The first line names the checkpoint it continues by
digest: a journal of another checkpoint is void. Resources are in checkpoint form, secrets encrypted.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from localcloud.engine.backend import FileBackend, StackRef

Record = list[Any]
_VERSION = 1


class Journal:
    """The open journal of one run. Appending is immediate, `sync` waits until it is on disk."""

    def __init__(self, path: Path, base: str, header: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self._buffer: list[bytes] = []
        self._appended = self._synced = 0
        self._flushing: asyncio.Future[None] | None = None
        self._write(_line({"journal": _VERSION, "base": base, **header}))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def append(self, records: list[Record]) -> None:
        """Add records that belong together; they reach the disk with the next `sync` at the latest."""
        self._buffer.append(_line(records))
        self._appended += 1

    async def sync(self) -> None:
        """Wait until everything appended so far is on disk. Callers at the same time share one write."""
        target = self._appended
        while self._synced < target:
            if self._flushing is None:
                self._flushing = asyncio.ensure_future(self._flush())
            await asyncio.shield(self._flushing)

    async def _flush(self) -> None:
        batch, reached = b"".join(self._buffer), self._appended
        self._buffer.clear()
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._write, batch)
            self._synced = reached
        finally:
            self._flushing = None

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]
        os.fdatasync(self._file)

    def close(self) -> None:
        """Remove the journal: the checkpoint holds everything now."""
        os.close(self._file)
        self._path.unlink(missing_ok=True)


def _line(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def digest(backend: FileBackend, stack: StackRef) -> str:
    """What identifies the checkpoint on disk; empty when there is none."""
    try:
        return hashlib.sha256(backend.path(stack).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def load(backend: FileBackend, stack: StackRef) -> dict[str, Any] | None:
    """The stack's deployment with the journal of a killed run applied; None when there is no such stack.

    This is how state is read everywhere: the checkpoint alone may be behind. Nothing is written.
    """
    deployment = backend.load(stack)
    lines = _read(backend.journal_path(stack))
    if not lines or lines[0].get("base") != digest(backend, stack):
        return deployment
    header = {key: item for key, item in lines[0].items() if key not in ("journal", "base")}
    return {**header, **replay(deployment or {}, lines[1:])}


def settle(backend: FileBackend, stack: StackRef) -> dict[str, Any] | None:
    """Like `load`, and make it the checkpoint. The caller holds the stack's lock."""
    path = backend.journal_path(stack)
    if not path.exists():
        return backend.load(stack)
    deployment = load(backend, stack)
    if deployment is not None and deployment != backend.load(stack):
        backend.save(stack, deployment)
    path.unlink(missing_ok=True)
    return deployment


def _read(path: Path) -> list[Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return []
    lines = []
    for line in text.split(b"\n")[:-1]:
        try:
            lines.append(json.loads(line))
        except ValueError:
            break  # torn by the crash: it was never waited for
    return lines


def replay(deployment: dict[str, Any], lines: list[list[Record]]) -> dict[str, Any]:
    """`deployment` with the records of `lines` applied."""
    base = {f"b{index}": dict(entry) for index, entry in enumerate(deployment.get("resources") or [])}
    seen: dict[str, dict[str, Any]] = {}
    gone: set[str] = set()
    pending: dict[int, dict[str, Any]] = {}
    for record in (record for line in lines for record in line):
        kind, key = record[0], record[1]
        if kind == "begin":
            pending[key] = {"resource": record[3], "type": record[2]}
        elif kind == "end":
            pending.pop(key, None)
        elif kind == "new":
            seen[key] = record[2]
            gone.discard(key)
        elif kind == "move":
            seen[key] = base[key]
        elif kind == "done":
            gone.add(key)
        elif kind == "flag":
            (seen.get(key) or base[key]).update(record[2])
    resources = [entry for key, entry in seen.items() if key not in gone]
    resources += [entry for key, entry in base.items() if key not in seen and key not in gone]
    creating = [each for each in deployment.get("pending_operations") or [] if each["type"] == "creating"]
    operations = [*pending.values(), *creating]
    result = {key: item for key, item in deployment.items() if key not in ("resources", "pending_operations")}
    if resources:
        result["resources"] = _renamed(resources)
    if operations:
        result["pending_operations"] = operations
    return result


def _renamed(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """References to former names turned to the present ones, and the record of former names dropped."""
    names = {former: entry["urn"] for entry in resources for former in entry.get("aliases") or []}
    if not names:
        return resources
    return [_rename(entry, names) for entry in resources]


def _rename(entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    out = {key: item for key, item in entry.items() if key != "aliases"}
    for key in ("parent", "deletedWith"):
        if key in out:
            out[key] = names.get(out[key], out[key])
    for key in ("dependencies", "replaceWith"):
        if key in out:
            out[key] = [names.get(urn, urn) for urn in out[key]]
    if "provider" in out:
        urn, _, identity = out["provider"].rpartition("::")
        out["provider"] = f"{names.get(urn, urn)}::{identity}"
    if "propertyDependencies" in out:
        out["propertyDependencies"] = {
            key: [names.get(urn, urn) for urn in listed]
            for key, listed in out["propertyDependencies"].items()
        }
    return out

"""The history of a stack's updates, in the format of Pulumi's file backend: two files per update.

`<stack>-<nanoseconds>.history.json` says what was done, `.checkpoint.json` beside it is the state it left.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import Any

from localcloud.engine.backend import FileBackend, StackRef, write_synced

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class UpdateRecord:
    """One operation that changed (or tried to change) a stack. Times are seconds since 1970."""

    kind: str
    """`update`, `refresh`, `destroy` or `import`."""
    start: float
    end: float
    ok: bool
    changes: dict[str, int]
    config: dict[str, Any]
    """The stack's configuration with secrets still sealed."""
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "startTime": int(self.start),
            "message": self.message,
            "environment": {"exec.kind": "cli"},
            "config": self.config,
            "result": "succeeded" if self.ok else "failed",
            "endTime": int(self.end),
            **({"resourceChanges": self.changes} if self.changes else {}),
        }


def record(backend: FileBackend, stack: StackRef, update: UpdateRecord) -> None:
    """Adds `update` to the stack's history, with a copy of the state it left."""
    folder = backend.history_dir(stack)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{stack.name}-{time.time_ns()}"
    write_synced(folder / f"{name}.history.json", json.dumps(update.to_json(), separators=(",", ":")))
    state = backend.path(stack)
    if state.exists():
        # A saved state is never edited in place, so the copy may share its bytes.
        os.link(state, folder / f"{name}.checkpoint.json")


def last_update(backend: FileBackend, stack: StackRef) -> float | None:
    """When the stack was last updated (seconds since 1970), or None."""
    stamps = [
        int(file.name.removesuffix(".history.json").rpartition("-")[2])
        for file in backend.history_dir(stack).glob("*.history.json")
        if file.name.removesuffix(".history.json").rpartition("-")[2].isdigit()
    ]
    return max(stamps) / _NANOSECONDS if stamps else None

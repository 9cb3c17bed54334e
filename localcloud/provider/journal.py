"""Objects that were created for an engine which died before it heard of them.

A Create whose caller has gone away leaves a line here. Only such an object may be adopted later: by a Create
for the same URN and type, and only when AWS answers that the object exists already.
"""

import json
import os
import threading
from pathlib import Path


class Journal:
    """A small JSON file, `{urn: {"type": ..., "id": ...}}`, replaced whole and synced at each change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def remember(self, urn: str, token: str, physical_id: str) -> None:
        """Note an object whose creation could not be reported."""
        with self._lock:
            self._save({**self._load(), urn: {"type": token, "id": physical_id}})

    def find(self, urn: str, token: str) -> str | None:
        """Id of the unreported object of this URN and type."""
        with self._lock:
            entry = self._load().get(urn)
        return entry["id"] if entry and entry["type"] == token else None

    def forget(self, urn: str) -> None:
        """The object has been reported, or is gone."""
        with self._lock:
            entries = self._load()
            if entries.pop(urn, None) is not None:
                self._save(entries)

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            return dict(json.loads(self._path.read_text()))
        except FileNotFoundError:
            return {}

    def _save(self, entries: dict[str, dict[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        with part.open("w") as file:
            json.dump(entries, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)

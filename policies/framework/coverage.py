"""The preview gap: evaluations that wait for values known only after the update, counted per policy.

One counter per analyzer process. The engine calls the stack policies last, so the last of them can say what
the whole run left undecided; reading the counter empties it for the next run of the same process.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock


class Coverage:
    """Counts undecided evaluations by policy id."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, policy_id: str, count: int) -> None:
        with self._lock:
            self._waiting[policy_id] += count

    def take(self) -> dict[str, int]:
        """The counts since the last call, by id."""
        with self._lock:
            taken = {policy_id: count for policy_id, count in sorted(self._waiting.items()) if count}
            self._waiting.clear()
        return taken

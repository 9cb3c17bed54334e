"""What must happen when the daemon starts and ends: other modules register here, so that the server knows none of
them (a database to be stopped, a worker to be ended, a listener to be opened)."""

from __future__ import annotations

import logging
from collections.abc import Callable

LOG = logging.getLogger("localcloud.aws")

_at_start: list[Callable[[int], None]] = []
_at_end: list[Callable[[], None]] = []


def at_start(action: Callable[[int], None]) -> Callable[[int], None]:
    """Decorator: call with the daemon's port once it is bound, before the first request."""
    _at_start.append(action)
    return action


def at_end(action: Callable[[], None]) -> Callable[[], None]:
    """Decorator: call when the daemon is told to stop; last registered, first called."""
    _at_end.append(action)
    return action


def serve_started(port: int) -> None:
    for action in _at_start:
        action(port)


def serve_ended() -> None:
    """Every action is tried, whatever the others do."""
    for action in reversed(_at_end):
        try:
            action()
        except Exception:
            LOG.exception("ending %s failed", action)

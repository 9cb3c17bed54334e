"""Ctrl-C: the first lets what runs finish and saves the state, the second ends the process at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

from localcloud.engine import lock
from localcloud.engine.operations import Cancellation

EXIT_TERMINATED = 255


@contextlib.contextmanager
def graceful(cancellation: Cancellation) -> Iterator[None]:
    """While active, an interrupt requests `cancellation`. A second one ends the process; the journal keeps
    what was done.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        if cancellation.requested:
            print("\nTerminated; the state holds every operation that ended.", file=sys.stderr, flush=True)
            lock.release_all()
            os._exit(EXIT_TERMINATED)
        cancellation.request()
        message = "\nCancelling: operations that run are finished first. Press again to stop at once."
        print(message, file=sys.stderr, flush=True)

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

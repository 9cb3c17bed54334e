"""The file that tells whether a demo runs, or was killed before its end.

It exists from the beginning of a demo to its end and is locked meanwhile; the system gives the lock back when the
process dies, however it dies. So a file that nobody has locked was left by a demo that was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from localcloud.errors import UserError

NAME = "demo.running"


@contextlib.contextmanager
def only_demo(folder: Path) -> Iterator[bool]:
    """Holds the marker of `folder` for the time of a demo; true when the last one was killed.

    A demo that ends with an error has ended: it is not taken for a killed one. Raises UserError while another runs.
    """
    path = folder / NAME
    killed = path.exists()
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            problem = f"another demo runs on this world (process {file.read().strip() or 'unknown'})"
            remedy = "Wait for its end, or set LOCALCLOUD_HOME to another folder for a world of its own"
            raise UserError(str(path), problem, remedy) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield killed
        except KeyboardInterrupt:
            raise  # half a demo is left, as after a kill
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        path.unlink(missing_ok=True)

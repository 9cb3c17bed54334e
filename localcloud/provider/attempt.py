"""An attempt to create an object, told to the emulated AWS with every call made for it.

The emulated AWS keeps its answers to an attempt (`localcloud.aws.replay`). A provider that was killed in the middle
repeats the attempt under the same name: what was done already is answered, not done again, so that neither an
"already exists" nor a second object comes of it, whatever the type.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from localcloud.aws.replay import HEADER

_current = threading.local()


@contextlib.contextmanager
def attempt(name: str) -> Iterator[None]:
    """Everything that this thread calls meanwhile belongs to the attempt `name`."""
    _current.name = name
    try:
        yield
    finally:
        del _current.name


def watch(events: Any) -> None:
    """Mark the calls of a boto3 client; `events` is its event emitter."""
    events.register("before-call", _mark)


def _mark(params: Any, **_: Any) -> None:
    name = getattr(_current, "name", None)
    if name is not None:
        params["headers"][HEADER] = name

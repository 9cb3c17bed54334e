"""Answers kept for a client that may die before it hears them.

A request with the header `X-Localcloud-Attempt` belongs to one attempt of its sender to make something. When the
sender dies and tries again under the same name, it gets the answer of the first time, and nothing is done twice: what
a client token does for the few AWS operations that have one. Only successes of mutating calls are kept, in memory,
like everything they made. Clients that do not send the header are not concerned.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from localcloud.aws.calls import Call, Reply
from localcloud.aws.journal import is_mutating

HEADER = "X-Localcloud-Attempt"

_KEPT = 20_000
"""Answers; a few kilobytes each at most. The oldest go first."""

Key = tuple[str, ...]


def key_of(call: Call) -> Key | None:
    """What is asked in which attempt; None for a call that is not kept. To be taken before a hook changes the call."""
    attempt = call.header(HEADER)
    if not attempt or not is_mutating(call.operation):
        return None
    said = (
        "\n".join(str(call.environ.get(name)) for name in ("PATH_INFO", "QUERY_STRING")).encode() + call.body
    )
    request = hashlib.sha256(said).hexdigest()
    return (attempt, call.service, call.operation, call.account, call.region, request)


class Replies:
    """Successes by attempt and request; safe from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Reply] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Key | None) -> Reply | None:
        """The answer that this request had before, None when it is made for the first time."""
        with self._lock:
            return self._kept.get(key) if key else None

    def keep(self, key: Key | None, reply: Reply) -> None:
        """Keep a success for the attempt it belongs to."""
        if key is None or not reply.ok:
            return
        with self._lock:
            self._kept[key] = reply
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

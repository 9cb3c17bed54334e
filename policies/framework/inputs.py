"""What the program asked for, remembered for the stack policies.

A stack policy is given outputs. At a preview whose provider is not configured yet (the account it enters is made by
the same update), the engine has none: it hands over nothing at all, and a rule would take every property for
missing. The engine calls the resource policies first, with the inputs; those stand in then.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from policies.framework.values import plain


class Inputs:
    """Inputs by URN, as the resource policies saw them last in this process."""

    def __init__(self) -> None:
        self._by_urn: dict[str, Mapping[str, Any]] = {}
        self._lock = Lock()

    def remember(self, urn: str, props: Mapping[str, Any]) -> None:
        with self._lock:
            self._by_urn[urn] = props

    def of(self, urn: str) -> Mapping[str, Any] | None:
        """The inputs of a resource, None when no resource policy saw it (state is analysed that way)."""
        held = self._by_urn.get(urn)
        return None if held is None else plain(held)

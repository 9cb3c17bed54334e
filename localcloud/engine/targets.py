"""Which resources an operation is limited to (`--target`, `--exclude`, `--replace`).

A target is a URN; `*` in it stands for anything within one part, `**` for anything at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


class Targets:
    """A set of URNs and patterns. Empty means no limit: then it contains everything."""

    def __init__(self, urns: Sequence[str]) -> None:
        self.literals = {urn for urn in urns if "*" not in urn}
        self._patterns = [_pattern(urn) for urn in urns if "*" in urn]

    @property
    def constrained(self) -> bool:
        """Whether there is any limit."""
        return bool(self.literals or self._patterns)

    def __contains__(self, urn: str) -> bool:
        return not self.constrained or self.names(urn)

    def names(self, urn: str) -> bool:
        """Whether `urn` is named, as opposed to let in because nothing is."""
        return urn in self.literals or any(pattern.fullmatch(urn) for pattern in self._patterns)

    def add(self, urn: str) -> None:
        """Name one more."""
        if self.constrained:
            self.literals.add(urn)

    def missing(self, known: Iterable[str]) -> list[str]:
        """The named URNs that are not among `known`."""
        return sorted(self.literals - set(known))


def _pattern(text: str) -> re.Pattern[str]:
    parts = [re.escape(part).replace(r"\*", "[^:]*") for part in text.split("**")]
    return re.compile(".*".join(parts))

"""The four answers a rule can give. A rule yields as many as it has things to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Pass:
    """The property holds what the rule demands."""

    name: str
    """Logical name of the resource, as the URN spells it."""


@dataclass(frozen=True)
class Fail:
    """The property does not hold what the rule demands."""

    name: str
    """Logical name of the resource, or of the stack when the fault is that something is missing."""
    property: str
    """Path of the property inside the resource, in the provider's camelCase spelling."""
    found: str
    expected: str
    urn: str = ""
    """Empty when the fault belongs to the stack as a whole."""


@dataclass(frozen=True)
class NotApplicable:
    """The rule has nothing to say about this resource or stack."""

    reason: str


@dataclass(frozen=True)
class Undecided:
    """The answer hangs on a value that is only known after the update."""

    name: str
    property: str
    urn: str = ""


Result: TypeAlias = Pass | Fail | NotApplicable | Undecided

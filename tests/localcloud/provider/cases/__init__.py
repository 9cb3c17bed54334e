"""The table that the generic life-cycle test runs: one case per resource type.

A module of this package exports `CASES`, a list of `Case`. `inputs` are what a program would write; `edits`
give, per property, the value that somebody else sets behind the program's back (None: takes it away).
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.localcloud.provider.conftest import Stage

Build = Callable[["Stage", str], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """How one resource type is exercised."""

    token: str
    inputs: Build
    """(stage, unique name part) to the inputs; may make what they refer to."""
    edits: Mapping[str, Any] = field(default_factory=dict)
    """Property to the value of a foreign edit, or a function of the stage that gives it."""
    management: bool = False
    """In the management account instead of the audit account."""
    unread: frozenset[str] = frozenset()
    """Managed properties that cannot be edited here, each for a reason said beside it."""
    stays: bool = False
    """Deleting does not make the object go (settings that always exist)."""
    cleanup: Callable[[Stage, Any], None] | None = None


@functools.cache
def cases() -> dict[str, Case]:
    """Every case by token."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        for case in importlib.import_module(f"{__name__}.{info.name}").CASES:
            found[case.token] = case
    return found

"""Replacing parts of moto, loudly: a part that this moto does not have is an error at start, not a silent no-op."""

from __future__ import annotations

import inspect
from typing import Any


def original(owner: Any, name: str) -> Any:
    """The attribute as it is defined, e.g. a property itself rather than its value."""
    return inspect.getattr_static(owner, name)


def add(owner: Any, **additions: Any) -> None:
    """Set attributes that moto's class does not define itself (it sets them per instance)."""
    for name, addition in additions.items():
        setattr(owner, name, addition)


def replace(owner: Any, **replacements: Any) -> None:
    """Set attributes of a moto class or module. Raises AttributeError when one does not exist there."""
    for name, replacement in replacements.items():
        if not hasattr(owner, name):
            where = getattr(owner, "__qualname__", owner.__name__)
            raise AttributeError(f"moto's {where} has no {name}: the patch was written for another version")
        setattr(owner, name, replacement)

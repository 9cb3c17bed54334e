"""The specification of every rule: worlds in which it passes, fails, does not apply, or must wait.

Each module lists the cases of one chapter of the catalogue. A test checks that every policy has all four kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.policies.world import World

PASS, FAIL, NOT_APPLICABLE, UNKNOWN = "pass", "fail", "not applicable", "unknown"
KINDS = (PASS, FAIL, NOT_APPLICABLE, UNKNOWN)


@dataclass(frozen=True)
class Case:
    """One world and what one policy says of it."""

    id: str
    kind: str
    title: str
    world: World
    name: str = ""
    """Failing: the resource named. Unknown: the resource that waits, empty when the rule decides all the same."""
    property: str = ""
    found: str = ""
    """Failing: part of what is found."""
    preview: bool = False
    """Whether the world is seen as before its first update."""


def holds(id_: str, title: str, world: World, preview: bool = False) -> Case:
    return Case(id_, PASS, title, world, preview=preview)


def fails(id_: str, title: str, world: World, name: str, property_: str, found: str) -> Case:
    return Case(id_, FAIL, title, world, name, property_, found)


def no_matter(id_: str, title: str, world: World) -> Case:
    return Case(id_, NOT_APPLICABLE, title, world)


def waits(id_: str, title: str, world: World, name: str, property_: str) -> Case:
    return Case(id_, UNKNOWN, title, world, name, property_)


def decides_anyway(id_: str, title: str, world: World) -> Case:
    """At the first preview of the good estate the policy has its answer already."""
    return Case(id_, UNKNOWN, title, world, preview=True)

"""Fitting guardrails into the quotas of AWS Organizations.

Owns: the size of a document, the slots of a node, and merging documents with the same targets when the slots of a
node do not suffice. A guardrail is never split. Errors are ConfigErrors raised before any resource is registered.
It deliberately does not know the quotas: they are data (`catalogue/limits.yaml`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components.catalogue.guardrails import Limit
from components.errors import ConfigError

from .documents import document, minified


@dataclass(frozen=True)
class Packed:
    """One organization policy, ready to be sent."""

    name: str
    type: str
    attach: tuple[str, ...]
    after: str
    region: str
    """Region whose stack makes it; empty for the primary stack."""
    description: str
    body: Any
    """Statements, or the whole document of a setting."""

    @property
    def content(self) -> str:
        """The minified document."""
        return document(self.body) if isinstance(self.body, list) else minified(self.body)


@dataclass(frozen=True)
class Headroom:
    """What is left at one node for one policy type."""

    node: str
    type: str
    slots_used: int
    slots: int
    largest: int
    """Characters of the largest document there."""
    characters: int


def pack(policies: Sequence[Packed], limits: Mapping[str, Limit]) -> tuple[Packed, ...]:
    """The policies as they are while they fit, merged where a node's slots do not suffice.

    Raises ConfigError when one document is too large, or when no merge makes a node fit.
    """
    for policy in policies:
        _check_size(policy, limits)
    packed = list(policies)
    while (full := _overfull(packed, limits)) is not None:
        node, kind = full
        merged = _merge_once(packed, node, kind, limits)
        if merged is None:
            limit = limits[kind]
            used = sum(1 for policy in packed if policy.type == kind and node in policy.attach)
            raise ConfigError(
                f"components/catalogue/guardrails.yaml node '{node}'",
                f"{used} policies of type {kind} do not fit in {limit.per_node - limit.reserved} slots, merged or not",
                "Attach some of them to units further down, or shorten their statements.",
            )
        packed = merged
    return tuple(packed)


def headroom(policies: Sequence[Packed], limits: Mapping[str, Limit]) -> tuple[Headroom, ...]:
    """Use of slots and characters per node and type, for people to see before a quota bites."""
    nodes = sorted({(node, policy.type) for policy in policies for node in policy.attach})
    rows = []
    for node, kind in nodes:
        here = [policy for policy in policies if policy.type == kind and node in policy.attach]
        limit = limits[kind]
        largest = max(len(policy.content) for policy in here)
        rows.append(
            Headroom(node, kind, len(here) + limit.reserved, limit.per_node, largest, limit.characters)
        )
    return tuple(rows)


def _check_size(policy: Packed, limits: Mapping[str, Limit]) -> None:
    if policy.type not in limits:
        raise ConfigError(
            f"components/catalogue/limits.yaml limits.{policy.type}",
            f"the quota that '{policy.name}' needs is missing",
            "Add the policy type's row.",
        )
    size, limit = len(policy.content), limits[policy.type].characters
    if size > limit:
        raise ConfigError(
            f"components/catalogue/guardrails/{policy.name}.json",
            f"the document has {size} characters once minified, {size - limit} more than the quota of {limit}",
            "Shorten it or split it into two guardrails; the quota itself is in limits.yaml.",
        )


def _overfull(policies: Sequence[Packed], limits: Mapping[str, Limit]) -> tuple[str, str] | None:
    for row in headroom(policies, limits):
        if row.slots_used > row.slots:
            return row.node, row.type
    return None


def _merge_once(
    policies: Sequence[Packed], node: str, kind: str, limits: Mapping[str, Limit]
) -> list[Packed] | None:
    """Merge the two smallest documents that share targets and fit together, or None."""
    here = [policy for policy in policies if policy.type == kind and node in policy.attach]
    pairs = [
        (len(first.content) + len(second.content), first, second)
        for index, first in enumerate(here)
        for second in here[index + 1 :]
        if isinstance(first.body, list) and _binds_alike(first, second)
    ]
    for _, first, second in sorted(pairs, key=lambda pair: pair[0]):
        both = replace(
            first,
            name=f"{first.name}+{second.name}",
            description=f"{first.description} {second.description}"[:512],
            body=[*first.body, *second.body],
        )
        if len(both.content) <= limits[kind].characters:
            return [both if policy is first else policy for policy in policies if policy is not second]
    return None


def _binds_alike(first: Packed, second: Packed) -> bool:
    return (first.attach, first.after, first.region) == (second.attach, second.after, second.region)

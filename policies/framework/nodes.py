"""Where organization policies are attached: the root, a unit or an account, known by id or by dependency."""

from __future__ import annotations

from typing import Final

from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.tokens import ACCOUNT, ORGANIZATION, ORGANIZATION_POLICY, POLICY_ATTACHMENT, UNIT
from policies.framework.values import UnknownValue

ROOT: Final = "root"


def node_of(stack: Stack, resource: Resource, prop: str) -> str:
    """The node a property names: ROOT, the URN of a unit or account, or an id the stack does not make.

    Raises UnknownValue when neither the value nor the dependencies tell.
    """
    value = resource.known(prop)
    if isinstance(value, str) and value.startswith("r-"):
        return ROOT
    target = stack.target(resource, prop, (UNIT, ACCOUNT, ORGANIZATION))
    if target is not None:
        return ROOT if target.type == ORGANIZATION else target.urn
    return value if isinstance(value, str) else ""


def attached_nodes(stack: Stack, policy: Resource) -> set[str]:
    """The nodes a policy is attached to. Raises UnknownValue when an attachment of it cannot be followed."""
    if policy.type != ORGANIZATION_POLICY:
        return set()
    attachments = stack.referring(policy, "policyId", (POLICY_ATTACHMENT,))
    return {node_of(stack, attachment, "targetId") for attachment in attachments}


def top_units(stack: Stack) -> list[Resource]:
    """The units directly under the root."""
    return [unit for unit in stack.of_type(UNIT) if _parent(stack, unit) == ROOT]


def _parent(stack: Stack, unit: Resource) -> str:
    try:
        return node_of(stack, unit, "parentId")
    except UnknownValue:
        return ""


def reaches_everyone(stack: Stack, nodes: set[str]) -> bool:
    """Whether policies at these nodes bind every account: at the root, or at each unit below it."""
    units = top_units(stack)
    return ROOT in nodes or (bool(units) and all(unit.urn in nodes for unit in units))

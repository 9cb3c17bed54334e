"""ORG-01: every organization policy fits its quota, and no node carries more of them than AWS admits."""

import json

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.nodes import node_of
from policies.framework.resources import Resource
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ACCOUNT, ORGANIZATION, ORGANIZATION_POLICY, POLICY_ATTACHMENT, UNIT
from policies.framework.values import UnknownValue, holds_unknown, shown

SCP = "SERVICE_CONTROL_POLICY"
RCP = "RESOURCE_CONTROL_POLICY"
CHARACTERS = {SCP: "scpCharacters", RCP: "rcpCharacters", "AISERVICES_OPT_OUT_POLICY": "aiOptOutCharacters"}
PER_NODE = {SCP: "scpPerNode", RCP: "rcpPerNode"}
OWN = 1
"""AWS attaches FullAWSAccess (RCPFullAWSAccess) to every node itself; it takes a slot."""


@stack_rule("ORG-01", ORGANIZATION_POLICY, POLICY_ATTACHMENT, UNIT, ACCOUNT, ORGANIZATION)
def rule(stack: Stack, context: Context) -> Results:
    for policy in stack.of_type(ORGANIZATION_POLICY):
        yield from _size(policy, context)
    attached: dict[tuple[str, str], list[Resource]] = {}
    for attachment in stack.of_type(POLICY_ATTACHMENT):
        try:
            policy_, node = _ends(stack, attachment)
        except UnknownValue as unknown:
            yield attachment.undecided(unknown.path)
            continue
        if policy_ is not None:
            attached.setdefault((node, _kind(policy_)), []).append(attachment)
    for (node, kind), attachments in attached.items():
        yield from _slots(stack, node, kind, attachments, context)


def _size(policy: Resource, context: Context) -> Results:
    content = policy.known("content")
    if holds_unknown(content) or not isinstance(content, str):
        yield (
            policy.undecided("content")
            if holds_unknown(content)
            else policy.fails("content", content, "a document")
        )
        return
    limit = context.settings.integer(CHARACTERS.get(_kind(policy), "otherPolicyCharacters"))
    if len(content) <= limit:
        yield policy.passes()
    else:
        found = f"{len(content)} characters ({_minified_length(content)} without white space)"
        yield policy.fails("content", found, f"at most {limit}, white space counted")


def _slots(stack: Stack, node: str, kind: str, attachments: list[Resource], context: Context) -> Results:
    if kind not in PER_NODE:
        return
    limit = context.settings.integer(PER_NODE[kind])
    used = len(attachments) + OWN
    if used <= limit:
        yield attachments[0].passes()
    else:
        unit = stack.by_urn.get(node)
        found = f"one of {used} policies of type {kind} at {unit.name if unit else shown(node)}"
        yield attachments[-1].fails("targetId", found, f"at most {limit}, the one of AWS included")


def _ends(stack: Stack, attachment: Resource) -> tuple[Resource | None, str]:
    return stack.target(attachment, "policyId", (ORGANIZATION_POLICY,)), node_of(
        stack, attachment, "targetId"
    )


def _kind(policy: Resource) -> str:
    kind = policy.known("type")
    return kind if isinstance(kind, str) else SCP  # the provider's default


def _minified_length(content: str) -> int:
    try:
        return len(json.dumps(json.loads(content), separators=(",", ":")))
    except (ValueError, RecursionError):
        return len(content)

"""Reads the estate out of two stacks' exported states: accounts, OUs, guardrails, resources per place.

Owns the reading only; `page` and `summary` present it. Takes deployments as `stack export` prints them, so it
works on the state of the genuine CLI as well.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "aws:organizations/account:Account"
OU = "aws:organizations/organizationalUnit:OrganizationalUnit"
ORGANIZATION = "aws:organizations/organization:Organization"
POLICY = "aws:organizations/policy:Policy"
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"
ROOT_LABEL = "Root"


@dataclass
class Node:
    """The root, an OU or an account of the organization."""

    id: str
    label: str
    kind: str
    """`root`, `ou` or `account`."""
    note: str = ""
    in_scope: bool = False
    """True for an account inside the cardholder-data environment."""
    guardrails: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


Resource = Mapping[str, Any]


def resources_of(export: Mapping[str, Any]) -> list[Resource]:
    """The live resources of an exported stack."""
    deployment = export.get("deployment") or {}
    return [r for r in deployment.get("resources") or [] if not r.get("delete")]


def organization_tree(resources: Iterable[Resource], management: str = "") -> Node:
    """The organization as a tree, from the primary stack's resources; `management` is its account's name."""
    rows = list(resources)
    root = Node(_root_id(rows), ROOT_LABEL, "root")
    nodes = {root.id: root}
    for row in rows:
        if row["type"] in (OU, ACCOUNT):
            nodes[str(row.get("id"))] = _node(row)
    for row in rows:
        if row["type"] in (OU, ACCOUNT):
            parent = nodes.get(str(_output(row, "parentId")), root)
            parent.children.append(nodes[str(row["id"])])
    _attach_guardrails(rows, nodes)
    if management:
        root.children.append(Node("management", management, "account", "billing and organization only"))
    for node in nodes.values():
        node.children.sort(key=lambda n: (n.kind != "ou", n.label))
    return root


def _root_id(rows: list[Resource]) -> str:
    organization = next((r for r in rows if r["type"] == ORGANIZATION), {})
    roots = _output(organization, "roots") or [{}]
    return str(roots[0].get("id", "root"))


def _node(row: Resource) -> Node:
    name = str(_output(row, "name") or row["urn"].rsplit("::", 1)[-1])
    if row["type"] == OU:
        return Node(str(row["id"]), name, "ou")
    tags = _output(row, "tagsAll") or _output(row, "tags") or {}
    scope = str(tags.get("pci-scope", ""))
    note = " · ".join(x for x in (str(row["id"]), str(tags.get("data-class", ""))) if x)
    return Node(str(row["id"]), name, "account", note, in_scope=scope in ("cde", "in-scope", "true"))


def _attach_guardrails(rows: list[Resource], nodes: dict[str, Node]) -> None:
    names = {str(r.get("id")): str(_output(r, "name")) for r in rows if r["type"] == POLICY}
    for row in rows:
        if row["type"] != ATTACHMENT:
            continue
        node = nodes.get(str(_output(row, "targetId")))
        if node:
            node.guardrails.append(names.get(str(_output(row, "policyId")), "?"))
    for node in nodes.values():
        node.guardrails.sort()


def provider_accounts(resources: Iterable[Resource]) -> dict[str, str]:
    """URN of each explicit provider → the one account id it may act in."""
    found: dict[str, str] = {}
    for row in resources:
        if str(row["type"]).startswith("pulumi:providers:"):
            allowed = (row.get("outputs") or row.get("inputs") or {}).get("allowedAccountIds") or "[]"
            ids = json.loads(allowed) if isinstance(allowed, str) else allowed
            found[row["urn"]] = str(ids[0]) if ids else ""
    return found


def census(resources: Iterable[Resource], names: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """How many AWS resources there are per (account name, Region); `names` maps account ids to names.

    Global services (IAM, Organizations …) carry the provider's Region and are counted there.
    """
    rows = list(resources)
    accounts = provider_accounts(rows)
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if not str(row["type"]).startswith("aws:"):
            continue
        provider = str(row.get("provider", "")).rsplit("::", 1)[0]
        account = accounts.get(provider, "")
        counts[names.get(account, account or "?"), str(_output(row, "region") or "global")] += 1
    return counts


def services(resources: Iterable[Resource]) -> Counter[str]:
    """How many resources there are per AWS service."""
    return Counter(
        str(r["type"]).split(":")[1].split("/")[0] for r in resources if str(r["type"]).startswith("aws:")
    )


def _output(row: Resource, key: str) -> Any:
    return (row.get("outputs") or {}).get(key, (row.get("inputs") or {}).get(key))

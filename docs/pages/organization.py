"""organization.svg: the organization as the account catalogue describes it."""

from __future__ import annotations

from pathlib import Path

from components.catalogue.accounts import MANAGEMENT, AccountCatalogue, load_accounts
from localcloud.demo.estate import Node
from localcloud.demo.picture import organization_svg

CATALOGUE = Path(__file__).resolve().parents[2] / "components" / "catalogue" / "accounts.yaml"


def render() -> str:
    """The picture of the committed catalogue."""
    return organization_svg(tree(load_accounts(CATALOGUE))) + "\n"


def tree(catalogue: AccountCatalogue) -> Node:
    """Root, OUs and accounts in catalogue order; accounts in PCI scope are marked."""
    root = Node("root", "Root", "root")
    units = {u.key: Node(u.key, u.name, "ou") for u in catalogue.units.values()}
    for unit in catalogue.units.values():
        (units[unit.parent] if unit.parent else root).children.append(units[unit.key])
    for account in catalogue.accounts.values():
        node = Node(account.key, account.key, "account", account.purpose.split(" - ")[0].rstrip("."))
        node.in_scope = account.pci_scope == "cde"
        (units[account.unit] if account.unit and account.key != MANAGEMENT else root).children.append(node)
    return root

"""What a demo run gathered, for the terminal summary and the page. Plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.demo.estate import ACCOUNT, Node, census, organization_tree, resources_of, services


@dataclass
class PackResult:
    """One policy pack over one stack's state."""

    stack: str
    pack: str
    policies: int
    """Policies in the pack."""
    resources: int
    """Resources it looked at."""
    violations: list[dict[str, Any]] = field(default_factory=list)
    """Each with `policy`, `urn`, `message`, `enforcement`."""

    @property
    def mandatory(self) -> int:
        return sum(1 for v in self.violations if v.get("enforcement") == "mandatory")

    @property
    def verdict(self) -> str:
        return f"{self.mandatory} mandatory violations" if self.mandatory else "passes"


@dataclass
class DemoResult:
    """Everything a demo run has to show."""

    started: str
    """UTC, ISO 8601."""
    engine: str
    """`embedded engine` or the version of the Pulumi CLI."""
    seconds: float = 0.0
    status: dict[str, Any] = field(default_factory=dict)
    """`localcloud status --json`."""
    exports: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Stack → `stack export`."""
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Stack → `stack output --json`, secrets masked."""
    packs: list[PackResult] = field(default_factory=list)
    drift: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Stack → `drift --json`."""
    steps: list[tuple[str, float]] = field(default_factory=list)
    """Command and its seconds, in order."""

    @property
    def accounts(self) -> Mapping[str, str]:
        """Account name → id."""
        accounts = self.status.get("accounts") or {}
        return accounts if isinstance(accounts, dict) else {}

    def tree(self, primary: str) -> Node:
        """The organization, from the primary stack."""
        known = {v: k for k, v in self.accounts.items()}
        rows = resources_of(self.exports.get(primary, {}))
        managed = {str(r.get("id")) for r in rows if r["type"] == ACCOUNT}
        outside = [name for number, name in known.items() if number not in managed]
        return organization_tree(rows, outside[0] if outside else "")

    def census(self) -> Counter[tuple[str, str]]:
        """Resources per (account, Region), over all stacks."""
        names = {v: k for k, v in self.accounts.items()}
        total: Counter[tuple[str, str]] = Counter()
        for export in self.exports.values():
            total += census(resources_of(export), names)
        return total

    def services(self) -> Counter[str]:
        """Resources per AWS service, over all stacks."""
        total: Counter[str] = Counter()
        for export in self.exports.values():
            total += services(resources_of(export))
        return total

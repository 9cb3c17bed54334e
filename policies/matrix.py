"""The control matrix: which policy serves which requirement. Pure functions over the catalogue.

`matrix()` gives the data, `render_markdown()` the page for `docs/control-matrix.md`. Not owned: results of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from policies.framework.catalogue import Entry, catalogue

PCI = "PCI DSS v4.0.1"
SOC2 = "SOC 2"


@dataclass(frozen=True)
class Row:
    """One requirement and the policies that serve it."""

    framework: str
    requirement: str
    policies: tuple[str, ...]
    """Policy ids, in catalogue order."""


def matrix(entries: Sequence[Entry] | None = None) -> tuple[Row, ...]:
    """Every requirement that some policy serves, in the order of its framework's numbering."""
    chosen = catalogue() if entries is None else entries
    return (*_rows(PCI, chosen), *_rows(SOC2, chosen))


def render_markdown(entries: Sequence[Entry] | None = None) -> str:
    """The whole page. Deterministic: the same catalogue gives the same text."""
    chosen = tuple(catalogue() if entries is None else entries)
    rows = matrix(chosen)
    parts = [
        "# Control matrix",
        "",
        "<!-- Generated from policies/catalogue.yaml by policies/matrix.py. Do not edit. -->",
        "",
        f"{len(chosen)} policies serve {_count(rows, PCI)} requirements of {PCI} and {_count(rows, SOC2)} criteria of "
        f"{SOC2}. A policy supports a requirement; whether the requirement is met is for the assessor to say.",
        "",
    ]
    for framework in (PCI, SOC2):
        parts += [
            f"## {framework}",
            "",
            *_requirement_table(row for row in rows if row.framework == framework),
            "",
        ]
    parts += ["## Policies", ""]
    for area, members in groupby(chosen, key=lambda entry: entry.area):
        parts += [f"### {area.capitalize()}", ""]
        for entry in members:
            parts += _chapter(entry)
    return "\n".join(parts).rstrip() + "\n"


def as_data(entries: Sequence[Entry] | None = None) -> list[dict[str, object]]:
    """The matrix as plain data, for reports."""
    return [
        {"framework": row.framework, "requirement": row.requirement, "policies": list(row.policies)}
        for row in matrix(entries)
    ]


def _rows(framework: str, entries: Sequence[Entry]) -> list[Row]:
    served: dict[str, list[str]] = {}
    for entry in entries:
        for requirement in entry.pci if framework == PCI else entry.soc2:
            served.setdefault(requirement, []).append(entry.id)
    return [
        Row(framework, requirement, tuple(served[requirement])) for requirement in sorted(served, key=_order)
    ]


def _order(requirement: str) -> tuple[tuple[int, str, int], ...]:
    """Numbers by value, letters by alphabet: 2.2.7 before 10.2.1, A1.2 after both, CC6.1 before CC10.1."""
    parts = []
    for part in requirement.split("."):
        letters = part.rstrip("0123456789")
        digits = part[len(letters) :]
        parts.append((1 if letters else 0, letters, int(digits or 0)))
    return tuple(parts)


def _count(rows: Sequence[Row], framework: str) -> int:
    return sum(1 for row in rows if row.framework == framework)


def _requirement_table(rows: Iterable[Row]) -> list[str]:
    lines = ["| Requirement | Policies |", "|---|---|"]
    for row in rows:
        links = ", ".join(f"[{policy_id}](#{policy_id.lower()})" for policy_id in row.policies)
        lines.append(f"| {row.requirement} | {links} |")
    return lines


def _chapter(entry: Entry) -> list[str]:
    reads = "; ".join(
        f"`{token.split(':')[-1] if token.startswith('aws:') else token}`"
        + (f" {', '.join(f'`{prop}`' for prop in props)}" if props else "")
        for token, props in entry.reads.items()
    )
    exemption = "possible" if entry.exemptible else "never"
    return [
        f'<a id="{entry.id.lower()}"></a>',
        f"#### {entry.id} {entry.name}",
        "",
        entry.statement,
        "",
        f"- **Controls** {entry.controls}",
        f"- **Severity** {entry.severity}, {entry.enforcement}, decided per {entry.scope}; exemption {exemption}",
        f"- **Packs** {', '.join(entry.packs)}",
        f"- **Reads** {reads}",
        f"- **Why** {entry.why}",
        f"- **Fix** {entry.fix}",
        "",
    ]

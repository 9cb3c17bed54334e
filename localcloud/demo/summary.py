"""The demo's result as text, for the end of `make demo`."""

from __future__ import annotations

import json

from localcloud.demo.estate import Node
from localcloud.demo.result import DemoResult


def text(result: DemoResult, primary: str, page: str) -> str:
    """Account tree, policies, outputs, drift, what is recorded only, and where the page is."""
    blocks = [
        _heading("Organization"),
        *_tree(result.tree(primary)),
        _heading("Resources"),
        *_resources(result),
        _heading("Policy packs (on the state of each stack)"),
        *_packs(result),
        _heading("Stack outputs"),
        *_outputs(result),
        _heading("Drift"),
        *_drift(result),
        _heading("Recorded only (accepted and stored by the emulated AWS, without effect)"),
        *_recorded_only(result),
        "",
        f"The same with pictures: {page}",
        f"Done in {result.seconds:.0f} s with the {result.engine}. Running it again changes nothing.",
    ]
    return "\n".join(blocks)


def _heading(title: str) -> str:
    return f"\n{title}\n{'-' * len(title)}"


def _tree(node: Node, prefix: str = "", branch: str = "") -> list[str]:
    scope = "  [CDE]" if node.in_scope else ""
    rails = f"  guardrails: {', '.join(node.guardrails)}" if node.guardrails else ""
    note = f"  {node.note}" if node.note else ""
    lines = [f"{prefix}{branch}{node.label}{note}{scope}{rails}"]
    below = prefix + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    for index, child in enumerate(node.children):
        lines += _tree(child, below, "└─ " if index == len(node.children) - 1 else "├─ ")
    return lines


def _resources(result: DemoResult) -> list[str]:
    counts = result.census()
    regions = sorted({region for _, region in counts})
    names = sorted({account for account, _ in counts})
    if not names:
        return ["none"]
    width = max(len(n) for n in names) + 2
    lines = [" " * width + "".join(f"{r:>14}" for r in regions)]
    for name in names:
        lines.append(f"{name:<{width}}" + "".join(f"{counts[name, r] or '':>14}" for r in regions))
    return [*lines, f"{sum(counts.values())} AWS resources in {len(result.exports)} stacks"]


def _packs(result: DemoResult) -> list[str]:
    lines = []
    for p in result.packs:
        advisory = len(p.violations) - p.mandatory
        noted = f", {advisory} advisory" if advisory else ""
        lines.append(
            f"{p.pack} on {p.stack}: {p.policies} policies, {p.resources} resources: {p.verdict}{noted}"
        )
        lines += [f"  {v.get('policy')}: {v.get('message', '')}".rstrip() for v in p.violations]
    return lines or ["none ran"]


def _outputs(result: DemoResult) -> list[str]:
    lines = []
    for stack, outputs in result.outputs.items():
        for key, value in sorted(outputs.items()):
            shown = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
            lines.append(f"{stack}.{key} = {shown if len(shown) <= 90 else shown[:89] + '…'}")
    return lines or ["none"]


def _drift(result: DemoResult) -> list[str]:
    lines = []
    for stack, report in result.drift.items():
        found = len(report.get("drifted") or [])
        verdict = "clean" if report.get("clean") else f"{found} resources drifted"
        lines.append(f"{stack}: {report.get('checked', 0)} resources read, {verdict}")
    return lines or ["not checked"]


def _recorded_only(result: DemoResult) -> list[str]:
    entries = result.status.get("recordedOnly") or []
    return [f"{e.get('name')}: {e.get('what', '')}".rstrip(": ") for e in entries] or ["nothing"]

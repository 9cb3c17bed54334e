"""The component graph in architecture.md, from a preview of both stacks against an empty emulated AWS."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("prod-primary", "prod-standby")
BEGIN, END = "<!-- generated:graph -->", "<!-- /generated:graph -->"
COMPONENT = "payments:index:"


def insert(page: str, graph: str) -> str:
    """The page with the text between its markers replaced."""
    pattern = re.compile(re.escape(BEGIN) + ".*" + re.escape(END), re.DOTALL)
    return pattern.sub(lambda _: f"{BEGIN}\n{graph}{END}", page)


def render() -> str:
    """One diagram per stack. The standby reads the primary's outputs, so the primary is brought up first."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LOCALCLOUD_HOME": home}
        try:
            _run(environment, "up", STACKS[0], "--yes", "--skip-preview")
            return "".join(
                f"\n`{stack}`\n\n{diagram(_preview_resources(environment, stack))}\n" for stack in STACKS
            )
        finally:
            _run(environment, "stop")


def _preview_resources(environment: Mapping[str, str], stack: str) -> list[dict[str, Any]]:
    steps = json.loads(_run(environment, "preview", stack, "--json"))["steps"]
    return [s.get("newState") or s["oldState"] for s in steps]


def diagram(resources: Iterable[Mapping[str, Any]]) -> str:
    """A Mermaid flowchart: components nested by parent, each with its resources counted by service."""
    rows = sorted(resources, key=lambda r: str(r["urn"]))
    names = {str(r["urn"]): str(r["urn"]).rsplit("::", 1)[-1] for r in rows}
    components = [r for r in rows if str(r["type"]).startswith(COMPONENT)]
    ids = {str(r["urn"]): f"c{index}" for index, r in enumerate(components)}
    below: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if str(row["type"]).startswith("aws:"):
            below[str(row.get("parent", ""))][str(row["type"]).split(":")[1].split("/")[0]] += 1
    lines = ["```mermaid", "flowchart LR"]
    for row in components:
        urn = str(row["urn"])
        counted = ", ".join(f"{n} {service}" for service, n in sorted(below[urn].items()))
        lines.append(f'  {ids[urn]}["{names[urn]}{"<br>" + counted if counted else ""}"]')
    for row in components:
        parent = str(row.get("parent", ""))
        if parent in ids:
            lines.append(f"  {ids[parent]} --> {ids[str(row['urn'])]}")
    return "\n".join([*lines, "```", ""])


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "localcloud", *arguments],
        cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"docs: localcloud {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

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
    """One diagram per stack. The standby reads the primary's outputs, so the primary is brought up in between."""
    primary, standby = STACKS
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LOCALCLOUD_HOME": home}
        try:
            parts = [_section(primary, _preview_resources(environment, primary))]
            _run(environment, "up", primary, "--yes", "--skip-preview")
            parts.append(_section(standby, _preview_resources(environment, standby)))
        finally:
            _run(environment, "stop")
    return "".join(parts)


def _section(stack: str, resources: list[dict[str, Any]]) -> str:
    return f"\n`{stack}`\n\n{diagram(resources)}\n"


def _preview_resources(environment: Mapping[str, str], stack: str) -> list[dict[str, Any]]:
    steps = json.loads(_run(environment, "preview", stack, "--json"))["steps"]
    return [s.get("newState") or s["oldState"] for s in steps]


def diagram(resources: Iterable[Mapping[str, Any]]) -> str:
    """A Mermaid flowchart: one box per kind of component and place, with its number and the resources below it.

    A URN holds the types of a resource's parents, so components of one type below one type share a box.
    """
    number: Counter[str] = Counter()
    below: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in resources:
        chain = str(row["urn"]).split("::")[2]
        if str(row["type"]).startswith(COMPONENT):
            number[chain] += 1
        elif str(row["type"]).startswith("aws:"):
            components = [t for t in chain.split("$")[:-1] if t.startswith(COMPONENT)]
            below["$".join(components)][str(row["type"]).split(":")[1].split("/")[0]] += 1
    ids = {chain: f"c{index}" for index, chain in enumerate(sorted(number))}
    lines = ["```mermaid", "flowchart LR"]
    for chain, box in ids.items():
        counted = ", ".join(f"{n} {service}" for service, n in sorted(below[chain].items()))
        times = f" x {number[chain]}" if number[chain] > 1 else ""
        lines.append(
            f'  {box}["{chain.rsplit(COMPONENT, 1)[-1]}{times}{"<br>" + counted if counted else ""}"]'
        )
    for chain, box in ids.items():
        parent = chain.rsplit("$", 1)[0]
        if "$" in chain and parent in ids:
            lines.append(f"  {ids[parent]} --> {box}")
    return "\n".join([*lines, "```", ""])


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "localcloud", *arguments],
        cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"docs: localcloud {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

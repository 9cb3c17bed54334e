"""Renders the pull request comment from the `pulumi preview --json` documents of all stacks.

    python3 preview_comment.py preview-prod-primary.json preview-prod-standby.json > comment.md

Order within a stack: deletions and replacements first, since they are what a reviewer must not miss; then
policy messages; then the rest, folded. GitHub refuses a comment above 65,536 characters, so the text is cut
below that and says so; the whole preview is kept as an artifact. Standard library only: it runs before any
installation.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MARKER = "<!-- payments-preview -->"
LIMIT = 60_000
DESTRUCTIVE = ("delete", "replace", "delete-replaced", "create-replacement", "discard", "discard-replaced")
QUIET = ("same", "refresh", "read")
PROVIDER = "::pulumi:providers:"
"""A preview with the read-only role shows every provider as changed, by the role alone: nothing to review."""


def name_of(urn: str) -> str:
    """`type name` of a resource URN, as the Pulumi CLI prints it."""
    parts = urn.split("::")
    return f"`{parts[2].rsplit('$', 1)[-1]}` **{parts[-1]}**" if len(parts) >= 4 else f"`{urn}`"


def line_of(step: dict[str, Any]) -> str:
    """One bullet: operation, resource, and the properties behind it."""
    keys = step.get("replaceReasons") or step.get("diffReasons") or sorted(step.get("detailedDiff") or {})
    return f"- {step['op']} {name_of(step['urn'])}" + (f" ({', '.join(keys)})" if keys else "")


def section(stack: str, document: dict[str, Any]) -> str:
    """The part of the comment that belongs to one stack."""
    steps = [s for s in document.get("steps") or [] if s["op"] not in QUIET and PROVIDER not in s["urn"]]
    loud = [line_of(s) for s in steps if s["op"] in DESTRUCTIVE]
    rest = [line_of(s) for s in steps if s["op"] not in DESTRUCTIVE]
    loudly = [d for d in document.get("diagnostics") or [] if d.get("severity") in ("error", "warning")]
    says = [d["message"].strip() for d in loudly]
    counts = {k: v for k, v in (document.get("changeSummary") or {}).items() if v and k != "same"}
    out = [f"## {stack}", ", ".join(f"{v} to {k}" for k, v in sorted(counts.items())) or "No changes."]
    if loud:
        out += ["**Deletes or replaces:**", *loud]
    if says:
        out += ["**Policies and diagnostics:**", *(f"- {m.splitlines()[0]}" for m in says)]
    if rest:
        out += [f"<details><summary>{len(rest)} other changes</summary>", "", *rest, "</details>"]
    return "\n".join(out)


def load(path: Path) -> dict[str, Any]:
    """A preview that failed before it could print JSON is reported, not skipped."""
    try:
        document = json.loads(path.read_text())
    except ValueError:
        document = {
            "diagnostics": [{"severity": "error", "message": f"No preview: see the log of {path.stem}."}]
        }
    return document if isinstance(document, dict) else {}


def render(paths: list[Path]) -> str:
    """The whole comment, at most LIMIT characters."""
    text = "\n\n".join([MARKER, *(section(p.stem.removeprefix("preview-"), load(p)) for p in paths)])
    return text if len(text) <= LIMIT else text[:LIMIT] + "\n\n(cut: the artifact has the whole preview)"


if __name__ == "__main__":
    print(render([Path(a) for a in sys.argv[1:]]))

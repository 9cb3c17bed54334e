"""Refuses an update whose plan holds more than a person approved.

    python3 same_changes.py reviewed.json planned.json

Both are `pulumi preview --json` documents of one stack: the first made with the read-only role and shown to the
approver, the second made after the approval with the role that will apply it. They must change the same resources, by
the same operations, in the same properties. Providers are left out: the role they assume is the one thing that has to
differ. Exit code 1 names every difference. Standard library only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

QUIET = ("same", "refresh", "read")
Change = tuple[str, str, tuple[str, ...]]


def changes(document: dict[str, Any]) -> set[Change]:
    """(operation, URN, properties) of every step that changes something."""
    found = set()
    for step in document.get("steps") or []:
        if step["op"] not in QUIET and "::pulumi:providers:" not in step["urn"]:
            properties = {*(step.get("diffReasons") or []), *(step.get("replaceReasons") or [])}
            found.add((step["op"], step["urn"], tuple(sorted(properties))))
    return found


def main(reviewed: Path, planned: Path) -> int:
    approved, found = (changes(json.loads(path.read_text())) for path in (reviewed, planned))
    for operation, urn, properties in sorted(found - approved):
        print(f"not approved: {operation} {urn} {', '.join(properties)}".rstrip())
    for operation, urn, properties in sorted(approved - found):
        print(f"approved, but no longer planned: {operation} {urn} {', '.join(properties)}".rstrip())
    return 1 if found != approved else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

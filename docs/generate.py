"""Regenerates the generated parts of docs/ from code and data: `make docs`.

    python -m docs.generate           # write
    python -m docs.generate --check   # exit 1 if a committed page is not what the code says

Sources: the account catalogue (organization.svg), the settings' key table (configuration.md), the outputs' schema
(outputs.md), the policy catalogue (control-matrix.md) and a preview of both stacks in a throwaway emulated AWS
(the graph in architecture.md). The graph needs a minute; `--fast` leaves it as it is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from docs.pages import configuration, graph, matrix, organization, outputs

DOCS = Path(__file__).resolve().parent


def pages(fast: bool) -> dict[Path, str]:
    """Every generated file and its content."""
    made = {
        DOCS / "organization.svg": organization.render(),
        DOCS / "configuration.md": configuration.render(),
        DOCS / "outputs.md": outputs.render(),
        DOCS / "control-matrix.md": matrix.render(),
    }
    if not fast:
        page = DOCS / "architecture.md"
        made[page] = graph.insert(page.read_text(), graph.render())
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.generate")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    parser.add_argument("--fast", action="store_true", help="without the graph, which needs a preview")
    arguments = parser.parse_args()
    stale = []
    for path, text in pages(arguments.fast).items():
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path)
        if not arguments.check:
            path.write_text(text)
    for path in stale:
        print(f"{'out of date' if arguments.check else 'wrote'}: docs/{path.relative_to(DOCS)}")
    return 1 if stale and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs every benchmark of this folder, or those named: `python -m tests.bench [engine] [program]`."""

from __future__ import annotations

import sys

from tests.bench import engine, program

BENCHMARKS = {"program": program.run, "engine": engine.run}


def main(names: list[str]) -> int:
    unknown = [n for n in names if n not in BENCHMARKS]
    if unknown:
        print(f"bench: there is no {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    print("All figures are from this one run on this machine; compare ratios, not seconds.")
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Timing child processes of the command line, in a home and with a backend of their own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Commands:
    """Runs `python -m localcloud …` and tells the seconds it took, process start included."""

    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "LOCALCLOUD_"))}
        return {**kept, "LOCALCLOUD_HOME": str(self.home), "PYTHONPATH": str(ROOT), **self.extra}

    def seconds(self, *arguments: str) -> float:
        """Wall time of one command that must succeed."""
        return self.timed([sys.executable, "-m", "localcloud", *arguments])

    def timed(self, argv: Sequence[str], allowed: tuple[int, ...] = (0,)) -> float:
        """Wall time of any command."""
        began = time.perf_counter()
        done = subprocess.run(
            argv, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        took = time.perf_counter() - began
        if done.returncode not in allowed:
            sys.exit(f"bench: {' '.join(argv)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return took


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)


def row(label: str, *cells: str) -> None:
    """One line of a table, printed when it is known."""
    print(f"  {label:<52}" + "".join(f"{c:>17}" for c in cells), flush=True)

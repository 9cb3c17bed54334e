"""Builds and serves a policy pack: a name, and the catalogue entries that list it."""

from __future__ import annotations

import io
import sys
from typing import Final

from pulumi_policy import Policy, PolicyPack

from policies.framework.adapter import Run, policy_of, preview_gap
from policies.framework.catalogue import Entry, catalogue

DESCRIPTIONS: Final = {
    "architecture": "The decisions of the architecture: what no change may quietly undo.",
}


def entries_of(pack: str) -> tuple[Entry, ...]:
    """The catalogue entries of a pack, in catalogue order."""
    return tuple(entry for entry in catalogue() if pack in entry.packs)


def policies_of(pack: str) -> list[Policy]:
    """The pack's policies, ended by the summary of what a preview could not decide."""
    run = Run()
    return [*(policy_of(entry, run) for entry in entries_of(pack)), preview_gap(run.coverage)]


def serve(pack: str) -> None:
    """Serve the pack to the engine that started this process. Returns only when interrupted."""
    _unbuffer_stdout()
    PolicyPack(
        name=pack,
        policies=policies_of(pack),
        description=DESCRIPTIONS[pack],
        display_name=f"Payments {pack}",
        provider="aws",
        tags=["pci-dss-4.0.1", "soc2"],
    )


def _unbuffer_stdout() -> None:
    """As `python -u` does: the SDK prints the port without flushing it, and not every way to start a pack says -u."""
    if not isinstance(sys.stdout.buffer, io.FileIO):
        sys.stdout = io.TextIOWrapper(io.FileIO(sys.stdout.fileno(), "w", closefd=False), write_through=True)

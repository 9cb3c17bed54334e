"""The real program: what previewing with packs costs over merely evaluating it, and what a policy costs.

What bounds it: importing the AWS SDK's modules (about three seconds of one core) is in both; the rest of a preview is
one Check and one Create or Diff per resource at the provider, and the packs in processes of their own beside it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import yaml

from tests.bench.clock import ROOT, Commands, median, row

ROUNDS = 3
PACK = ROOT / "policies" / "architecture"
EMPTY_PACK = """from pulumi_policy import PolicyPack, ResourceValidationPolicy

nothing = ResourceValidationPolicy(name="nothing", description="Looks at nothing.", validate=lambda args, report: None)
PolicyPack(name="empty", policies=[nothing])
"""
"""A pack must hold a policy; this one costs the calls alone."""


def run() -> None:
    """Prints medians of interleaved rounds."""
    print(f"\nProgram: prod-primary (seconds, medians of {ROUNDS} interleaved rounds)")
    with tempfile.TemporaryDirectory() as folder:
        commands = Commands(Path(folder) / "home")
        try:
            empty = _empty_pack(Path(folder) / "empty")
            first = commands.seconds("up", "prod-primary", "--yes", "--skip-preview")
            bare, plain, nothing, full = _rounds(commands, empty)
            count = _resources(commands)
        finally:
            commands.timed([sys.executable, "-m", "localcloud", "stop"])
    row("bare evaluation under set_mocks", f"{bare:.1f}")
    row("preview, no packs", f"{plain:.1f}", f"{plain / bare:.2f}x bare")
    row("preview, an empty pack", f"{nothing:.1f}", f"{nothing / bare:.2f}x bare")
    row("preview, architecture pack", f"{full:.1f}", f"{full / bare:.2f}x bare")
    row(f"policies, per resource ({count} resources)", f"{(full - nothing) / count * 1000:.1f} ms")
    row("first up (every resource made)", f"{first:.1f}", f"{first / bare:.2f}x bare")


def _rounds(commands: Commands, empty: Path) -> tuple[float, float, float, float]:
    """Medians of: bare evaluation, preview, preview with an empty pack, preview with the architecture pack."""
    samples: list[tuple[float, float, float, float]] = []
    for _ in range(ROUNDS):
        samples.append(
            (
                commands.timed([sys.executable, "-m", "tests.program.evaluate", "prod-primary"]),
                commands.seconds("preview", "prod-primary"),
                commands.seconds("preview", "prod-primary", "--policy-pack", str(empty)),
                commands.seconds("preview", "prod-primary", "--policy-pack", str(PACK)),
            )
        )
    bare, plain, nothing, full = (median(column) for column in zip(*samples, strict=True))
    return bare, plain, nothing, full


def _empty_pack(folder: Path) -> Path:
    folder.mkdir()
    (folder / "__main__.py").write_text(EMPTY_PACK)
    document = {
        "description": "no policy",
        "runtime": {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}},
    }
    (folder / "PulumiPolicy.yaml").write_text(yaml.safe_dump(document))
    return folder


def _resources(commands: Commands) -> int:
    state = commands.home / "world" / "state" / ".pulumi" / "stacks" / "payments" / "prod-primary.json"
    return state.read_text().count('"urn":')

"""How the engine grows: 300 and 1,000 resources in layers of 50, against a provider in memory.

What bounds it: each resource costs the program one registration (Python, gRPC), the provider one Check and one
Create, and the state two journal records with fsync. All are linear, so the time per resource should not grow; the
genuine engine writes the whole checkpoint at the begin and end of each operation and grows with the square on `up`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.clock import Commands, row
from tests.localcloud.engine.lab.provider import LabProvider

SIZES = (300, 1000)
GENUINE = {"preview": (2.6, 7.2), "up": (7.1, 53.3), "up, nothing to do": (2.7, 7.1), "destroy": (5.2, 42.4)}
"""Seconds of the genuine CLI 3.260 for the same shape, measured elsewhere: an anchor, not part of this run."""
STEPS = (
    ("preview", ("preview",)),
    ("up", ("up", "--yes", "--skip-preview")),
    ("up, nothing to do", ("up", "--yes", "--skip-preview")),
    ("destroy", ("destroy", "--yes", "--skip-preview")),
)
PROGRAM = """import pulumi


class Thing(pulumi.CustomResource):
    def __init__(self, name, **properties):
        super().__init__("lab:index:Thing", name, {"arn": None, "rev": None, **properties})


before, made, layer = [], 0, 0
while made < COUNT:
    now = [
        Thing(f"t{layer}-{i}", up=before[i].arn if before else "root", n=i, tags={"layer": str(layer)})
        for i in range(min(50, COUNT - made))
    ]
    made, layer, before = made + len(now), layer + 1, now
"""


def run() -> None:
    """Prints seconds for both sizes and the growth per resource."""
    print("\nEngine: a program of N resources (seconds; growth = time per resource at 1,000 / at 300)")
    row("", *(f"{n} resources" for n in SIZES), "growth", "genuine")
    taken = {n: _measure(n) for n in SIZES}
    for label, _ in STEPS:
        small, large = (taken[n][label] for n in SIZES)
        growth = (large / SIZES[1]) / (small / SIZES[0])
        anchor = GENUINE[label]
        row(label, f"{small:.1f}", f"{large:.1f}", f"{growth:.2f}x", f"{anchor[0]}, {anchor[1]}")


def _measure(count: int) -> dict[str, float]:
    lab = LabProvider()
    try:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "project"
            project.mkdir()
            (project / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
            (project / "Pulumi.dev.yaml").write_text("config: {}\n")
            (project / "__main__.py").write_text(PROGRAM.replace("COUNT", str(count)))
            backend = Path(folder) / "state"
            backend.mkdir()
            extra = {
                "PULUMI_BACKEND_URL": f"file://{backend}",
                "PULUMI_CONFIG_PASSPHRASE": "bench",
                "PULUMI_DEBUG_PROVIDERS": f"lab:{lab.port}",
            }
            commands = Commands(Path(folder) / "home", extra)
            return {
                label: commands.seconds(verb[0], "dev", *verb[1:], "-C", str(project))
                for label, verb in STEPS
            }
    finally:
        lab.stop()

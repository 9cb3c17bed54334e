"""Two runs of the program register the same inputs, byte for byte, whatever order Python gives to sets and hashes.

A preview compares inputs with those of the last update: an order that changes would show as a change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from .conftest import ROOT

SEEDS = ("1", "2")


@pytest.fixture(scope="module")
def runs() -> list[dict[str, Any]]:
    """The primary stack, evaluated in processes whose hashes differ."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.program.evaluate", "prod-primary"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in SEEDS
    ]
    return [json.loads(process.communicate()[0]) for process in processes]


def test_every_resource_has_the_same_inputs(runs: list[dict[str, Any]]) -> None:
    first, second = (
        {urn: json.dumps(request.get("object"), sort_keys=True) for urn, request in run["resources"].items()}
        for run in runs
    )
    assert len(first) > 500
    assert second == first


def test_the_outputs_are_the_same(runs: list[dict[str, Any]]) -> None:
    first, second = (json.dumps(run["outputs"], sort_keys=True) for run in runs)
    assert second == first

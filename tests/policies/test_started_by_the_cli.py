"""The pack serves however the Pulumi CLI starts it.

Older versions run it through a shell script: the pack's folder is the working directory, the program is `.`, and the
stack is in the environment (pulumi/pulumi, `sdk/python/dist/pulumi-analyzer-policy-python`). Newer ones may let the
language host run it (`RunPlugin` of `sdk/python/cmd/pulumi-language-python/main.go`): the working directory is the
Pulumi program's, and the stack is told by ConfigureStack alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policies" / "architecture"
ENGINE = "127.0.0.1:9"
STACK = {
    "PULUMI_ORGANIZATION": "organization",
    "PULUMI_PROJECT": "payments",
    "PULUMI_STACK": "prod-primary",
    "PULUMI_DRY_RUN": "true",
    "PULUMI_CONFIG": "{}",
}
RUNNER = ("-u", "-m", "pulumi.policy", ENGINE)
WAYS = {
    "through the shell script": ((*RUNNER, "."), PACK, STACK),
    "through the language host": ((*RUNNER, str(PACK)), ROOT, {}),
    "through the language host, from another folder": ((*RUNNER, str(PACK)), Path("/"), {}),
    "as a plugin of the language host, its output buffered": ((str(PACK), ENGINE), ROOT, {}),
}


@contextmanager
def started(way: str) -> Iterator[Any]:
    """The stub of a pack started in one of the ways."""
    arguments, folder, stack = WAYS[way]
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI", "PYTHONPATH"))}
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env={**bare, **stack}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), "the first line is the port and nothing else"
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.mark.parametrize("way", WAYS)
def test_the_pack_tells_its_policies(way: str) -> None:
    with started(way) as pack:
        pack.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(
                organization="organization", project="payments", stack="prod-primary", dry_run=True
            )
        )
        info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    assert info.name == "architecture"
    assert len(info.policies) > 20


def test_the_manifest_names_a_virtualenv_that_is_found_from_the_packs_folder() -> None:
    """Script and language host alike resolve it there. It is where `make install` puts it."""
    manifest = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())
    options = manifest["runtime"]["options"]
    assert manifest["runtime"]["name"] == "python"
    assert options["toolchain"] == "pip"
    assert (PACK / options["virtualenv"]).resolve() == ROOT / ".venv"

"""One emulated world with both stacks up, shared by the tests of this folder; tests put back what they change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.cli import PACK, PRIMARY, STANDBY, Cli


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """Both stacks brought up as the README says."""
    cli = Cli(tmp_path_factory.mktemp("home"))
    try:
        for stack in (PRIMARY, STANDBY):
            cli.ok("up", stack, "--yes", "--skip-preview", "--policy-pack", PACK)
        yield cli
    finally:
        cli.run("stop")

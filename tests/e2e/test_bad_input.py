"""Bad input: a message that names the place and the remedy, and nothing changed."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.e2e.cli import PRIMARY, ROOT, Cli

PROGRAM = ("__main__.py", "components", "functions", "policies", "Pulumi.yaml", "Pulumi.prod-primary.yaml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the program that a test may spoil."""
    for name in PROGRAM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def edit(path: Path, change: Callable[[dict], None]) -> None:
    document = yaml.safe_load(path.read_text())
    change(document)
    path.write_text(yaml.safe_dump(document))


def config(key: str, value: object) -> Callable[[Path], None]:
    return lambda p: edit(p / "Pulumi.prod-primary.yaml", lambda d: d["config"].__setitem__(key, value))


def without(key: str) -> Callable[[Path], None]:
    return lambda p: edit(p / "Pulumi.prod-primary.yaml", lambda d: d["config"].pop(key))


def catalogue(change: Callable[[dict], None]) -> Callable[[Path], None]:
    return lambda p: edit(p / "components" / "catalogue" / "accounts.yaml", change)


SPOILED = {
    "an unknown key": (
        config("payments:regoin", "x"),
        ["Pulumi.prod-primary.yaml", "payments:regoin", "region"],
    ),
    "a missing key": (
        without("payments:managementAccountId"),
        ["Pulumi.prod-primary.yaml", "managementAccountId"],
    ),
    "a Region outside the list": (config("payments:region", "eu-west-1"), ["payments:region", "us-east-2"]),
    "a malformed catalogue": (
        catalogue(lambda d: d["accounts"]["audit"].pop("owner")),
        ["accounts.yaml", "audit", "owner"],
    ),
    "a duplicate e-mail": (
        catalogue(lambda d: d["accounts"]["audit"].__setitem__("email", d["accounts"]["backup"]["email"])),
        ["accounts.yaml", "email", "backup"],
    ),
    "a cycle of OUs": (
        catalogue(lambda d: d["units"]["workloads"].__setitem__("parent", "prod")),
        ["accounts.yaml", "units", "prod"],
    ),
    "a weaker lock": (
        config("payments:auditLock", {"mode": "GOVERNANCE", "days": 1}),
        ["payments:auditLock", "COMPLIANCE"],
    ),
}


def objects(estate: Cli) -> list[dict]:
    """What the state holds of the cloud; the stack's own entry notes every run."""
    resources = estate.json("stack", "export", PRIMARY)["deployment"]["resources"]
    return [r for r in resources if r["custom"]]


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_input_is_named_with_its_remedy(estate: Cli, project: Path, case: str) -> None:
    spoil, expected = SPOILED[case]
    spoil(project)
    before = objects(estate)
    said = estate.refused("up", PRIMARY, "--yes", "-C", str(project))
    assert [word for word in expected if word not in said] == []
    assert objects(estate) == before


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = Cli(tmp_path).refused("start", env={"LOCALCLOUD_AWS_PORT": port})
    assert port in said
    assert "LOCALCLOUD_AWS_PORT" in said


def test_an_unreachable_provider_is_named(estate: Cli) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = estate.refused("preview", PRIMARY, env={"PULUMI_DEBUG_PROVIDERS": f"aws:{port}"})
    assert str(port) in said


def test_a_wrong_passphrase_is_said_before_anything_runs(estate: Cli) -> None:
    said = estate.refused("preview", PRIMARY, env={"PULUMI_CONFIG_PASSPHRASE": "not the one"})
    assert "passphrase" in said.lower()


def test_a_corrupt_state_file_is_named_and_left_alone(estate: Cli, tmp_path: Path) -> None:
    state = estate.home / "world" / "state" / ".pulumi" / "stacks" / "payments" / f"{PRIMARY}.json"
    whole = state.read_bytes()
    state.write_bytes(whole[: len(whole) // 2])
    try:
        said = estate.refused("up", PRIMARY, "--yes")
        assert f"{PRIMARY}.json" in said
        assert state.read_bytes() == whole[: len(whole) // 2]
    finally:
        state.write_bytes(whole)


def test_an_unknown_stack_lists_the_ones_there_are(estate: Cli) -> None:
    said = estate.refused("stack", "output", "prod-primry")
    assert "prod-primry" in said

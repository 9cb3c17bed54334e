"""What the demo would hand to the Pulumi CLI: command lines, environment, and the project it works in.

A fake `pulumi` that only records how it was called stands on PATH: nothing here says what the genuine CLI makes of it.
The program of the project is really run, in the way in which Pulumi's Python language host runs one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcloud import home
from localcloud.demo.engines import Genuine, genuine_available

STACK = "prod-primary"
RECORDER = """#!{python}
import json, os, sys
named = {{key: value for key, value in os.environ.items() if key.startswith("PULUMI")}}
with open({log!r}, "a") as log:
    log.write(json.dumps({{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": named}}) + "\\n")
print("v3.260.0")
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a small project, its home elsewhere, and nothing of Pulumi's in the environment."""
    for name in [name for name in os.environ if name.startswith("PULUMI")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path / "home"))
    clone = tmp_path / "clone"
    for folder in ("components", "functions", "policies/architecture"):
        (clone / folder).mkdir(parents=True)
    (clone / "__main__.py").write_text(
        "import sys\nfrom components.part import FILE\nprint(FILE, sys.path[0])\n"
    )
    (clone / "components" / "__init__.py").write_text("")
    (clone / "components" / "part.py").write_text("FILE = open(__file__).name\n")
    (clone / "Pulumi.yaml").write_text(
        "name: payments\nruntime: {name: python, options: {virtualenv: .venv}}\n"
    )
    (clone / f"Pulumi.{STACK}.yaml").write_text(
        "secretsprovider: awskms://alias/pulumi-state?region=us-east-2\n"
        "config:\n  pulumi:disable-default-providers: [aws]\n  payments:auditLock: {mode: COMPLIANCE, days: 2557}\n"
    )
    return clone


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A recording `pulumi` on PATH; a function that returns what it was called with."""
    log, folder = tmp_path / "calls", tmp_path / "bin"
    folder.mkdir()
    for name in ("pulumi", "pulumi-language-python"):
        (folder / name).write_text(RECORDER.format(python=sys.executable, log=str(log)))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return lambda: [json.loads(line) for line in log.read_text().splitlines()]


def run(engine: Genuine, command: list[str]) -> None:
    subprocess.run(command, cwd=engine.cwd, env=engine.env, check=True, capture_output=True)


def contents(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_commands_and_their_surroundings(root: Path, calls: Any) -> None:
    engine = Genuine(root, 4711)
    commands = [*engine.prepare(STACK), engine.up(STACK), engine.no_changes(STACK)]
    commands += [engine.export(STACK), engine.output(STACK)]
    for command in commands:
        run(engine, command)
    _version, *recorded = calls()
    quiet, pack = "--non-interactive", str(root / "policies/architecture")
    assert [call["argv"] for call in recorded] == [
        ["stack", "select", STACK, "--create", "--secrets-provider", "passphrase", quiet],
        ["up", "--stack", STACK, "--yes", "--suppress-outputs", "--policy-pack", pack, quiet],
        ["preview", "--stack", STACK, "--expect-no-changes", "--suppress-outputs", quiet],
        ["stack", "export", "--stack", STACK, quiet],
        ["stack", "output", "--json", "--stack", STACK, quiet],
    ]
    assert {call["cwd"] for call in recorded} == {str(home.world() / "pulumi")}
    assert recorded[-1]["env"] == {
        "PULUMI_BACKEND_URL": f"file://{home.state_dir()}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase_file()),
        "PULUMI_DEBUG_PROVIDERS": "aws:4711",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    assert home.passphrase_file().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_a_passphrase_of_the_environment_is_the_one_for_both_engines(
    name: str, root: Path, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "/own")
    env = Genuine(root, 1).env
    assert {key: value for key, value in env.items() if "PASSPHRASE" in key} == {name: "/own"}
    assert not home.passphrase_file().exists()


def test_the_salt_stays_in_the_shadow_project(root: Path, calls: Any) -> None:
    before = contents(root)
    engine = Genuine(root, 1)
    engine.prepare(STACK)
    own = engine.cwd / f"Pulumi.{STACK}.yaml"
    settings = yaml.safe_load(own.read_text())
    committed = yaml.safe_load((root / f"Pulumi.{STACK}.yaml").read_text())
    assert settings == {"config": committed["config"]}
    own.write_text(yaml.safe_dump({**settings, "encryptionsalt": "v1:a:v1:b:c"}))  # as the CLI does
    engine.prepare(STACK)
    assert yaml.safe_load(own.read_text()) == {**settings, "encryptionsalt": "v1:a:v1:b:c"}
    assert contents(root) == before


def test_the_project_of_the_shadow_runs_the_program_in_the_clones_virtualenv(root: Path, calls: Any) -> None:
    engine = Genuine(root, 1)
    engine.prepare(STACK)
    project = yaml.safe_load((engine.cwd / "Pulumi.yaml").read_text())
    assert project["name"] == "payments"
    assert project["runtime"]["options"] == {"toolchain": "pip", "virtualenv": str(root / ".venv")}
    # the language host: another script's folder on sys.path, the project's folder as program and directory
    host = f"import runpy; runpy.run_path({str(engine.cwd)!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", host], cwd=engine.cwd, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(engine.cwd / "components" / "part.py"), str(engine.cwd)]


def test_a_shadow_of_another_clone_follows_this_one(root: Path, calls: Any, tmp_path: Path) -> None:
    Genuine(root, 1).prepare(STACK)
    moved = root.rename(tmp_path / "moved")
    engine = Genuine(moved, 1)
    engine.prepare(STACK)
    assert (engine.cwd / "__main__.py").resolve() == moved / "__main__.py"


def test_the_cli_is_used_only_with_its_python_language_host(
    calls: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert genuine_available()
    (tmp_path / "bin" / "pulumi-language-python").unlink()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert not genuine_available()

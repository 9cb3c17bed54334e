"""The four operations on a stack: preview, update, refresh, destroy.

This is the door of the engine: the command line builds a `Context` and `Options`, calls one of these and
reads the `Result`. They load the state (recovering a journal left by a killed run), take no lock (the
caller holds it) and never print: everything visible goes to `Context.sink`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.engine.events import Sink, Step
from localcloud.engine.state import Snapshot
from localcloud.engine.values import Properties

if TYPE_CHECKING:
    from localcloud.engine.backend import FileBackend, StackRef
    from localcloud.engine.project import Project
    from localcloud.engine.secrets import SecretsManager
    from localcloud.engine.stack_config import StackConfig


_NO_CHANGE = ("same", "read", "read-replacement", "discard", "refresh")


@dataclass(frozen=True)
class PolicyPackRequest:
    """A policy pack to enforce: its directory and, if given, its configuration by policy name."""

    directory: str
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """Flags of one operation, with the meaning of Pulumi's flags of the same name.

    `targets`, `excludes` and `replace` are URNs (with `*` and `**` wildcards). `refresh` asks for a refresh
    before the operation.
    """

    parallel: int = 16
    refresh: bool = False
    run_program: bool = False
    targets: Sequence[str] = ()
    target_dependents: bool = False
    excludes: Sequence[str] = ()
    exclude_dependents: bool = False
    replace: Sequence[str] = ()
    policy_packs: Sequence[PolicyPackRequest] = ()
    continue_on_error: bool = False
    exclude_protected: bool = False
    message: str = ""


class Cancellation:
    """A person's wish that the operation end (Ctrl-C): what runs is finished and saved, nothing more is begun."""

    def __init__(self) -> None:
        self.requested = False
        self._hooks: list[Callable[[], object]] = []

    def request(self) -> None:
        """May be called from a signal handler."""
        self.requested = True
        for hook in self._hooks:
            hook()

    def on_request(self, hook: Callable[[], object]) -> None:
        """Have `hook` called when the wish is made; it must return at once and may run in any thread."""
        self._hooks.append(hook)
        if self.requested:
            hook()


@dataclass
class Context:
    """What an operation works on.

    `providers` maps a package to the address of a running provider (`aws` -> `127.0.0.1:4711`);
    PULUMI_DEBUG_PROVIDERS is read by the caller, not here.
    """

    project: Project
    stack: StackRef
    config: StackConfig
    secrets: SecretsManager
    backend: FileBackend
    sink: Sink
    providers: dict[str, str] = field(default_factory=dict)
    organization: str = "organization"
    cancellation: Cancellation = field(default_factory=Cancellation)


@dataclass
class Result:
    """What came of it. `changes` counts logical steps by operation; `error` is the message that ended it."""

    ok: bool
    changes: dict[str, int]
    snapshot: Snapshot
    steps: list[Step] = field(default_factory=list)
    outputs: Properties = field(default_factory=dict)
    error: str = ""
    duration: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether anything but `same` (and reads) was planned or done: what --expect-no-changes looks at."""
        return any(count for op, count in self.changes.items() if op not in _NO_CHANGE)


def preview(context: Context, options: Options) -> Result:
    """Plan an update without any effect on the state or on provider objects."""
    from localcloud.engine.flows import run_update

    return run_update(context, options, dry_run=True)


def update(context: Context, options: Options) -> Result:
    """Run the program and make the world match it."""
    from localcloud.engine.flows import run_update

    return run_update(context, options, dry_run=False)


def refresh(context: Context, options: Options, *, dry_run: bool = False) -> Result:
    """Read every object and write what was found into the state (`dry_run`: only tell)."""
    from localcloud.engine.flows import run_refresh

    return run_refresh(context, options, dry_run=dry_run)


def destroy(context: Context, options: Options, *, dry_run: bool = False) -> Result:
    """Delete every object of the stack (`dry_run`: only tell)."""
    from localcloud.engine.flows import run_destroy

    return run_destroy(context, options, dry_run=dry_run)

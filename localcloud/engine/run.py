"""What the parts of one run share: the state it began with, what it has seen, and whom to tell."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

from localcloud.engine import events, urns
from localcloud.engine.errors import BailError, EngineError, ShutdownError
from localcloud.engine.events import Event
from localcloud.engine.goal import Goal
from localcloud.engine.graph import DependencyGraph
from localcloud.engine.operations import Options
from localcloud.engine.registry import Registry
from localcloud.engine.snapshot_manager import SnapshotManager
from localcloud.engine.state import PROVIDER_TYPE_PREFIX, ResourceState, Snapshot
from localcloud.engine.targets import Targets
from localcloud.errors import UserError


class Run:
    """One preview, update, refresh or destroy.

    `failed` is set by the first error; `cancelled` then stops further steps, while those under way finish.
    """

    def __init__(
        self,
        stack: str,
        project: str,
        options: Options,
        dry_run: bool,
        snapshots: SnapshotManager,
        sink: Callable[[Event], Any],
    ) -> None:
        self.stack = stack
        self.project = project
        self.options = options
        self.dry_run = dry_run
        self.snapshots = snapshots
        self.targets = Targets(options.targets)
        self.excludes = Targets(options.excludes)
        self.replace_targets = Targets(options.replace)
        self.news: dict[str, ResourceState] = {}
        self.reads: dict[str, ResourceState] = {}
        self.goals: dict[str, Goal] = {}
        self.changes: dict[str, int] = {}
        self.steps: list[events.Step] = []
        self.failed = False
        self.error = ""
        self.cancelled = asyncio.Event()
        self.closed = asyncio.Event()
        self.refreshing = False
        self._sink = sink
        self._registry: Registry | None = None
        self.load_base(snapshots.base)

    @property
    def registry(self) -> Registry:
        """The provider instances; set once before anything runs."""
        assert self._registry is not None
        return self._registry

    @registry.setter
    def registry(self, registry: Registry) -> None:
        self._registry = registry

    @property
    def base(self) -> Snapshot:
        """The state that the run began with (after its refresh, if it had one)."""
        return self.snapshots.base

    def load_base(self, base: Snapshot) -> None:
        """Look up resources in `base` from now on."""
        self.resources = base.resources
        self.olds = base.live()
        self.graph = DependencyGraph(base.resources)

    def urn(self, parent: str, type_: str, name: str) -> str:
        """The URN in this stack and project."""
        return urns.create(self.stack, self.project, parent, type_, name)

    # -- telling ---------------------------------------------------------------

    def emit(self, event: Event) -> None:
        """Hand an event to the sink."""
        self._sink(event)

    def say(self, severity: str, message: str, urn: str = "") -> None:
        """Emit a diagnostic."""
        self.emit(events.Diagnostic(urn, severity, message))

    def fail(self, error: BaseException, urn: str = "") -> None:
        """Note an error, say it unless it has been said, and stop further steps."""
        self.note_failure(error, urn)
        self.cancelled.set()

    def note_failure(self, error: BaseException, urn: str = "") -> None:
        """Note an error and say it unless it has been said; others may go on."""
        self.failed = True
        self.error = self.error or str(error)
        if isinstance(error, BailError | ShutdownError):
            return
        message = str(error)
        if not isinstance(error, EngineError | UserError):
            trace = "".join(traceback.format_exception(error))
            message = f"internal error of the engine, please report it:\n{trace}"
        self.say("error", message, urn)

    # -- providers --------------------------------------------------------------

    async def provider_of(self, state: ResourceState) -> Any:
        """What answers the provider calls for `state`. Raises EngineError when it is not there."""
        if state.type.startswith(PROVIDER_TYPE_PREFIX):
            return self.registry
        found = self.registry.get(state.provider)
        if found is None:
            raise EngineError(f"unknown provider '{state.provider}' for resource '{state.urn}'")
        return found

    async def ensure_provider(self, reference: str) -> None:
        """Configure the provider with this reference as recorded, unless it is there already."""
        if not reference or self.registry.get(reference) is not None:
            return
        for state in self.resources:
            if state.is_provider and state.reference == reference:
                await self.registry.same(state)
                return
        raise EngineError(f"could not find provider {reference} in the state")

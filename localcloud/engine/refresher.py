"""Refresh: what is recorded is replaced by what the providers find.

Inputs are written as well as outputs. A resource whose object is gone leaves the state, and its URN leaves
the dependencies and parents of those that stay.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localcloud.engine import diffs, events
from localcloud.engine.errors import EngineError, InitFailedError
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState, Snapshot, now
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.steps import Step, mark_secrets
from localcloud.engine.targets import Targets


class RefreshStep(Step):
    """Reads one resource. `found` is the state afterwards, None when the object is gone.

    `wanted` is what the running program wants of it: then its provider is asked, and what was found is
    recorded at once. Without a program everything is recorded together, when all have been read.
    """

    op = "refresh"
    logical = False

    def __init__(
        self,
        run: Run,
        old: ResourceState,
        wanted: ResourceState | None = None,
        *,
        recorded: bool = False,
    ) -> None:
        super().__init__(run, old, None)
        self.found: ResourceState | None = old
        self._wanted = wanted
        self._recorded = recorded

    @property
    def subject(self) -> ResourceState:
        assert self.old is not None
        return self.old

    def describe(self, result_op: str = "") -> events.Step:
        described = super().describe(result_op or self.result_op)
        return replace(described, new=replace(self.found) if self.found else None)

    @property
    def result_op(self) -> str:
        """What the refresh did: same, update or delete."""
        old = self.old
        if self.found is None:
            return "delete"
        if old is None or self.found is old:
            return "same"
        if old.external:
            return "same" if diffs.same(old.outputs, self.found.outputs) else "update"
        return "same" if self.diff.changes == diffs.NONE else "update"

    async def apply(self) -> None:
        old = self.old
        assert old is not None
        if not old.custom or old.is_provider or old.pending_replacement:
            return
        provider = await self.run.provider_of(old if self._wanted is None else self._wanted)
        init_errors: list[str] = []
        try:
            read = await provider.read(old.urn, old.id, old.inputs, old.outputs)
            identity, inputs, outputs = read.id, read.inputs, read.outputs
        except InitFailedError as error:
            identity, inputs, outputs = error.id, error.inputs or None, error.properties
            init_errors = error.reasons
            listed = "\n* ".join(init_errors)
            self.run.say("warning", f"Refreshed resource is in an unhealthy state:\n* {listed}", old.urn)
        if outputs is None:
            self.found = None
            return
        kept = old.inputs if inputs is None else inputs
        changed = not (diffs.same(kept, old.inputs) and diffs.same(outputs, old.outputs))
        found = replace(
            old,
            id=identity or old.id,
            inputs=kept,
            outputs=outputs,
            init_errors=init_errors,
            modified=now() if changed else old.modified,
        )
        self.found = found
        if not old.external:
            await self._compare(provider, old, found)
        mark_secrets(found)

    async def _compare(self, provider: Any, old: ResourceState, found: ResourceState) -> None:
        """What an update would change now, seen from the other side."""
        wanted = old.inputs if self._wanted is None else self._wanted.inputs
        diff = await provider.diff(
            found.urn, found.id, found.inputs, found.outputs, wanted, old.ignore_changes
        )
        self.diff = diff.inverted()

    async def end(self, token: int | None, kept: bool) -> None:
        if self._recorded and kept and self.found is not self.old:
            await self.run.snapshots.end(new=self.found, done=self.old)


async def refresh_unseen(run: Run, executor: StepExecutor, seen: Callable[[str], bool]) -> None:
    """After a program that refreshes: read what it did not register, with the recorded providers."""
    found: dict[int, ResourceState | None] = {}
    steps = []
    for state in _chosen(run, run.base):
        if not seen(state.urn):
            await run.ensure_provider(state.provider)
            steps.append(RefreshStep(run, state, recorded=True))
    await asyncio.gather(*(executor.start([step]) for step in steps))
    for step in steps:
        found[id(step.subject)] = step.found
    run.load_base(Snapshot([found.get(id(state), state) or state for state in run.resources]))


async def refresh_state(run: Run) -> None:
    """Read everything that the options let through, and make the result the state to go on from."""
    base = run.base
    executor = StepExecutor(run, ignore_errors=True)
    steps: dict[int, RefreshStep] = {}
    for state in _chosen(run, base):
        await run.ensure_provider(state.provider)
        steps[id(state)] = RefreshStep(run, state)
    await asyncio.gather(*(executor.start([step]) for step in steps.values()))
    rebuilt = rebuild(base, {key: step.found for key, step in steps.items()})
    run.snapshots.rebase(rebuilt)
    run.load_base(rebuilt)
    if run.failed:
        raise EngineError(run.error)


def _chosen(run: Run, base: Snapshot) -> list[ResourceState]:
    if run.excludes.constrained:
        return _without_excluded(run, base)
    targets = Targets(run.options.targets)
    chosen = []
    for state in base.resources:
        follows = run.options.target_dependents and any(map(targets.names, state.all_dependencies()))
        if state.urn in targets or follows:
            chosen.append(state)
            targets.add(state.urn)
    return chosen


def _without_excluded(run: Run, base: Snapshot) -> list[ResourceState]:
    excludes = Targets(run.options.excludes)
    chosen = []
    for state in base.resources:
        follows = run.options.exclude_dependents and any(map(excludes.names, state.all_dependencies()))
        if excludes.names(state.urn) or follows:
            excludes.add(state.urn)
        else:
            chosen.append(state)
    return chosen


def rebuild(base: Snapshot, found: dict[int, ResourceState | None]) -> Snapshot:
    """`base` with each refreshed resource (by `id`) replaced, and no reference to what is gone.

    A child of something that is gone moves up to the nearest ancestor that is there.
    """
    resources: list[ResourceState] = []
    known: set[str] = set()
    parents: dict[str, str] = {}
    for state in base.resources:
        parents[state.urn] = state.parent
        after = found.get(id(state), state)
        if after is None:
            continue
        parent = after.parent
        while parent and parent not in known:
            parent = parents.get(parent, "")
        resources.append(
            replace(
                after,
                parent=parent,
                dependencies=[urn for urn in after.dependencies if urn in known],
                property_dependencies={
                    key: [urn for urn in listed if urn in known]
                    for key, listed in after.property_dependencies.items()
                },
                deleted_with=after.deleted_with if after.deleted_with in known else "",
            )
        )
        known.add(state.urn)
    return Snapshot(resources, base.pending_operations, base.manifest, base.metadata)

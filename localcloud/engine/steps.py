"""The steps of a plan: what each does to one resource, and what the state becomes by it.

`apply` does it (or, in a preview, asks what it would do), `begin` and `end` record it in the state. The order
of these and the reporting belong to the executor.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from localcloud.engine import events, urns
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import InitFailedError
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState, now
from localcloud.engine.values import Secret


class Step:
    """One step. `registration` is resolved with the new state when the program may go on with it."""

    op = ""
    logical = True
    pending = ""  # what the state calls this operation while it is under way

    def __init__(
        self,
        run: Run,
        old: ResourceState | None,
        new: ResourceState | None,
        registration: asyncio.Future[ResourceState] | None = None,
        diff: Diff | None = None,
    ) -> None:
        self.run = run
        self.old = old
        self.new = new
        self.registration = registration
        self.diff = diff or Diff()

    @property
    def subject(self) -> ResourceState:
        """The latest state that is known of the resource."""
        state = self.new or self.old
        assert state is not None
        return state

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return self.subject.urn

    @property
    def internal(self) -> bool:
        """Whether this is the engine's own affair, which is neither shown nor counted."""
        return urns.is_default_provider(self.urn)

    def describe(self, result_op: str = "") -> events.Step:
        """The step as displays see it, frozen at this moment."""
        return events.Step(
            op=self.op,
            urn=self.urn,
            type=self.subject.type,
            provider=self.subject.provider,
            old=replace(self.old) if self.old else None,
            new=replace(self.new) if self.new else None,
            diff_reasons=self.diff.changed_keys,
            replace_reasons=self.diff.replace_keys,
            detailed_diff=dict(self.diff.detailed or {}),
            logical=self.logical,
            result_op=result_op,
            internal=self.internal,
        )

    async def begin(self) -> int | None:
        """Record that the operation begins."""
        if not self.pending or self.run.dry_run:
            return None
        return await self.run.snapshots.begin(self.pending, self.subject)

    async def apply(self) -> None:
        """Do it. Raises ProviderError; InitFailedError when the object exists nonetheless."""
        raise NotImplementedError

    async def end(self, token: int | None, kept: bool) -> None:
        """Record the end; `kept` says that the new state holds (it does after a partial failure too)."""
        raise NotImplementedError

    def complete(self) -> None:
        """Let the program go on."""
        if self.registration is not None and not self.registration.done() and self.new is not None:
            self.registration.set_result(self.new)


class SameStep(Step):
    """Nothing changes. A skipped one stands for a create that was not asked for: it is not recorded."""

    op = "same"

    def __init__(self, *args: Any, skipped: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skipped = skipped

    async def apply(self) -> None:
        assert self.old is not None
        assert self.new is not None
        self.new.id = self.old.id
        self.new.outputs = self.old.outputs
        if self.new.is_provider and not self.skipped:
            # The old inputs: a provider that calls a change no change keeps seeing what it was made with.
            await self.run.registry.same(replace(self.new, inputs=self.old.inputs))

    async def end(self, token: int | None, kept: bool) -> None:
        if self.skipped or self.old is None or self.new is None:
            return
        if self._differs(self.old, self.new) and not self.run.dry_run:
            await self.run.snapshots.end(token, new=self.new, done=self.old)
        else:
            self.run.snapshots.unchanged(self.old, self.new)

    @staticmethod
    def _differs(old: ResourceState, new: ResourceState) -> bool:
        return replace(old, modified="", source_position="", stack_trace=[]) != replace(
            new, modified="", source_position="", stack_trace=[]
        )


class CreateStep(Step):
    """A new object, or the new half of a replacement (`replacing`).

    `pend_delete` marks the old object for deletion at the end of the run, when dependents have moved over.
    """

    pending = "creating"

    def __init__(self, *args: Any, replacing: bool = False, pend_delete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.op = "create-replacement" if replacing else "create"
        self.logical = not replacing
        self._pend_delete = pend_delete

    async def apply(self) -> None:
        new = self.new
        assert new is not None
        failure: InitFailedError | None = None
        if new.custom:
            provider = await self.run.provider_of(new)
            timeout = new.custom_timeouts.get("create", 0.0)
            try:
                created = await provider.create(
                    new.urn, new.inputs, timeout, self.run.dry_run, self._in_doubt(new.urn)
                )
                new.id, new.outputs = created.id, created.outputs
            except InitFailedError as error:
                failure = error
                new.id, new.outputs, new.init_errors = error.id, error.properties, error.reasons
        new.created = new.modified = now()
        if self._pend_delete and self.old is not None:
            self.old.delete = True
        if failure is not None:
            raise failure

    def _in_doubt(self, urn: str) -> bool:
        """Whether a killed run was creating the resource: nobody heard how that ended."""
        pending = self.run.base.pending_operations
        return any(each.type == "creating" and each.resource.urn == urn for each in pending)

    async def end(self, token: int | None, kept: bool) -> None:
        replaced = self.old if self.old is not None and self.old.pending_replacement else None
        await self.run.snapshots.end(
            token,
            new=self.new if kept else None,
            done=replaced if kept else None,
            flagged=self.old if kept and self._pend_delete else None,
        )


class UpdateStep(Step):
    """A change in place."""

    op = "update"
    pending = "updating"

    def __init__(self, *args: Any, ignored: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ignored = ignored

    async def apply(self) -> None:
        old, new = self.old, self.new
        assert old is not None
        assert new is not None
        new.id, new.created, new.modified = old.id, old.created, old.modified
        if not new.custom:
            return
        provider = await self.run.provider_of(new)
        timeout = new.custom_timeouts.get("update", 0.0)
        try:
            new.outputs = await provider.update(
                new.urn, old.id, old.inputs, old.outputs, new.inputs, timeout, self._ignored, self.run.dry_run
            )
        except InitFailedError as error:
            # The object was not brought to the new inputs, so the old ones stay in the state.
            new.outputs, new.init_errors, new.inputs = error.properties, error.reasons, old.inputs
            raise
        finally:
            new.modified = now()

    async def end(self, token: int | None, kept: bool) -> None:
        await self.run.snapshots.end(token, new=self.new if kept else None, done=self.old if kept else None)


class ReplaceStep(Step):
    """The replacement as a person sees it; its halves do the work."""

    op = "replace"

    async def apply(self) -> None:
        """Nothing: see CreateStep and DeleteStep."""

    async def end(self, token: int | None, kept: bool) -> None:
        """Nothing to record."""


def mark_secrets(state: ResourceState) -> None:
    """Mark secret those outputs that the program named, and those whose inputs were secret."""
    marked = dict(state.outputs)
    for key in state.additional_secret_outputs:
        if key in marked and not isinstance(marked[key], Secret):
            marked[key] = Secret(marked[key])
    for key, item in marked.items():
        if isinstance(state.inputs.get(key), Secret) and not isinstance(item, Secret):
            marked[key] = Secret(item)
    state.outputs = marked

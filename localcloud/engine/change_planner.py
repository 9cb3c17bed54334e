"""What becomes of a resource that is recorded already: nothing, an update, or a replacement.

A replacement makes the new object first and deletes the old one at the end of the run, when dependents have
moved over; or, on demand, deletes it first, together with those dependents that it would replace.
"""

from __future__ import annotations

import asyncio
from typing import Any

from localcloud.engine import diffs, registry
from localcloud.engine.aliases import AliasBook
from localcloud.engine.checks import report_failures
from localcloud.engine.delete_steps import DeleteStep
from localcloud.engine.dependents import dependent_replacements
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import BailError, DiffUnavailableError, EngineError
from localcloud.engine.goal import Goal
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import CreateStep, ReplaceStep, SameStep, Step, UpdateStep
from localcloud.engine.values import Properties

Registration = asyncio.Future[ResourceState]


class ChangePlanner:
    """Plans changes of what exists."""

    def __init__(self, run: Run, book: PlanBook, aliases: AliasBook) -> None:
        self._run = run
        self._book = book
        self._aliases = aliases
        self._early_deletes = asyncio.Lock()

    async def check(
        self, new: ResourceState, provider: Any, olds: Properties, news: Properties, seed: bytes
    ) -> None:
        inputs, failures = await provider.check(new.urn, olds, news, seed)
        if report_failures(self._run, new, failures):
            raise BailError(f"resource {new.urn} is invalid")
        new.inputs = inputs

    async def plan(
        self,
        goal: Goal,
        new: ResourceState,
        old: ResourceState,
        provider: Any,
        registration: Registration,
        seed: bytes,
    ) -> list[Step]:
        urn = new.urn
        try:
            diff = await self._diff(goal, new, old, provider)
        except DiffUnavailableError as error:
            diff = Diff(changes=diffs.SOME)
            self._run.say("warning", str(error), urn)
        diff = diffs.replace_on_changes(diff, goal.replace_on_changes, bool(old.init_errors))
        if (diff.changes == diffs.SOME and diff.replaces) or old.pending_replacement:
            return await self._replace(goal, new, old, provider, registration, diff, seed)
        if diff.changes == diffs.SOME:
            self._book.updates.add(urn)
            ignored = tuple(goal.ignore_changes)
            return [UpdateStep(self._run, old, new, registration, diff, ignored=ignored)]
        if old.init_errors:
            self._book.updates.add(urn)
            return [UpdateStep(self._run, old, new, registration, Diff(stable_keys=diff.stable_keys))]
        self._book.sames.add(urn)
        return [SameStep(self._run, old, new, registration)]

    async def _diff(self, goal: Goal, new: ResourceState, old: ResourceState, provider: Any) -> Diff:
        if self._run.replace_targets.names(new.urn):
            return Diff(changes=diffs.SOME, replace_keys=("id",))
        if await self._provider_changed(old, new):
            return Diff(changes=diffs.SOME, replace_keys=("provider",))
        if self._book.replaces.intersection(goal.replace_with):
            return Diff(changes=diffs.SOME, replace_keys=("replaceWith",))
        if not diffs.same(old.replacement_trigger, new.replacement_trigger):
            return Diff(changes=diffs.SOME, replace_keys=("replacementTrigger",))
        if provider is None:
            return Diff() if diffs.same(old.inputs, new.inputs) else Diff(changes=diffs.SOME)
        diff: Diff = await provider.diff(
            new.urn, old.id, old.inputs, old.outputs, new.inputs, goal.ignore_changes
        )
        return diff

    async def _provider_changed(self, old: ResourceState, new: ResourceState) -> bool:
        """Whether the new provider instance cannot manage what the old one made."""
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        old_urn, new_urn = old.provider_urn(), new.provider_urn()
        if self._aliases.successor.get(old_urn) == new_urn:
            return False
        instance = self._run.registry.get(new.provider)
        before, after = self._run.olds.get(old_urn), self._book.providers.get(new_urn)
        if instance is None or before is None or after is None:
            raise EngineError(f"failed to resolve provider reference {old.provider}")
        diff: Diff = await instance.diff_config(
            new_urn, registry.settings(before.inputs), before.outputs, registry.settings(after.inputs)
        )
        return diff.replaces

    async def _replace(
        self,
        goal: Goal,
        new: ResourceState,
        old: ResourceState,
        provider: Any,
        registration: Registration,
        diff: Diff,
        seed: bytes,
    ) -> list[Step]:
        self._refuse_replace(goal, new, old)
        self._book.replaces.add(new.urn)
        if provider is not None and not self._run.replace_targets.names(new.urn):
            # Defaults that were carried over from the old object do not hold for a new one.
            await self.check(new, provider, {}, goal.properties, seed)
        delete_first = diff.delete_before_replace
        if goal.delete_before_replace is not None:
            delete_first = goal.delete_before_replace
        # What was deleted for an earlier, unfinished replacement must not be deleted again.
        delete_first = delete_first or old.pending_replacement
        if not delete_first:
            return [
                CreateStep(self._run, old, new, registration, diff, replacing=True, pend_delete=True),
                ReplaceStep(self._run, old, new, None, diff),
            ]
        chain = await self._delete_early(old)
        await self._run.ensure_provider(old.provider)
        if not old.pending_replacement:
            chain.append(DeleteStep(self._run, old, self._book.deletes, replacing=True, before_create=True))
        return [
            *chain,
            ReplaceStep(self._run, old, new, None, diff),
            CreateStep(self._run, old, new, registration, diff, replacing=True),
        ]

    def _refuse_replace(self, goal: Goal, new: ResourceState, old: ResourceState) -> None:
        if new.protect and old.protect:
            message = (
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect '
                "the resource, remove the `protect` flag from the resource in your Pulumi program and run `up`"
            )
            self._run.note_failure(EngineError(message), new.urn)
            if not self._run.dry_run:
                raise BailError(message)
        if goal.import_id:
            message = (
                "previously-imported resources that still specify an ID may not be replaced; "
                "please remove the `import` declaration from your program"
            )
            if not self._run.dry_run:
                raise EngineError(message)
            self._run.say("warning", message, new.urn)

    async def _delete_early(self, old: ResourceState) -> list[Step]:
        """Deletions of those that go along with `old`, the last dependents first."""
        chain: list[Step] = []
        async with self._early_deletes:
            condemned = await dependent_replacements(self._run, old, self._book.seen)
            for state, keys in reversed(condemned):
                if id(state) in self._book.deleted_early:
                    continue
                self._book.replace_keys[state.urn] = keys
                if state.delete:
                    chain.append(DeleteStep(self._run, state, self._book.deletes))
                else:
                    self._refuse_early_delete(state, old)
                    chain.append(
                        DeleteStep(self._run, state, self._book.deletes, replacing=True, before_create=True)
                    )
                self._book.deletes[state.urn] = True
                self._book.deleted_early[id(state)] = state
        return chain

    def _refuse_early_delete(self, state: ResourceState, root: ResourceState) -> None:
        if not state.protect:
            return
        message = (
            f'unable to replace resource "{state.urn}" as part of replacing "{root.urn}" as it is currently marked '
            "for protection. To unprotect the resource, remove the `protect` flag from the resource in your "
            f"Pulumi program and run `up`, or use the command:\n`pulumi state unprotect '{state.urn}'`"
        )
        self._run.note_failure(EngineError(message), state.urn)
        raise BailError(message)

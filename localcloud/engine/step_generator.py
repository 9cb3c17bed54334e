"""From what the program wants to the steps that get there: one registration at a time.

The order of decisions is the genuine engine's (pkg/resource/deploy/step_generator.go): duplicate URNs,
aliases, import, ignored changes, Check, policies; then create, or replace or update by what Diff says.
"""

from __future__ import annotations

import asyncio
import enum
import os
from typing import Any

from localcloud.engine import diffs, registry
from localcloud.engine.aliases import AliasBook
from localcloud.engine.checks import report_failures
from localcloud.engine.dependents import dependent_replacements
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import (
    BailError,
    DiffUnavailableError,
    EngineError,
    RegistrationFailedError,
)
from localcloud.engine.goal import Goal, ReadGoal
from localcloud.engine.import_step import ImportStep
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.policy_gate import PolicyGate
from localcloud.engine.refresher import RefreshStep
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.steps import (
    CreateStep,
    DeleteStep,
    ReadStep,
    ReplaceStep,
    SameStep,
    Step,
    UpdateStep,
)
from localcloud.engine.target_rules import TargetRules
from localcloud.engine.values import Properties

Registration = asyncio.Future[ResourceState]
_SEED_BYTES = 32


class Mode(enum.Enum):
    """What the program is run for."""

    UPDATE = "update"
    REFRESH = "refresh"
    DESTROY = "destroy"


class StepGenerator:
    """Plans registrations and reads, and hands the steps to the executor."""

    def __init__(
        self,
        run: Run,
        executor: StepExecutor,
        policies: PolicyGate,
        book: PlanBook,
        mode: Mode = Mode.UPDATE,
        *,
        refresh: bool = False,
    ) -> None:
        self._run = run
        self._mode = mode
        self._refresh_first = refresh or mode is Mode.REFRESH
        self._executor = executor
        self._policies = policies
        self.book = book
        self.aliases = AliasBook(run)
        self._targets = TargetRules(run, book)
        self._early_deletes = asyncio.Lock()

    # -- reads ---------------------------------------------------------------------

    def read(self, goal: ReadGoal, registration: Registration) -> None:
        """Plan the reading of an object that the stack does not manage."""
        urn = self._claim(goal.parent, goal.type, goal.name)
        old = self._run.olds.get(urn)
        new = ResourceState(
            urn=urn,
            type=goal.type,
            custom=True,
            id=goal.id,
            inputs=goal.properties,
            parent=goal.parent,
            external=True,
            dependencies=goal.dependencies,
            provider=goal.provider,
            additional_secret_outputs=goal.additional_secret_outputs,
            source_position=goal.source_position,
            stack_trace=goal.stack_trace,
        )
        if old is not None and not old.external and old.id != goal.id:
            self.book.replaces.add(urn)
            chain: list[Step] = [
                ReadStep(self._run, old, new, registration, replacing=True),
                ReplaceStep(self._run, old, new),
            ]
        else:
            self.book.reads.add(urn)
            chain = [ReadStep(self._run, old, new, registration)]
        self._executor.start(chain)

    # -- registrations ---------------------------------------------------------------

    async def register(self, goal: Goal, registration: Registration) -> None:
        """Plan a registration and start its steps. Raises EngineError when it cannot be planned."""
        urn = self._claim(goal.parent, goal.type, goal.name)
        old, former = self._find_old(goal, urn)
        self._run.goals[urn] = goal
        new = self._wanted(goal, urn, old, former)
        if new.is_provider:
            for name in [urn, *new.aliases]:
                self.book.providers[name] = new
        provider = await self._run.provider_of(new) if goal.custom else None
        managed = goal.custom and not new.is_provider
        if managed and self._refresh_first and old is not None:
            old = await self._refresh(new, old)
        if self._mode is not Mode.UPDATE and self._without_change(new, old, managed, registration):
            return
        if goal.custom and goal.import_id and self._is_import(goal, old):
            old = await self._import(goal, new, old)
            new = self._wanted(goal, urn, old, former)
            new.import_id = ""
            if new.is_provider:
                self.book.providers[urn] = new
        chain = await self._plan(goal, new, old, provider, registration)
        self._targets.check(chain)
        if self._executor.failed_urns and self._skip(chain, registration):
            return
        self._executor.start(chain)

    def _claim(self, parent: str, type_: str, name: str) -> str:
        if parent and parent not in self.book.seen:
            raise EngineError(f"could not find parent resource {parent}")
        urn = self._run.urn(parent, type_, name)
        if urn in self.book.seen:
            self._run.say("error", f"Duplicate resource URN '{urn}'; try giving it a unique name", urn)
            raise BailError(f"Duplicate resource URN '{urn}'")
        self.book.seen.add(urn)
        return urn

    def _find_old(self, goal: Goal, urn: str) -> tuple[ResourceState | None, str]:
        """The recorded resource, and the former URN it was found under (if not its own)."""
        claimed = self.aliases.successor.get(urn)
        if claimed is not None:
            raise EngineError(
                f"Duplicate resource URN '{urn}' conflicting with alias on resource with URN '{claimed}'"
            )
        for name in [urn, *self.aliases.candidates(goal)]:
            old = self._run.olds.get(name)
            if old is None:
                continue
            if name == urn:
                return old, ""
            other = name if name in self.book.seen else self.aliases.successor.get(name)
            if other is not None:
                raise EngineError(
                    f"Duplicate resource alias '{name}' applied to resource with URN '{urn}' "
                    f"conflicting with resource with URN '{other}'"
                )
            self.aliases.record(urn, name)
            self._run.registry.alias(urn, name)
            return old, name
        return None, ""

    @staticmethod
    def _wanted(goal: Goal, urn: str, old: ResourceState | None, former: str) -> ResourceState:
        return ResourceState(
            urn=urn,
            type=goal.type,
            custom=goal.custom,
            inputs=goal.properties,
            parent=goal.parent,
            protect=bool(goal.protect),
            dependencies=goal.dependencies,
            provider=goal.provider,
            property_dependencies=goal.property_dependencies,
            additional_secret_outputs=goal.additional_secret_outputs,
            aliases=[former] if former else [],
            custom_timeouts=goal.custom_timeouts,
            import_id=goal.import_id,
            retain_on_delete=bool(goal.retain_on_delete),
            deleted_with=goal.deleted_with,
            created=old.created if old else "",
            modified=old.modified if old else "",
            source_position=goal.source_position,
            stack_trace=goal.stack_trace,
            ignore_changes=goal.ignore_changes,
            hide_diff=goal.hide_diff,
            replace_on_changes=goal.replace_on_changes,
            replacement_trigger=goal.replacement_trigger,
            resource_hooks=goal.hooks,
            replace_with=goal.replace_with,
            env_var_mappings=goal.env_var_mappings,
        )

    async def _refresh(self, new: ResourceState, old: ResourceState) -> ResourceState | None:
        """What the object is now. Raises BailError when that could not be read (and was said)."""
        step = RefreshStep(self._run, old, new, recorded=True)
        if not await self._executor.start([step]):
            raise BailError(f"refresh of {new.urn} failed")
        if step.found is not None:
            self.book.refreshes.add(old.urn)
        return step.found

    def _without_change(
        self, new: ResourceState, old: ResourceState | None, managed: bool, registration: Registration
    ) -> bool:
        """A refresh or destroy that runs the program changes no object for its sake; whether that settles it."""
        missing = bool(new.all_dependencies() & self.book.skipped_creates)
        if managed and (old is None or (missing and self._mode is Mode.DESTROY)):
            self.book.sames.add(new.urn)
            self.book.skipped_creates.add(new.urn)
            new.outputs = old.outputs if old is not None else {}
            self._executor.start([SameStep(self._run, new, new, registration, skipped=True)])
            return True
        if self._mode is Mode.DESTROY:
            self.book.to_delete.append(new)
        if not managed or old is None:
            return False
        if self._mode is Mode.REFRESH:
            registration.set_result(old)
        else:
            self.book.sames.add(new.urn)
            new.inputs = old.inputs
            self._executor.start([SameStep(self._run, old, new, registration)])
        return True

    @staticmethod
    def _is_import(goal: Goal, old: ResourceState | None) -> bool:
        return old is None or old.external or (old.import_id or old.id) != goal.import_id

    async def _import(self, goal: Goal, new: ResourceState, old: ResourceState | None) -> ResourceState:
        """Import the object, and what came of it. Raises BailError when that failed (and was said)."""
        replaced = old if old is not None and new.urn not in self.book.deletes else None
        step = ImportStep(self._run, new, replaced)
        chain: list[Step] = [step]
        if replaced is not None:
            chain.append(ReplaceStep(self._run, replaced, new))
        if not await self._executor.start(chain):
            raise BailError(f"import of {goal.import_id} failed")
        return step.imported.result()

    async def _plan(
        self,
        goal: Goal,
        new: ResourceState,
        old: ResourceState | None,
        provider: Any,
        registration: Registration,
    ) -> list[Step]:
        urn = new.urn
        recreating = urn in self.book.deletes
        external = old is not None and old.external
        targeted = self._targets.wants(new)
        fresh = recreating or external or self._run.replace_targets.names(urn)
        if old is not None:
            new.inputs = diffs.ignore_changes(new.inputs, old.inputs, goal.ignore_changes)
        seed = os.urandom(_SEED_BYTES)
        if not targeted and provider is not None:
            new.inputs = old.inputs if old is not None else {}
        elif provider is not None:
            olds = {} if fresh or old is None else old.inputs
            news = goal.properties if fresh or old is None else new.inputs
            await self._check(new, provider, olds, news, seed)
        if not await self._policies.review(goal, new, self.book.providers.get(new.provider_urn())):
            raise BailError(f"resource {urn} is invalid")

        if recreating and old is not None:
            del self.book.deletes[urn]
            self.book.replaces.add(urn)
            keys = Diff(changes=diffs.SOME, replace_keys=self.book.replace_keys.get(urn, ()))
            return [
                ReplaceStep(self._run, old, new),
                CreateStep(self._run, old, new, registration, keys, replacing=True),
            ]
        if external:
            self.book.creates.add(urn)
            return [
                CreateStep(self._run, old, new, registration, replacing=True, pend_delete=True),
                ReplaceStep(self._run, old, new),
            ]
        self._targets.note(new, targeted)
        if old is not None:
            if not targeted:
                return self._carry_over(old, registration)
            return await self._from_diff(goal, new, old, provider, registration, seed)
        if not targeted:
            self.book.sames.add(urn)
            self.book.skipped_creates.add(urn)
            return [SameStep(self._run, new, new, registration, skipped=True)]
        self.book.creates.add(urn)
        return [CreateStep(self._run, None, new, registration)]

    async def _check(
        self, new: ResourceState, provider: Any, olds: Properties, news: Properties, seed: bytes
    ) -> None:
        inputs, failures = await provider.check(new.urn, olds, news, seed)
        if report_failures(self._run, new, failures):
            raise BailError(f"resource {new.urn} is invalid")
        new.inputs = inputs

    def _carry_over(self, old: ResourceState, registration: Registration) -> list[Step]:
        """A resource that is not asked for stays as it is, and so does whatever it needs."""
        if old.provider and self._run.registry.get(old.provider) is None:
            raise EngineError(
                f"provider {old.provider} for resource {old.urn} has not been registered yet, this is due to a "
                "change of providers mixed with --target. Change your program back to the original providers"
            )
        chain: list[Step] = []
        self._carry_over_into(chain, old)
        chain[-1].registration = registration
        return chain

    def _carry_over_into(self, chain: list[Step], old: ResourceState) -> None:
        if old.delete:
            return
        self.book.seen.add(old.urn)
        self.book.sames.add(old.urn)
        for urn in sorted(old.all_dependencies()):
            if not self.book.planned(urn):
                needed = self._run.olds.get(urn)
                if needed is None:
                    raise EngineError(f"dependency {urn} of untargeted resource {old.urn} has no old state")
                self._carry_over_into(chain, needed)
        chain.append(SameStep(self._run, old, old))

    def _skip(self, chain: list[Step], registration: Registration) -> bool:
        """Under continue_on_error: leave out what needs something that failed."""
        new = chain[-1].subject
        if not new.all_dependencies() & self._executor.failed_urns:
            return False
        self._executor.failed_urns.add(new.urn)
        registration.set_exception(RegistrationFailedError(new.urn, skipped=True))
        return True

    # -- changes of what exists ----------------------------------------------------

    async def _from_diff(
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
            self.book.updates.add(urn)
            ignored = tuple(goal.ignore_changes)
            return [UpdateStep(self._run, old, new, registration, diff, ignored=ignored)]
        if old.init_errors:
            self.book.updates.add(urn)
            return [UpdateStep(self._run, old, new, registration, Diff(stable_keys=diff.stable_keys))]
        self.book.sames.add(urn)
        return [SameStep(self._run, old, new, registration)]

    async def _diff(self, goal: Goal, new: ResourceState, old: ResourceState, provider: Any) -> Diff:
        if self._run.replace_targets.names(new.urn):
            return Diff(changes=diffs.SOME, replace_keys=("id",))
        if await self._provider_changed(old, new):
            return Diff(changes=diffs.SOME, replace_keys=("provider",))
        if self.book.replaces.intersection(goal.replace_with):
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
        if self.aliases.successor.get(old_urn) == new_urn:
            return False
        instance = self._run.registry.get(new.provider)
        before, after = self._run.olds.get(old_urn), self.book.providers.get(new_urn)
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
        self.book.replaces.add(new.urn)
        if provider is not None and not self._run.replace_targets.names(new.urn):
            # Defaults that were carried over from the old object do not hold for a new one.
            await self._check(new, provider, {}, goal.properties, seed)
        delete_first = diff.delete_before_replace
        if goal.delete_before_replace is not None:
            delete_first = goal.delete_before_replace
        if not delete_first:
            return [
                CreateStep(self._run, old, new, registration, diff, replacing=True, pend_delete=True),
                ReplaceStep(self._run, old, new, None, diff),
            ]
        chain = await self._delete_early(old)
        await self._run.ensure_provider(old.provider)
        if not old.pending_replacement:
            chain.append(DeleteStep(self._run, old, self.book.deletes, replacing=True, before_create=True))
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
            condemned = await dependent_replacements(self._run, old, self.book.seen)
            for state, keys in reversed(condemned):
                if id(state) in self.book.deleted_early:
                    continue
                self.book.replace_keys[state.urn] = keys
                if state.delete:
                    chain.append(DeleteStep(self._run, state, self.book.deletes))
                else:
                    self._refuse_early_delete(state, old)
                    chain.append(
                        DeleteStep(self._run, state, self.book.deletes, replacing=True, before_create=True)
                    )
                self.book.deletes[state.urn] = True
                self.book.deleted_early[id(state)] = state
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

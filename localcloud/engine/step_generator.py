"""From what the program wants to the steps that get there: one registration at a time.

The order of decisions is the genuine engine's (pkg/resource/deploy/step_generator.go): duplicate URNs,
aliases, import, ignored changes, Check, policies; then create, or replace or update by what Diff says.
"""

from __future__ import annotations

import asyncio
import enum
import os
from typing import Any

from localcloud.engine import diffs
from localcloud.engine.aliases import AliasBook
from localcloud.engine.carry_over import carry_over
from localcloud.engine.change_planner import ChangePlanner
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import BailError, EngineError, RegistrationFailedError
from localcloud.engine.goal import Goal, ReadGoal, wanted_state
from localcloud.engine.objects import import_object, is_import, refresh_object
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.policy_gate import PolicyGate
from localcloud.engine.read_step import ReadStep
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.steps import CreateStep, ReplaceStep, SameStep, Step
from localcloud.engine.target_rules import TargetRules

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
        self._changes = ChangePlanner(run, book, self.aliases)

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
        new = wanted_state(goal, urn, old, former)
        if new.is_provider:
            for name in [urn, *new.aliases]:
                self.book.providers[name] = new
        provider = await self._run.provider_of(new) if goal.custom else None
        managed = goal.custom and not new.is_provider
        if managed and self._refresh_first and old is not None:
            old = await refresh_object(self._run, self._executor, self.book, new, old)
        if self._mode is not Mode.UPDATE and self._without_change(new, old, managed, registration):
            return
        if goal.custom and is_import(goal, old):
            old = await import_object(self._run, self._executor, self.book, new, old)
            new = wanted_state(goal, urn, old, former)
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
            await self._changes.check(new, provider, olds, news, seed)
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
                return carry_over(self._run, self.book, old, registration)
            return await self._changes.plan(goal, new, old, provider, registration, seed)
        if not targeted:
            self.book.sames.add(urn)
            self.book.skipped_creates.add(urn)
            return [SameStep(self._run, new, new, registration, skipped=True)]
        self.book.creates.add(urn)
        return [CreateStep(self._run, None, new, registration)]

    def _skip(self, chain: list[Step], registration: Registration) -> bool:
        """Under continue_on_error: leave out what needs something that failed."""
        new = chain[-1].subject
        if not new.all_dependencies() & self._executor.failed_urns:
            return False
        self._executor.failed_urns.add(new.urn)
        registration.set_exception(RegistrationFailedError(new.urn, skipped=True))
        return True

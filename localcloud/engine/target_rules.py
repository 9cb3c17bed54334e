"""What `--target` and `--exclude` let through, dependents included when asked for."""

from __future__ import annotations

from collections.abc import Sequence

from localcloud.engine import urns
from localcloud.engine.errors import BailError
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.run import Run
from localcloud.engine.state import ROOT_STACK_TYPE, ResourceState
from localcloud.engine.steps import SameStep, Step
from localcloud.engine.targets import Targets


class TargetRules:
    """Decides per registration. What is let in grows with the dependents of what was let in before."""

    def __init__(self, run: Run, book: PlanBook) -> None:
        self._run = run
        self._book = book
        self._targets = Targets(run.options.targets)
        self._excludes = Targets(run.options.excludes)

    def wants(self, state: ResourceState) -> bool:
        """Whether the resource is to be brought to what the program wants."""
        if _implicit(state):
            return True
        return self._included(state) and not self._excluded(state)

    def note(self, state: ResourceState, wanted: bool) -> None:
        """Remember a decision, for the dependents."""
        if wanted and self._run.targets.constrained and self._included(state):
            self._targets.add(state.urn)
        if not wanted and self._run.excludes.constrained and self._excluded(state):
            self._excludes.add(state.urn)

    def _included(self, state: ResourceState) -> bool:
        if not self._run.targets.constrained or self._run.targets.names(state.urn):
            return True
        if not self._run.options.target_dependents:
            return False
        return any(self._targets.names(urn) for urn in state.all_dependencies())

    def _excluded(self, state: ResourceState) -> bool:
        if not self._run.excludes.constrained:
            return False
        if self._run.excludes.names(state.urn):
            return True
        if not self._run.options.exclude_dependents:
            return False
        return any(self._excludes.names(urn) for urn in state.all_dependencies())

    def check(self, chain: Sequence[Step]) -> None:
        """Refuse steps that need a resource whose creation was left out."""
        if not (self._run.targets.constrained or self._run.replace_targets.constrained):
            return
        for step in chain:
            if step.new is None or (isinstance(step, SameStep) and step.skipped):
                continue
            for urn in sorted(step.new.all_dependencies() & self._book.skipped_creates):
                self._run.say(
                    "error",
                    f"Resource '{step.urn}' depends on '{urn}' which was was not specified in --target list.",
                    step.urn,
                )
                self._run.failed = True
                self._run.error = self._run.error or "untargeted create"
                self._book.skipped_creates.discard(urn)
                if not self._run.dry_run:
                    raise BailError("untargeted create")


def _implicit(state: ResourceState) -> bool:
    return state.is_provider or urns.qualified_type(state.urn) == ROOT_STACK_TYPE

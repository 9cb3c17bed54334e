"""Policies between the wish and the plan: remediation of inputs, then judgement; the whole stack at the end."""

from __future__ import annotations

import asyncio

from localcloud.engine.analyzers import AnalyzedResource, PolicyHost
from localcloud.engine.goal import Goal
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState

_BINDING = ("mandatory", "remediate")  # what is still wrong after its remediation is as bad as mandatory


class PolicyGate:
    """Asks the packs of a run, one resource at a time, away from the engine's own thread."""

    def __init__(self, run: Run, host: PolicyHost | None) -> None:
        self._run = run
        self._host = host
        self._turn = asyncio.Lock()

    async def review(self, goal: Goal, state: ResourceState, provider: ResourceState | None) -> bool:
        """Whether the resource may be planned; remedied inputs are put into `state`.

        In a preview a violation lets it pass, so that all are seen, but the run has failed.
        """
        if self._host is None:
            return True
        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(
                None, self._review, self._host, goal, state, provider
            )

    def _review(
        self, host: PolicyHost, goal: Goal, state: ResourceState, provider: ResourceState | None
    ) -> bool:
        state.inputs, told = host.remediate(_analyzed(goal, state, provider))
        for event in told:
            self._run.emit(event)
        allowed = True
        for violation in host.analyze(_analyzed(goal, state, provider)):
            self._run.emit(violation)
            if violation.enforcement in _BINDING:
                self._run.failed = True
                self._run.error = self._run.error or f"policy {violation.policy} is violated"
                allowed = allowed and self._run.dry_run
        return allowed

    async def review_stack(self, providers: dict[str, ResourceState]) -> None:
        """Show the stack policies all resources with their outputs."""
        host = self._host
        if host is None:
            return
        resources = [
            AnalyzedResource.of_state(state, state.outputs, providers.get(state.provider_urn()))
            for state in self._run.news.values()
        ]
        violations = await asyncio.get_running_loop().run_in_executor(None, host.analyze_stack, resources)
        for violation in violations:
            self._run.emit(violation)
            if violation.enforcement in _BINDING:
                self._run.failed = True
                self._run.error = self._run.error or f"policy {violation.policy} is violated"


def _analyzed(goal: Goal, state: ResourceState, provider: ResourceState | None) -> AnalyzedResource:
    return AnalyzedResource(
        urn=state.urn,
        type=state.type,
        properties=state.inputs,
        parent=state.parent,
        provider=provider,
        protect=state.protect,
        ignore_changes=goal.ignore_changes,
        delete_before_replace=goal.delete_before_replace,
        additional_secret_outputs=state.additional_secret_outputs,
        aliases=state.aliases,
        custom_timeouts=state.custom_timeouts,
    )

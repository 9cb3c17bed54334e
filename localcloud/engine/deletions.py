"""What goes at the end of a run: resources the program does not want any more, and replaced ones.

A resource is deleted when all that depend on it are gone; what does not depend on each other goes at once.
One that cannot be deleted keeps everything it needs.
"""

from __future__ import annotations

import asyncio

from localcloud.engine.delete_steps import DeleteStep, RemovePendingReplaceStep
from localcloud.engine.dependents import dependent_replacements
from localcloud.engine.errors import BailError
from localcloud.engine.graph import DependencyGraph
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.steps import Step


async def delete_unwanted(
    run: Run, executor: StepExecutor, book: PlanBook, successor: dict[str, str]
) -> None:
    """Plan and carry out the deletions of a run. `successor` maps former URNs to present ones."""
    allowed = await _allowed(run, book)
    steps: list[Step] = []
    for state in run.resources:
        if allowed is not None and state.urn not in allowed:
            continue
        if run.excludes.constrained and _protected_by_exclude(run, state):
            continue
        step = _deletion(run, book, state, successor)
        if step is not None:
            await run.ensure_provider(state.provider)
            steps.append(step)
    for state in book.to_delete:
        if allowed is None or state.urn in allowed:
            book.deletes[state.urn] = True
            steps.append(DeleteStep(run, state, book.deletes))
    _refuse_untargeted(run, steps)
    await _carry_out(run, executor, steps, [*book.to_delete, *run.resources])


def _deletion(run: Run, book: PlanBook, state: ResourceState, successor: dict[str, str]) -> Step | None:
    if state.delete:
        if id(state) in book.deleted_early:
            return None
        book.deletes[state.urn] = True
        return DeleteStep(run, state, book.deletes, replacing=True)
    if book.kept(successor.get(state.urn, state.urn)):
        return None
    if id(state) in book.deleted_early:
        # Deleted ahead of a replacement, and then the program did not ask for it again.
        return RemovePendingReplaceStep(run, state, None)
    book.deletes[state.urn] = True
    if state.pending_replacement:
        return RemovePendingReplaceStep(run, state, None)
    return DeleteStep(run, state, book.deletes)


async def _allowed(run: Run, book: PlanBook) -> set[str] | None:
    """The URNs that may go under `--target`: the targets and all that cannot live without them."""
    if not run.targets.constrained:
        return None
    graph = DependencyGraph([*book.to_delete, *run.resources])
    allowed: set[str] = set()
    for state in run.resources:
        if not run.targets.names(state.urn):
            continue
        allowed.add(state.urn)
        allowed.update(each.urn for each in graph.depending_on(state, children=True))
        for each, _ in await dependent_replacements(run, state, book.seen):
            allowed.add(each.urn)
    return allowed


def _protected_by_exclude(run: Run, state: ResourceState) -> bool:
    """An excluded resource stays, and with it all that it needs."""
    if run.excludes.names(state.urn):
        return True
    dependents = run.graph.depending_on(state, children=True)
    if any(run.excludes.names(each.urn) for each in dependents):
        return True
    if not run.options.exclude_dependents:
        return False
    return any(run.excludes.names(urn) for urn in _ancestors(run, state))


def _ancestors(run: Run, state: ResourceState) -> set[str]:
    reached: set[str] = set()
    todo = [state]
    while todo:
        for needed in run.graph.dependencies_of(todo.pop()):
            if needed.urn not in reached:
                reached.add(needed.urn)
                todo.append(needed)
    return reached


def _refuse_untargeted(run: Run, steps: list[Step]) -> None:
    if run.options.target_dependents:
        return
    unnamed = [step.urn for step in steps if step.urn not in run.targets]
    for urn in unnamed:
        run.say(
            "error",
            f"Resource '{urn}' will be destroyed but was not specified in --target list. Either include resource "
            "in --target list or pass --target-dependents to proceed.",
            urn,
        )
    if unnamed:
        run.failed = True
        run.error = run.error or "delete untargeted resource"
        if not run.dry_run:
            raise BailError("delete untargeted resource")


async def _carry_out(
    run: Run, executor: StepExecutor, steps: list[Step], resources: list[ResourceState]
) -> None:
    graph = DependencyGraph(resources)
    dependents = graph.dependents_within([step.subject for step in steps])
    tasks: dict[int, asyncio.Task[bool]] = {}

    async def carry_out(step: Step) -> bool:
        before = [tasks[id(state)] for state in dependents.get(id(step.subject), ())]
        if not all([await each for each in before]) or run.cancelled.is_set():
            return False
        return await executor.start([step])

    # The last resources first: whoever depends on another comes after it in the state.
    order = {id(state): at for at, state in enumerate(resources)}
    for step in sorted(steps, key=lambda each: -order[id(each.subject)]):
        tasks[id(step.subject)] = asyncio.ensure_future(carry_out(step))
    await asyncio.gather(*tasks.values())

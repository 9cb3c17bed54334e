"""The object behind a registration, before the registration is planned: read again, or taken over."""

from __future__ import annotations

from localcloud.engine.errors import BailError
from localcloud.engine.goal import Goal
from localcloud.engine.import_step import ImportStep
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.refresher import RefreshStep
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.steps import ReplaceStep, Step


async def refresh_object(
    run: Run, executor: StepExecutor, book: PlanBook, new: ResourceState, old: ResourceState
) -> ResourceState | None:
    """What the object is now, None when it is gone. Raises BailError when reading failed (and was said)."""
    step = RefreshStep(run, old, new, recorded=True)
    if not await executor.start([step]):
        raise BailError(f"refresh of {new.urn} failed")
    if step.found is not None:
        book.refreshes.add(old.urn)
    return step.found


def is_import(goal: Goal, old: ResourceState | None) -> bool:
    """Whether the program wants an existing object that is not the recorded one."""
    if not goal.import_id:
        return False
    return old is None or old.external or (old.import_id or old.id) != goal.import_id


async def import_object(
    run: Run, executor: StepExecutor, book: PlanBook, new: ResourceState, old: ResourceState | None
) -> ResourceState:
    """Take the object over, as it is. Raises BailError when that failed (and was said)."""
    replaced = old if old is not None and new.urn not in book.deletes else None
    step = ImportStep(run, new, replaced)
    chain: list[Step] = [step]
    if replaced is not None:
        chain.append(ReplaceStep(run, replaced, new))
    if not await executor.start(chain):
        raise BailError(f"import of {new.import_id} failed")
    return step.imported.result()

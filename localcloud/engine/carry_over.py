"""Resources that an operation leaves out (`--target`): they stay as recorded, with whatever they need."""

from __future__ import annotations

import asyncio

from localcloud.engine.errors import EngineError
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import SameStep, Step


def carry_over(
    run: Run, book: PlanBook, old: ResourceState, registration: asyncio.Future[ResourceState]
) -> list[Step]:
    """Steps that keep `old` and what it needs, that first. Raises EngineError when its provider is gone."""
    if old.provider and run.registry.get(old.provider) is None:
        raise EngineError(
            f"provider {old.provider} for resource {old.urn} has not been registered yet, this is due to a "
            "change of providers mixed with --target. Change your program back to the original providers"
        )
    chain: list[Step] = []
    _collect(run, book, old, chain)
    chain[-1].registration = registration
    return chain


def _collect(run: Run, book: PlanBook, old: ResourceState, chain: list[Step]) -> None:
    if old.delete:
        return
    book.seen.add(old.urn)
    book.sames.add(old.urn)
    for urn in sorted(old.all_dependencies()):
        if not book.planned(urn):
            needed = run.olds.get(urn)
            if needed is None:
                raise EngineError(f"dependency {urn} of untargeted resource {old.urn} has no old state")
            _collect(run, book, needed, chain)
    chain.append(SameStep(run, old, old))

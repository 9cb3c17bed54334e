"""What each operation does, phase by phase: refresh, program, deletions, outputs, verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from localcloud.engine import events, refresher
from localcloud.engine.analyzers import PolicyHost
from localcloud.engine.deletions import delete_unwanted
from localcloud.engine.deployment import Body, Deployment
from localcloud.engine.errors import EngineError
from localcloud.engine.operations import Context, Options, Result
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.policy_gate import PolicyGate
from localcloud.engine.run import Run
from localcloud.engine.step_generator import Mode, StepGenerator
from localcloud.engine.targets import Targets


def run_update(context: Context, options: Options, *, dry_run: bool) -> Result:
    """See `operations.preview` and `operations.update`."""
    return _perform(context, options, dry_run, _update)


def run_refresh(context: Context, options: Options, *, dry_run: bool) -> Result:
    """See `operations.refresh`."""
    return _perform(context, options, dry_run, _refresh)


def run_destroy(context: Context, options: Options, *, dry_run: bool) -> Result:
    """See `operations.destroy`."""
    return _perform(context, options, dry_run, _destroy)


async def _update(deployment: Deployment) -> None:
    run, options = deployment.run, deployment.options
    host = _policy_host(deployment)
    try:
        with_program = options.refresh and options.run_program
        if options.refresh and not with_program:
            await refresher.refresh_state(run)
        elif not options.refresh:
            _warn_of_pending(run)
        _check_targets(run, options.replace)
        if host is not None:
            await asyncio.get_running_loop().run_in_executor(None, host.ready)
        book, gate = PlanBook(), PolicyGate(run, host)
        generator = await deployment.run_program(book, gate, refresh=with_program)
        if not run.cancelled.is_set():
            await deployment.executor.wait()
        if with_program and not run.cancelled.is_set():
            await refresher.refresh_unseen(run, deployment.executor, _seen(book, generator))
        if not run.cancelled.is_set():
            try:
                _check_targets(run, options.targets, book.seen)
                await delete_unwanted(run, deployment.executor, book, generator.aliases.successor)
            except EngineError as error:
                run.fail(error)
        await deployment.executor.wait()
        await deployment.executor.finish_stack_outputs()
        if not run.cancelled.is_set():
            await gate.review_stack(book.providers)
        await deployment.finish_program()
    finally:
        if host is not None:
            host.close()


def _policy_host(deployment: Deployment) -> PolicyHost | None:
    context, options = deployment.context, deployment.options
    if not options.policy_packs:
        return None
    return PolicyHost(
        options.policy_packs,
        engine_address=deployment.address,
        project=context.project.name,
        stack=context.stack.name,
        organization=context.organization,
        dry_run=deployment.run.dry_run,
        sink=context.sink,
        config=context.config.config_map_for_program(context.secrets),
        secret_keys=context.config.secret_keys,
    )


async def _refresh(deployment: Deployment) -> None:
    run = deployment.run
    run.refreshing = True
    if not deployment.options.run_program:
        await refresher.refresh_state(run)
        return
    _check_targets(run, deployment.options.targets)
    book = PlanBook()
    generator = await deployment.run_program(book, PolicyGate(run, None), Mode.REFRESH)
    await deployment.executor.wait()
    if not run.cancelled.is_set():
        await refresher.refresh_unseen(run, deployment.executor, _seen(book, generator))
        await deployment.executor.finish_stack_outputs()
    run.snapshots.rebase(refresher.rebuild(run.snapshots.current(), {}))


async def _destroy(deployment: Deployment) -> None:
    run, options = deployment.run, deployment.options
    book, successor = PlanBook(), {}
    with_program = options.run_program
    if options.refresh and not with_program:
        await refresher.refresh_state(run)
    else:
        _warn_of_pending(run)
    _check_targets(run, options.targets)
    if options.exclude_protected:
        protected = [state.urn for state in run.resources if state.protect]
        run.excludes = Targets([*options.excludes, *protected])
    if with_program:
        gate = PolicyGate(run, None)
        generator = await deployment.run_program(book, gate, Mode.DESTROY, refresh=options.refresh)
        successor = generator.aliases.successor
        await deployment.executor.wait()
    if not run.cancelled.is_set():
        await delete_unwanted(run, deployment.executor, book, successor)


def _seen(book: PlanBook, generator: StepGenerator) -> Callable[[str], bool]:
    """Whether a recorded URN was registered in this run, under whatever name."""
    successor = generator.aliases.successor
    return lambda urn: book.kept(urn) or book.planned(successor.get(urn, urn))


def _check_targets(run: Run, named: Any, seen: Any = ()) -> None:
    missing = Targets(named).missing([*run.olds, *seen])
    for urn in missing:
        run.say(
            "error",
            f"Target '{urn}' could not be found in the stack. Did you forget to escape $ in your shell?",
        )
    if missing:
        raise EngineError("one or more targets could not be found in the stack")


def _warn_of_pending(run: Run) -> None:
    pending = run.base.pending_operations
    if not pending or run.dry_run:
        return
    listed = "".join(f"  * {each.resource.urn}, interrupted while {each.type}\n" for each in pending)
    run.say(
        "warning",
        f"Attempting to deploy or update resources with {len(pending)} pending operations from previous "
        f"deployment.\n{listed}These resources are in an unknown state because the engine was interrupted while "
        "waiting for changes to these resources to complete. Confirm whether the operations listed completed "
        "successfully by checking the state of the appropriate provider. `refresh` reads the state from the "
        "provider and clears pending operations, except for those that were creating.",
    )


def _perform(context: Context, options: Options, dry_run: bool, body: Body) -> Result:
    started = time.monotonic()
    deployment = Deployment(context, options, dry_run)
    asyncio.run(deployment.carry_out(body))
    run = deployment.run
    duration = time.monotonic() - started
    context.sink(events.Summary(dict(run.changes), duration, dry_run, not run.failed))
    return Result(
        ok=not run.failed,
        changes=dict(run.changes),
        snapshot=run.base,
        steps=run.steps,
        outputs=run.base.stack_outputs(),
        error=run.error,
        duration=duration,
    )

"""One operation from its beginning to its end: state in, services up, program run, deletions, state out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from localcloud.engine import default_providers, events, journal, refresher
from localcloud.engine.analyzers import PolicyHost
from localcloud.engine.builtin_provider import BuiltinProvider
from localcloud.engine.default_providers import DefaultProviders
from localcloud.engine.deletions import delete_unwanted
from localcloud.engine.engine_service import EngineService
from localcloud.engine.errors import EngineError, ProviderError
from localcloud.engine.monitor import Monitor
from localcloud.engine.operations import Context, Options, Result
from localcloud.engine.plan_book import PlanBook
from localcloud.engine.policy_gate import PolicyGate
from localcloud.engine.program import Program
from localcloud.engine.provider_client import ProviderClient
from localcloud.engine.provider_connection import CHANNEL_OPTIONS
from localcloud.engine.registrations import GoalBuilder
from localcloud.engine.registry import Registry
from localcloud.engine.run import Run
from localcloud.engine.snapshot_manager import SnapshotManager
from localcloud.engine.stack_outputs import StackOutputs
from localcloud.engine.state import snapshot_from_deployment
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.step_generator import Mode, StepGenerator
from localcloud.engine.targets import Targets
from localcloud.engine.transforms import Transforms

Body = Callable[["Deployment"], Coroutine[Any, Any, None]]


class Deployment:
    """The parts of one operation, wired together."""

    def __init__(self, context: Context, options: Options, dry_run: bool) -> None:
        self.context = context
        self.options = options
        stack = context.stack
        if not context.backend.exists(stack):
            # The first operation on a stack makes it, as `pulumi stack init` does.
            context.backend.save(stack, {})
        read = journal.load if dry_run else journal.settle
        base = snapshot_from_deployment(read(context.backend, stack), context.secrets)
        snapshots = SnapshotManager(base, context.secrets, context.backend, stack)
        self.run = Run(stack.name, context.project.name, options, dry_run, snapshots, context.sink)
        self.address = ""
        self.executor = StepExecutor(self.run)
        self.transforms = Transforms()
        self.program: Program | None = None

    async def carry_out(self, body: Body) -> None:
        """Do `body` with everything up, and leave the state written whatever happens."""
        server = grpc.aio.server(options=CHANNEL_OPTIONS)
        engine_pb2_grpc.add_EngineServicer_to_server(EngineService(self.run), server)
        self.monitor_slot = _MonitorSlot()
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(self.monitor_slot, server)
        self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        await server.start()
        loop = asyncio.get_running_loop()
        self.context.cancellation.on_request(lambda: loop.call_soon_threadsafe(self._cancel))
        self.run.registry = Registry(self._connect, self._builtin())
        if not self.run.dry_run:
            self.run.snapshots.start()
        try:
            await body(self)
        except Exception as error:  # noqa: BLE001 - whatever happened, the state has to be written
            self.run.fail(error)
        finally:
            await self.executor.wait()
            await self.finish_program()
            self.run.snapshots.finish()
            await self.transforms.close()
            await self.run.registry.close()
            await server.stop(0.2)

    def _cancel(self) -> None:
        """A person wants it to end: what is under way finishes, nothing else begins."""
        self.run.fail(EngineError("the operation was cancelled"))

    async def _connect(self, package: str) -> ProviderClient:
        address = self.context.providers.get(package)
        if address is None:
            raise ProviderError(
                f"no resource provider for package '{package}': localcloud serves 'aws' and attaches to providers "
                f"named in PULUMI_DEBUG_PROVIDERS; set PULUMI_DEBUG_PROVIDERS={package}:PORT"
            )
        project = self.context.project
        client = ProviderClient(
            package, address, self.address, str(project.directory), str(project.program_directory)
        )
        await client.connect()
        return client

    def _builtin(self) -> BuiltinProvider:
        outputs = StackOutputs(self.context.backend, self.context.project.name)
        run = self.run
        return BuiltinProvider(
            outputs.of, outputs.resources_of, lambda urn: run.news.get(urn) or run.reads.get(urn)
        )

    # -- the phases ------------------------------------------------------------------

    async def run_program(
        self, book: PlanBook, gate: PolicyGate, mode: Mode = Mode.UPDATE, *, refresh: bool = False
    ) -> StepGenerator:
        """Run the program until it wants nothing more; steps may still be under way when it failed."""
        context, run = self.context, self.run
        config = context.config.config_map_for_program(context.secrets)
        secret_keys = context.config.secret_keys
        generator = StepGenerator(run, self.executor, gate, book, mode, refresh=refresh)
        monitor: Monitor | None = None

        async def register(goal: Any) -> Any:
            assert monitor is not None
            return await monitor.register(goal)

        defaults = DefaultProviders(
            config, secret_keys, default_providers.site_packages(context.project.python), register
        )
        project = context.project
        builder = GoalBuilder(run, self.transforms, defaults, project.directory, project.program_directory)
        info = resource_pb2.DeploymentInfo(
            project=project.name,
            stack=run.stack,
            organization=context.organization,
            config=config,
            configSecretKeys=secret_keys,
            dryRun=run.dry_run,
            parallel=self.options.parallel,
        )
        monitor = Monitor(
            run, generator, self.executor, defaults, self.transforms, builder, info, str(project.directory)
        )
        self.monitor_slot.monitor = monitor
        self.program = Program(run, project)
        await self.program.start(self.address, context.organization, config, secret_keys)
        await self._until_done(monitor)
        return generator

    async def _until_done(self, monitor: Monitor) -> None:
        """Wait for the program to be done, to end, or for the run to be cancelled."""
        assert self.program is not None
        ended = asyncio.ensure_future(self.program.wait())
        done = asyncio.ensure_future(monitor.program_done.wait())
        cancelled = asyncio.ensure_future(self.run.cancelled.wait())
        await asyncio.wait({ended, done, cancelled}, return_when=asyncio.FIRST_COMPLETED)
        done.cancel()
        cancelled.cancel()
        if ended.done() and not self.run.cancelled.is_set():
            error = ended.exception()
            if error is not None:
                self.run.fail(error)
        elif not ended.done():
            # It ends when it is let go, at the end of the run; how, does not matter any more.
            ended.add_done_callback(lambda task: task.cancelled() or task.exception())
        if not self.run.cancelled.is_set():
            return
        await self.executor.wait()

    async def finish_program(self) -> None:
        """Let the program go, and see it end."""
        self.run.closed.set()
        if self.program is not None:
            await self.program.stop()


class _MonitorSlot(resource_pb2_grpc.ResourceMonitorServicer):
    """Stands in for the monitor, which can only be made once the address of the services is known."""

    monitor: Monitor

    def __getattribute__(self, name: str) -> Any:
        if name in _MONITOR_CALLS:

            async def call(request: Any, context: Any) -> Any:
                return await getattr(self.monitor, name)(request, context)

            return call
        return super().__getattribute__(name)


_MONITOR_CALLS = frozenset(
    name for name in vars(resource_pb2_grpc.ResourceMonitorServicer) if not name.startswith("_")
)


# -- the operations -------------------------------------------------------------------


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

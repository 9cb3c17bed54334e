"""One operation from its beginning to its end: state in, services up, program run, deletions, state out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from localcloud.engine import default_providers, journal
from localcloud.engine.builtin_provider import BuiltinProvider
from localcloud.engine.default_providers import DefaultProviders
from localcloud.engine.engine_service import EngineService
from localcloud.engine.errors import EngineError, ProviderError
from localcloud.engine.monitor import Monitor
from localcloud.engine.operations import Context, Options
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
        self.context.cancellation.on_request(
            lambda: loop.is_closed() or loop.call_soon_threadsafe(self._cancel)
        )
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

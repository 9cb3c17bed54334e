"""The service that a Pulumi program talks to: registrations, reads, invokes, outputs.

It answers in the program's own terms; what happens is decided by the step generator. When a run ends early,
calls that still wait are told that the monitor has shut down, which ends the program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import callback_pb2, resource_pb2, resource_pb2_grpc

from localcloud.engine import urns, wire
from localcloud.engine.default_providers import DefaultProviders, ProviderRequest
from localcloud.engine.errors import EngineError, RegistrationFailedError, ShutdownError
from localcloud.engine.goal import Goal, ReadGoal
from localcloud.engine.invokes import Invoker
from localcloud.engine.registrations import GoalBuilder, source_position, stack_trace
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.step_executor import StepExecutor
from localcloud.engine.step_generator import StepGenerator
from localcloud.engine.transforms import Transforms
from localcloud.engine.values import UNKNOWN_STRING, has_unknown
from localcloud.engine.wire import Accepts

T = TypeVar("T")
Context = grpc.aio.ServicerContext[Any, Any]

_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
)
_FEATURE_NAMES = frozenset(
    {
        "secrets",
        "resourceReferences",
        "outputValues",
        "aliasSpecs",
        "deletedWith",
        "replaceWith",
        "transforms",
        "invokeTransforms",
    }
)


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Serves one run of one program."""

    def __init__(
        self,
        run: Run,
        generator: StepGenerator,
        executor: StepExecutor,
        defaults: DefaultProviders,
        transforms: Transforms,
        builder: GoalBuilder,
        info: resource_pb2.DeploymentInfo,
        project_root: str,
    ) -> None:
        self._run = run
        self._generator = generator
        self._executor = executor
        self._defaults = defaults
        self._transforms = transforms
        self._invoker = Invoker(run, defaults, transforms)
        self._builder = builder
        self._info = info
        self._root = project_root
        self.program_done = asyncio.Event()
        """The program has registered everything and waits to be let go."""
        info.supportedFeatures.extend(_FEATURES)

    # -- what the monitor can do -------------------------------------------------

    async def GetDeploymentInfo(self, request: Any, context: Context) -> Any:
        return self._info

    async def SupportsFeature(self, request: Any, context: Context) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURE_NAMES)

    async def RegisterStackTransform(self, request: callback_pb2.Callback, context: Context) -> Any:
        self._transforms.add_stack(request)
        return empty_pb2.Empty()

    async def RegisterStackInvokeTransform(self, request: callback_pb2.Callback, context: Context) -> Any:
        self._transforms.add_invoke(request)
        return empty_pb2.Empty()

    async def Call(self, request: Any, context: Context) -> Any:
        return await self._refuse(context, "methods of remote components (Call)")

    async def RegisterPackage(self, request: Any, context: Context) -> Any:
        return await self._refuse(context, "parameterized packages")

    async def RegisterResourceHook(self, request: Any, context: Context) -> Any:
        return await self._refuse(context, "resource hooks")

    async def RegisterErrorHook(self, request: Any, context: Context) -> Any:
        return await self._refuse(context, "error hooks")

    @staticmethod
    async def _refuse(context: Context, what: str) -> Any:
        message = f"localcloud does not support {what}; use the pulumi CLI for this program"
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, message)

    async def SignalAndWaitForShutdown(self, request: Any, context: Context) -> Any:
        self.program_done.set()
        await self._run.closed.wait()
        return empty_pb2.Empty()

    # -- resources -----------------------------------------------------------------

    async def RegisterResource(self, request: resource_pb2.RegisterResourceRequest, context: Context) -> Any:
        try:
            goal, providers = await self._builder.build(request)
            state = await self.register(goal)
        except RegistrationFailedError as error:
            if not request.supportsResultReporting:
                await context.abort(grpc.StatusCode.INTERNAL, "resource registration failed")
            result = resource_pb2.SKIP if error.skipped else resource_pb2.FAIL
            return resource_pb2.RegisterResourceResponse(urn=error.urn, result=result)
        except Exception as error:  # noqa: BLE001 - the run has to end in order whatever happened here
            return await self._end(context, error, self._urn_of(request))
        self._builder.remember(state.urn, request, providers)
        outputs = state.outputs if request.custom else {}
        if not request.supportsPartialValues:
            outputs = {key: item for key, item in outputs.items() if not has_unknown(item)}
        accepts = Accepts(secrets=request.acceptSecrets, resources=request.acceptResources)
        return resource_pb2.RegisterResourceResponse(
            urn=state.urn,
            id=state.id,
            object=wire.to_struct(outputs, accepts),
            unknown=state.urn in self._generator.book.skipped_creates,
        )

    async def register(self, goal: Goal) -> ResourceState:
        """Register a resource and wait until the program may go on with it."""
        self._refuse_when_over()
        registration: asyncio.Future[ResourceState] = asyncio.get_running_loop().create_future()
        await self._generator.register(goal, registration)
        return await self._or_shutdown(registration)

    async def ReadResource(self, request: resource_pb2.ReadResourceRequest, context: Context) -> Any:
        try:
            state = await self._read(request)
        except Exception as error:  # noqa: BLE001 - the run has to end in order whatever happened here
            return await self._end(context, error, self._urn_of(request))
        accepts = Accepts(secrets=request.acceptSecrets, resources=request.acceptResources)
        return resource_pb2.ReadResourceResponse(
            urn=state.urn, properties=wire.to_struct(state.outputs, accepts)
        )

    async def _read(self, request: resource_pb2.ReadResourceRequest) -> ResourceState:
        provider = request.provider
        if not provider:
            asked = ProviderRequest(urns.package_of(request.type), request.version, request.pluginDownloadURL)
            provider = await self._defaults.reference(asked, request.type)
        goal = ReadGoal(
            type=request.type,
            name=request.name,
            id="" if request.id == UNKNOWN_STRING else request.id,
            properties=wire.from_struct(request.properties),
            parent=request.parent,
            provider=provider,
            dependencies=list(dict.fromkeys(request.dependencies)),
            additional_secret_outputs=list(request.additionalSecretOutputs),
            source_position=source_position(request.sourcePosition, self._root),
            stack_trace=stack_trace(request.stackTrace, self._root),
        )
        registration: asyncio.Future[ResourceState] = asyncio.get_running_loop().create_future()
        self._generator.read(goal, registration)
        return await self._or_shutdown(registration)

    async def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: Context
    ) -> Any:
        try:
            self._refuse_when_over()
            outputs = wire.from_struct(request.outputs)
            await self._executor.register_outputs(request.urn, outputs)
        except Exception as error:  # noqa: BLE001 - the run has to end in order whatever happened here
            return await self._end(context, error, request.urn)
        return empty_pb2.Empty()

    # -- functions -------------------------------------------------------------------

    async def Invoke(self, request: resource_pb2.ResourceInvokeRequest, context: Context) -> Any:
        try:
            result, failures = await self._or_shutdown(self._invoker.invoke(request))
        except EngineError as error:
            message = f"invocation of {request.tok} returned an error: {error}"
            return await context.abort(grpc.StatusCode.UNKNOWN, message)
        if result is None:
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        keep_references = request.acceptResources or request.tok == "pulumi:pulumi:getResource"
        struct = wire.to_struct(result, Accepts(resources=keep_references))
        # `return` is a keyword of Python, so it can only be handed over by name.
        fields: dict[str, Any] = {"return": struct, "failures": failures}
        return resource_pb2.ResourceInvokeResponse(**fields)

    # -- ends ------------------------------------------------------------------------

    async def _or_shutdown(self, awaited: Awaitable[T]) -> T:
        """The result, or ShutdownError when the run ends first."""
        result = asyncio.ensure_future(awaited)
        closing = asyncio.ensure_future(self._run.closed.wait())
        try:
            await asyncio.wait({result, closing}, return_when=asyncio.FIRST_COMPLETED)
            if not result.done():
                raise ShutdownError("resource monitor shut down while waiting on step's done channel")
            return result.result()
        finally:
            closing.cancel()

    async def _end(self, context: Context, error: Exception, urn: str) -> Any:
        """A call that cannot be answered ends the run; the program is told when everything has settled."""
        if not isinstance(error, ShutdownError):
            self._run.fail(error, urn)
        await self._run.closed.wait()
        await context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down")

    def _refuse_when_over(self) -> None:
        if self._run.cancelled.is_set():
            raise ShutdownError("resource monitor shut down")

    def _urn_of(self, request: Any) -> str:
        return self._run.urn(request.parent, request.type, request.name)

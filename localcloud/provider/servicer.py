"""The gRPC face of the provider: `pulumirpc.ResourceProvider`.

One connection is one provider instance, so an instance is found by the caller's address; a Handshake on it
begins a new one. Each method decodes, calls `lifecycle`, encodes; failures carry the resource they are about.
"""

import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from localcloud.provider import checking, config, endpoint, lifecycle, reading
from localcloud.provider.creation import Creating, in_doubt
from localcloud.provider.errors import PartialFailureError, ProviderError, explain
from localcloud.provider.failures import encoded, fail, fail_partially
from localcloud.provider.journal import Journal
from localcloud.provider.model import Call, Invocation, ResourceType
from localcloud.provider.sessions import Instance
from localcloud.provider.types import functions, resource_types
from localcloud.provider.validation import unexpected
from localcloud.provider.wire import Props, decode, encode

VERSION = "7.51.1"
"""Version of the pulumi_aws SDK whose types are served."""

LOG = logging.getLogger("localcloud.provider")
_T = TypeVar("_T")
_FAILURES = (ClientError, BotoCoreError, ProviderError)


class Provider(rpc.ResourceProviderServicer):
    """Serves every provider instance of every engine that connects."""

    def __init__(self, journal: Path, address: str | None = None) -> None:
        self._address = address
        self._journal = Journal(journal)
        self._instances: dict[str, Instance] = {}

    # -- the plugin itself

    def Handshake(self, _request: Any, context: Any) -> Any:
        """Begin a new provider instance on this connection."""
        self._instances.pop(context.peer(), None)
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    def Attach(self, _request: Any, _context: Any) -> Any:
        """Accept an engine that connects to this running provider."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        """The SDK version served."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, _request: Any, _context: Any) -> Any:
        """A schema that names the types served; properties are the SDK's."""
        tokens: Props = {token: {} for token in sorted(resource_types())}
        known: Props = {token: {} for token in sorted(functions())}
        schema = {"name": "aws", "version": VERSION, "resources": tokens, "functions": known}
        return pb.GetSchemaResponse(schema=json.dumps(schema))

    def GetMapping(self, _request: Any, _context: Any) -> Any:
        """No mapping from other ecosystems."""
        return pb.GetMappingResponse()

    def Cancel(self, _request: Any, _context: Any) -> Any:
        """Nothing runs longer than one AWS call: there is nothing to cancel."""
        return empty_pb2.Empty()

    # -- configuration

    def CheckConfig(self, request: Any, _context: Any) -> Any:
        """Refuse unknown or ill-typed provider settings."""
        values, _ = decode(request.news)
        failures = [pb.CheckFailure(property=path, reason=reason) for path, reason in config.check(values)]
        return pb.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, _context: Any) -> Any:
        """Changed settings; none of them replaces the resources made with the provider."""
        old, _ = decode(request.old_inputs if request.old_inputs.fields else request.olds)
        new, _ = decode(request.news)
        names = config.changed(old, new)
        some = pb.DiffResponse.DIFF_SOME if names else pb.DiffResponse.DIFF_NONE
        return pb.DiffResponse(changes=some, diffs=names)

    def Configure(self, request: Any, context: Any) -> Any:
        """Assume the roles, verify the account, keep the instance for this connection."""
        values, _ = decode(request.args)
        try:
            instance = config.configure(values, endpoint.find(self._address))
        except _FAILURES as error:
            fail(context, f"configuring the aws provider: {error}")
        self._instances[context.peer()] = instance
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # -- resources

    def Check(self, request: Any, context: Any) -> Any:
        """Validate inputs; fill in defaults, name, Region and tags."""
        row, instance = self._about(request.urn, context)
        old, _ = decode(request.olds)
        if old:
            self._journal.known_by_inputs(request.urn, old)
        new, secrets = decode(request.news)
        inputs, problems = checking.check(row, instance, request.urn, old, new, request.randomSeed)
        failures = [pb.CheckFailure(property=path, reason=reason) for path, reason in problems]
        return pb.CheckResponse(inputs=encode(inputs, secrets), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:
        """Compare recorded with new inputs."""
        row, _ = self._about(request.urn, context)
        self._journal.known(request.urn, request.id)
        old, _ = decode(request.old_inputs if request.old_inputs.fields else request.olds)
        new, _ = decode(request.news)
        ignored = frozenset(
            path.split(".")[0].split("[")[0] for path in request.ignoreChanges if path.isidentifier()
        )
        found = lifecycle.diff(row, old, new, ignored)
        kinds = pb.PropertyDiff.Kind
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if found.changed else pb.DiffResponse.DIFF_NONE,
            diffs=found.changed,
            replaces=found.replaces,
            detailedDiff={
                path: pb.PropertyDiff(
                    kind=kinds.Value(kind + ("_REPLACE" if replaces else "")), inputDiff=True
                )
                for path, (kind, replaces) in found.paths.items()
            },
            hasDetailedDiff=True,
            deleteBeforeReplace=found.delete_before_replace,
        )

    def Create(self, request: Any, context: Any) -> Any:
        """Create the object; in a preview, say what is known of it."""
        row, instance = self._about(request.urn, context)
        inputs, secrets = decode(request.properties)
        if request.preview:
            return pb.CreateResponse(properties=encoded(row, lifecycle.planned(row, inputs), secrets))
        call = Call(row, instance, request.urn, inputs=inputs)
        creating = Creating(self._journal, call, in_doubt=in_doubt(context))
        outputs = self._settle(call, context, secrets, creating.run)
        if context.is_active():
            creating.answered()
        return pb.CreateResponse(id=call.id, properties=encoded(row, outputs, secrets))

    def Read(self, request: Any, context: Any) -> Any:
        """Inputs and outputs of the live object; an empty id when it is gone."""
        row, instance = self._about(request.urn, context)
        self._journal.known(request.urn, request.id)
        recorded_inputs, secrets = decode(request.inputs)
        recorded_state, more = decode(request.properties)
        call = Call(
            row, instance, request.urn, inputs=recorded_inputs, physical_id=request.id, state=recorded_state
        )
        found = self._settle(
            call, context, secrets, lambda: reading.read(call, recorded_inputs, recorded_state)
        )
        if found is None:
            return pb.ReadResponse(id="")
        inputs, outputs = found
        return pb.ReadResponse(
            id=request.id, inputs=encode(inputs, secrets), properties=encoded(row, outputs, secrets | more)
        )

    def Update(self, request: Any, context: Any) -> Any:
        """Bring the object to its new inputs; in a preview, say what is known of it."""
        row, instance = self._about(request.urn, context)
        self._journal.known(request.urn, request.id)
        state, _ = decode(request.olds)
        old, _ = decode(request.old_inputs if request.old_inputs.fields else request.olds)
        inputs, secrets = decode(request.news)
        if request.preview:
            return pb.UpdateResponse(properties=encoded(row, lifecycle.planned(row, inputs, state), secrets))
        call = Call(row, instance, request.urn, inputs=inputs, physical_id=request.id, old=old, state=state)
        outputs = self._settle(call, context, secrets, lambda: lifecycle.update(call))
        return pb.UpdateResponse(properties=encoded(row, outputs, secrets))

    def Delete(self, request: Any, context: Any) -> Any:
        """Delete the object; one that is gone already is fine."""
        row, instance = self._about(request.urn, context)
        state, _ = decode(request.properties)
        inputs, _ = decode(request.old_inputs)
        call = Call(row, instance, request.urn, inputs=inputs or state, physical_id=request.id, state=state)
        self._settle(call, context, set(), lambda: lifecycle.delete(call))
        self._journal.known(request.urn, request.id)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        """Answer a function from the live AWS."""
        instance = self._instance(context, request.tok)
        function = functions().get(request.tok)
        if function is None:
            fail(
                context,
                f"{request.tok}: " + unexpected(request.tok, functions()).replace("property", "function"),
            )
        args, secrets = decode(request.args)
        try:
            result = function.run(Invocation(instance, args))
        except KeyError as error:
            fail(context, f"{request.tok}: missing required argument {error}")
        except _FAILURES as error:
            fail(context, explain(error, f"invoking {request.tok} in account {instance.account}"))
        response = pb.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(result, set(result) & secrets))
        return response

    # -- helpers

    def _instance(self, context: Any, subject: str) -> Instance:
        instance = self._instances.get(context.peer())
        if instance is None:
            fail(context, f"{subject}: the aws provider of this connection has not been configured")
        return instance

    def _about(self, urn: str, context: Any) -> tuple[ResourceType, Instance]:
        token = urn.split("::")[2].rsplit("$", 1)[-1]
        row = resource_types().get(token)
        if row is None:
            fail(
                context,
                f"{token}: this resource type is not emulated. localcloud/provider/types holds those that are",
            )
        return row, self._instance(context, token)

    def _settle(self, call: Call, context: Any, secrets: set[str], run: Callable[[], _T]) -> _T:
        """Run one operation; its failure ends the RPC in the protocol's form."""
        subject = f"{call.type.token} {call.name!r} in account {call.account}, {call.region}"
        try:
            return run()
        except PartialFailureError as failure:
            fail_partially(context, call, failure, secrets, subject)
        except _FAILURES as error:
            fail(context, explain(error, subject))
        except Exception as error:  # noqa: BLE001 - a defect of a row must still name the resource
            LOG.error("%s: %s", subject, traceback.format_exc())
            fail(context, f"{subject}: defect in the provider: {type(error).__name__}: {error}")

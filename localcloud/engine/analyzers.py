"""The policy packs of a run: they are asked before each resource is planned, and once for the whole stack.

The order is the genuine engine's: Remediate, whose answer replaces the inputs; Analyze on the result;
AnalyzeStack at the end, on outputs. Values a policy cannot see yet make its verdict advisory; that is the
SDK's doing. What stops an operation is left to the caller: a violation whose `enforcement` is `mandatory`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2 as messages

from localcloud.engine import wire
from localcloud.engine.events import Diagnostic, PolicyRemediation, PolicyReport, PolicyViolation, Sink
from localcloud.engine.operations import PolicyPackRequest
from localcloud.engine.policy_config import LEVELS, PackSummary, reconcile, settings
from localcloud.engine.policy_process import PolicyProcess, initial_settings, policy_infos, severity_name
from localcloud.engine.state import ResourceState
from localcloud.engine.values import Properties, Secret

_ACCEPTS = wire.Accepts(secrets=True, outputs=False, resources=False)


@dataclass(frozen=True)
class AnalyzedResource:
    """A resource as policies see it. `properties` are inputs, or outputs for `analyze_stack`."""

    urn: str
    type: str
    properties: Properties
    parent: str = ""
    provider: ResourceState | None = None
    """The provider instance that manages it."""
    protect: bool = False
    ignore_changes: Sequence[str] = ()
    delete_before_replace: bool | None = None
    additional_secret_outputs: Sequence[str] = ()
    aliases: Sequence[str] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of_state(
        cls, state: ResourceState, properties: Properties, provider: ResourceState | None
    ) -> AnalyzedResource:
        """A recorded resource, judged by its inputs or its outputs."""
        return cls(
            urn=state.urn,
            type=state.type,
            properties=properties,
            parent=state.parent,
            provider=provider,
            protect=state.protect,
            ignore_changes=state.ignore_changes,
            additional_secret_outputs=state.additional_secret_outputs,
            aliases=state.aliases,
            custom_timeouts=state.custom_timeouts,
            dependencies=state.dependencies,
            property_dependencies=state.property_dependencies,
        )

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]


class PolicyHost:
    """All packs of a run. Starting takes about a third of a second; packs start side by side."""

    def __init__(
        self,
        packs: Sequence[PolicyPackRequest],
        *,
        engine_address: str,
        project: str,
        stack: str,
        organization: str,
        dry_run: bool,
        sink: Sink,
        config: Mapping[str, str] | None = None,
        secret_keys: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """`config` is the stack's, secrets opened. Call `ready` before the first resource. Raises UserError."""
        self._configure = messages.AnalyzerStackConfigureRequest(
            stack=stack,
            project=project,
            organization=organization,
            dry_run=dry_run,
            config=dict(config or {}),
            config_secret_keys=list(secret_keys),
            tags=dict(tags or {}),
        )
        env = {
            "PULUMI_ORGANIZATION": organization,
            "PULUMI_PROJECT": project,
            "PULUMI_STACK": stack,
            "PULUMI_DRY_RUN": "true" if dry_run else "false",
            "PULUMI_CONFIG": json.dumps(dict(config or {})),
        }
        self._packs: list[_Pack] = []
        self._sink = sink
        self._closed = False
        try:
            for request in packs:
                process = PolicyProcess(
                    Path(request.directory).absolute(), lambda line: sink(Diagnostic("", "info", line))
                )
                self._packs.append(_Pack(process, request))
                process.start(engine_address, env)
        except BaseException:
            self.close()
            raise

    def ready(self) -> None:
        """Waits until every pack is loaded and configured. Raises UserError; then all packs are stopped."""
        try:
            for pack in self._packs:
                pack.load(self._configure)
        except BaseException:
            self.close()
            raise

    def remediate(
        self, resource: AnalyzedResource
    ) -> tuple[Properties, list[PolicyRemediation | PolicyViolation]]:
        """The inputs after all packs had their turn, and what was done; a remedy that could not run is
        advisory.
        """
        properties = resource.properties
        told: list[PolicyRemediation | PolicyViolation] = []
        for pack in self._packs:
            if pack.remediates:
                properties, more = pack.remediate(resource, properties)
                told += more
        return properties, told

    def analyze(self, resource: AnalyzedResource) -> list[PolicyViolation]:
        """What the resource policies say."""
        return [violation for pack in self._packs for violation in pack.analyze(resource)]

    def analyze_stack(self, resources: Iterable[AnalyzedResource]) -> list[PolicyViolation]:
        """What the stack policies say of all resources with their outputs."""
        listed = list(resources)
        return [violation for pack in self._packs for violation in pack.analyze_stack(listed)]

    def summary(self) -> list[PackSummary]:
        """One entry per loaded pack, in the order they were given."""
        return [pack.summary for pack in self._packs if pack.summary is not None]

    def close(self) -> None:
        """Tells the sink what the packs did, once, and ends them."""
        if not self._closed and self.summary():
            self._sink(PolicyReport(tuple(self.summary())))
        self._closed = True
        for pack in self._packs:
            pack.process.close()


class _Pack:
    """One pack: the translation between the engine's values and the analyzer protocol."""

    def __init__(self, process: PolicyProcess, request: PolicyPackRequest) -> None:
        self.process = process
        self._request = request
        self.summary: PackSummary | None = None
        self.remediates = False
        self._analyzes = True
        self._analyzes_stack = True

    def load(self, configure: messages.AnalyzerStackConfigureRequest) -> None:
        self.process.connect()
        try:
            self.process.configure_stack(configure)
            info = self.process.info()
            policies = policy_infos(info)
            where = str(self.process.directory)
            given = settings(self._request.config, f"configuration of policy pack {where}")
            reconciled = reconcile(policies, initial_settings(info), given, where)
            if info.supportsConfig and reconciled:
                self.process.configure(reconciled)
        except grpc.RpcError as error:
            raise self.process.failure(error) from error
        by_name = {policy.name: policy for policy in policies}
        levels = {name: setting.level for name, setting in reconciled.items() if name in by_name}
        active = [by_name[name] for name, level in levels.items() if level != "disabled"]
        # A call that no policy would answer is spared; packs of an older SDK do not tell, and are asked.
        self.remediates = any(level == "remediate" for level in levels.values())
        self._analyzes = any(policy.kind != "stack" for policy in active)
        self._analyzes_stack = any(policy.kind != "resource" for policy in active)
        self.summary = PackSummary(
            name=info.name,
            version=self.process.version or info.version,
            display_name=info.displayName,
            directory=where,
            policies=by_name,
            levels=levels,
        )

    def remediate(
        self, resource: AnalyzedResource, before: Properties
    ) -> tuple[Properties, list[PolicyRemediation | PolicyViolation]]:
        request = self._request_for(resource, before, internal=True)
        response = self._call(self.process.stub.Remediate, request)
        self._note_not_applicable(response.not_applicable)
        told: list[PolicyRemediation | PolicyViolation] = []
        properties = before
        for remedy in response.remediations:
            if remedy.diagnostic:
                told.append(self._violation(resource.urn, remedy, "advisory", remedy.diagnostic, ""))
                continue
            after = wire.from_struct(remedy.properties)
            told.append(
                PolicyRemediation(
                    urn=resource.urn,
                    policy=remedy.policyName,
                    pack=remedy.policyPackName,
                    pack_version=self._version(remedy),
                    before=properties,
                    after=after,
                )
            )
            properties = after
            self._loaded.remediations += 1
        return properties, told

    def analyze(self, resource: AnalyzedResource) -> list[PolicyViolation]:
        if not self._analyzes:
            return []
        self._loaded.resources += 1
        request = self._request_for(resource, resource.properties)
        response = self._call(self.process.stub.Analyze, request)
        self._note_not_applicable(response.not_applicable)
        # The genuine engine uses the resource's own URN, whatever the policy names.
        return [self._told(resource.urn, said) for said in response.diagnostics]

    def analyze_stack(self, resources: list[AnalyzedResource]) -> list[PolicyViolation]:
        if not self._analyzes_stack:
            return []
        self._loaded.stack_analyzed = True
        request = messages.AnalyzeStackRequest()
        for resource in resources:
            entry = request.resources.add()
            _fill(entry, resource, resource.properties)
            entry.parent = resource.parent
            entry.dependencies.extend(resource.dependencies)
            for key, urns in resource.property_dependencies.items():
                if urns:
                    entry.propertyDependencies[key].urns.extend(urns)
        response = self._call(self.process.stub.AnalyzeStack, request)
        self._note_not_applicable(response.not_applicable)
        return [self._told(said.urn, said) for said in response.diagnostics]

    @property
    def _loaded(self) -> PackSummary:
        if self.summary is None:
            raise RuntimeError("a policy pack was used before it was loaded")
        return self.summary

    def _request_for(
        self, resource: AnalyzedResource, properties: Properties, *, internal: bool = False
    ) -> messages.AnalyzeRequest:
        request = messages.AnalyzeRequest()
        _fill(request, resource, properties, internal=internal)
        return request

    def _call(self, call: Any, request: Any) -> Any:
        try:
            return call(request)
        except grpc.RpcError as error:
            raise self.process.failure(error) from error

    def _note_not_applicable(self, notes: Iterable[Any]) -> None:
        for note in notes:
            counts = self._loaded.not_applicable
            counts[note.policy_name] = counts.get(note.policy_name, 0) + 1

    def _told(self, urn: str, said: Any) -> PolicyViolation:
        level = LEVELS[said.enforcementLevel]
        # A remedy that ran and still leaves a violation blocks, as in the genuine engine.
        return self._violation(
            urn,
            said,
            "mandatory" if level == "remediate" else level,
            said.message,
            severity_name(said.severity),
        )

    def _violation(self, urn: str, said: Any, level: str, message: str, severity: str) -> PolicyViolation:
        counts = self._loaded.violations
        counts[level] = counts.get(level, 0) + 1
        return PolicyViolation(
            urn=urn,
            policy=said.policyName,
            pack=said.policyPackName,
            pack_version=self._version(said),
            enforcement=level,
            message=message,
            severity=severity,
        )

    def _version(self, said: Any) -> str:
        return self.process.version or str(said.policyPackVersion)


def _fill(target: Any, resource: AnalyzedResource, properties: Properties, *, internal: bool = False) -> None:
    """Fills the fields that a request for one resource and an entry of a stack have in common."""
    target.urn, target.type, target.name = resource.urn, resource.type, resource.name
    visible = properties if internal else _without_internal(properties)
    target.properties.CopyFrom(wire.to_struct(visible, _ACCEPTS))
    options = target.options
    options.protect = resource.protect
    options.ignoreChanges.extend(resource.ignore_changes)
    options.deleteBeforeReplace = bool(resource.delete_before_replace)
    options.deleteBeforeReplaceDefined = resource.delete_before_replace is not None
    options.additionalSecretOutputs.extend(resource.additional_secret_outputs)
    options.aliases.extend(resource.aliases)
    options.parent = resource.parent
    timeouts = resource.custom_timeouts
    options.customTimeouts.create = timeouts.get("create", 0)
    options.customTimeouts.update = timeouts.get("update", 0)
    options.customTimeouts.delete = timeouts.get("delete", 0)
    if resource.provider is not None:
        provider = resource.provider
        target.provider.urn, target.provider.type = provider.urn, provider.type
        target.provider.name = provider.name
        target.provider.properties.CopyFrom(wire.to_struct(_without_internal(provider.inputs), _ACCEPTS))


def _without_internal(value: Any) -> Any:
    """`value` without keys that begin with two underscores, which are the bridge's own."""
    if isinstance(value, dict):
        return {key: _without_internal(item) for key, item in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_without_internal(item) for item in value]
    if isinstance(value, Secret):
        return Secret(_without_internal(value.value))
    return value

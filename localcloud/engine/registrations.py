"""From a RegisterResource request to a goal: transforms, inherited options, provider, dependencies."""

from __future__ import annotations

import os
import urllib.parse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import alias_pb2, resource_pb2

from localcloud.engine import urns, wire
from localcloud.engine.assets import with_hashes
from localcloud.engine.default_providers import DefaultProviders, ProviderRequest, apply_request
from localcloud.engine.errors import EngineError
from localcloud.engine.goal import Alias, Goal, seconds
from localcloud.engine.run import Run
from localcloud.engine.transforms import Transforms, dependencies_in, with_dependencies
from localcloud.engine.values import Properties, without_outputs

Request = resource_pb2.RegisterResourceRequest
TransformOptions = resource_pb2.TransformResourceOptions

_OPERATIONS = ("create", "update", "delete", "read")


class GoalBuilder:
    """Builds goals, and remembers which providers a component gives to its children."""

    def __init__(
        self,
        run: Run,
        transforms: Transforms,
        defaults: DefaultProviders,
        project_root: Path,
        program_directory: Path,
    ) -> None:
        self._run = run
        self._transforms = transforms
        self._defaults = defaults
        self._root = str(project_root)
        self._directory = str(program_directory)
        self._component_providers: dict[str, dict[str, str]] = {}

    async def build(self, request: Request) -> tuple[Goal, dict[str, str]]:
        """The goal, and the providers for the children of a component."""
        if request.remote:
            raise EngineError(
                f"{request.type} '{request.name}' is a remote component: localcloud does not support components "
                "of other programs (Construct); use the pulumi CLI for this program"
            )
        if request.state_migrations:
            raise EngineError(
                f"{request.type} '{request.name}': localcloud does not support state migrations; "
                "use the pulumi CLI for this program"
            )
        self._check_type(request)
        properties = with_hashes(wire.from_struct(request.object), self._directory)
        dependencies = list(dict.fromkeys(request.dependencies))
        of_property = self._property_dependencies(request, properties, dependencies)
        options = self._options(request)
        callbacks = self._transforms.of(request.transforms, request.parent)
        if request.transforms:
            properties = with_dependencies(properties, of_property)
        properties, options = await self._transforms.apply(callbacks, request, properties, options)
        if request.transforms:
            # A transform of the resource's own answers with what the properties depend on now.
            of_property = {}
            dependencies = []
        dependencies = list(dict.fromkeys([*options.depends_on, *dependencies]))
        for key, item in properties.items():
            known = of_property.setdefault(key, [])
            known.extend(urn for urn in dependencies_in(item) if urn not in known)
            if request.transforms:
                dependencies.extend(urn for urn in known if urn not in dependencies)
        properties = without_outputs(properties)
        providers = self._children_providers(request, options)
        goal = self._goal(request, options, properties, dependencies, of_property)
        goal.provider = await self._provider(request, options)
        if urns.is_provider_type(request.type):
            package = request.type.rsplit(":", 1)[-1]
            asked = ProviderRequest(package, options.version, options.plugin_download_url)
            if not (asked.version or asked.download_url):
                asked = self._defaults.complete(asked)
            apply_request(goal.properties, asked)
        goal.inherit(self._run.goals.get(goal.parent))
        return goal, providers

    def remember(self, urn: str, request: Request, providers: dict[str, str]) -> None:
        """What the children of a registered resource inherit."""
        self._transforms.remember(urn, request.parent, request.transforms)
        if not request.custom:
            self._component_providers[urn] = providers

    @staticmethod
    def _check_type(request: Request) -> None:
        if request.custom and request.type.count(":") != 2:
            raise EngineError(
                f"type token '{request.type}' of '{request.name}' is not of the form package:module:type"
            )

    @staticmethod
    def _property_dependencies(
        request: Request, properties: Properties, dependencies: list[str]
    ) -> dict[str, list[str]]:
        if not request.propertyDependencies:
            return {key: list(dependencies) for key in properties}
        return {key: list(dict.fromkeys(listed.urns)) for key, listed in request.propertyDependencies.items()}

    @staticmethod
    def _options(request: Request) -> TransformOptions:
        aliases = [alias_pb2.Alias(urn=urn) for urn in request.aliasURNs]
        options = TransformOptions(
            depends_on=request.dependencies,
            ignore_changes=request.ignoreChanges,
            replace_on_changes=request.replaceOnChanges,
            version=request.version,
            aliases=[*aliases, *request.aliases],
            provider=request.provider,
            providers=request.providers,
            plugin_download_url=request.pluginDownloadURL,
            deleted_with=request.deletedWith,
            additional_secret_outputs=request.additionalSecretOutputs,
            plugin_checksums=request.pluginChecksums,
            hide_diff=request.hideDiffs,
            replace_with=request.replace_with,
        )
        if request.HasField("customTimeouts"):
            options.custom_timeouts.CopyFrom(request.customTimeouts)
        if request.HasField("replacement_trigger"):
            options.replacement_trigger.CopyFrom(request.replacement_trigger)
        if request.HasField("hooks"):
            options.hooks.CopyFrom(request.hooks)
        if request.HasField("protect"):
            options.protect = request.protect
        if request.HasField("retainOnDelete"):
            options.retain_on_delete = request.retainOnDelete
        if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace:
            options.delete_before_replace = request.deleteBeforeReplace
        return options

    def _children_providers(self, request: Request, options: TransformOptions) -> dict[str, str]:
        if request.custom:
            return {}
        return {**self._component_providers.get(request.parent, {}), **dict(options.providers)}

    async def _provider(self, request: Request, options: TransformOptions) -> str:
        if not request.custom or urns.is_provider_type(request.type):
            return ""
        package = urns.package_of(request.type)
        inherited = self._component_providers.get(request.parent, {}).get(package, "")
        explicit = options.provider or options.providers.get(package, "") or inherited
        if explicit:
            return explicit
        asked = ProviderRequest(package, options.version, options.plugin_download_url)
        return await self._defaults.reference(asked, request.type)

    def _goal(
        self,
        request: Request,
        options: TransformOptions,
        properties: Properties,
        dependencies: list[str],
        of_property: dict[str, list[str]],
    ) -> Goal:
        timeouts = {
            operation: seconds(getattr(options.custom_timeouts, operation))
            for operation in _OPERATIONS
            if getattr(options.custom_timeouts, operation, "")
        }
        trigger = options.replacement_trigger if options.HasField("replacement_trigger") else None
        return Goal(
            type=request.type,
            name=request.name,
            custom=request.custom,
            properties=properties,
            parent=request.parent,
            protect=options.protect if options.HasField("protect") else None,
            dependencies=dependencies,
            property_dependencies=of_property,
            delete_before_replace=(
                options.delete_before_replace if options.HasField("delete_before_replace") else None
            ),
            ignore_changes=list(options.ignore_changes),
            additional_secret_outputs=list(options.additional_secret_outputs),
            aliases=[_alias(each) for each in options.aliases],
            import_id=request.importId,
            custom_timeouts=timeouts,
            replace_on_changes=list(options.replace_on_changes),
            retain_on_delete=options.retain_on_delete if options.HasField("retain_on_delete") else None,
            deleted_with=options.deleted_with,
            replace_with=list(options.replace_with),
            replacement_trigger=None if trigger is None else wire.from_value(trigger),
            hide_diff=list(options.hide_diff),
            hooks=hook_names(options.hooks),
            env_var_mappings=dict(request.envVarMappings),
            source_position=source_position(request.sourcePosition, self._root),
            stack_trace=stack_trace(request.stackTrace, self._root),
        )


def _alias(each: Any) -> Alias:
    if each.WhichOneof("alias") != "spec":
        return Alias(urn=each.urn)
    spec = each.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn if spec.WhichOneof("parent") == "parentUrn" else "",
        no_parent=spec.noParent if spec.WhichOneof("parent") == "noParent" else False,
    )


def hook_names(hooks: Any) -> dict[str, list[str]]:
    """The names of the hooks bound to a resource, by event; events without hooks are left out."""
    return {field.name: list(value) for field, value in hooks.ListFields()}


def source_position(position: Any, root: str) -> str:
    """Where in the program something was asked for, relative to the project (`project:///main.py#3`)."""
    if not position.uri or position.line <= 0:
        return ""
    parsed = urllib.parse.urlparse(position.uri)
    if parsed.scheme != "file":
        return ""
    relative = os.path.relpath(urllib.parse.unquote(parsed.path), root)
    column = f",{position.column}" if position.column else ""
    return f"project:///{urllib.parse.quote(relative)}#{position.line}{column}"


def stack_trace(trace: Any, root: str) -> list[dict[str, Any]]:
    """The frames of the program that asked for something, as the state records them."""
    frames: Iterable[Any] = trace.frames
    positions = [source_position(frame.pc, root) for frame in frames]
    return [{"sourcePosition": position} for position in positions if position]

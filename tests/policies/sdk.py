"""Worlds as the policy SDK's own arguments, wrapped in its unknown-checking proxies as the server does."""

from __future__ import annotations

from typing import Any

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.framework.graph import Stack
from policies.framework.resources import Provider, Resource
from policies.framework.values import UNKNOWN
from tests.policies.world import World


def wire(value: Any) -> Any:
    """A value as it travels: unknowns are the engine's sentinel text."""
    if value is UNKNOWN:
        return UNKNOWN_STRING_VALUE
    if isinstance(value, dict):
        return {key: wire(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [wire(inner) for inner in value]
    return value


def resource_arguments(resource: Resource, config: dict[str, Any] | None = None) -> ResourceValidationArgs:
    return ResourceValidationArgs(
        resource.type,
        unknown_checking_proxy(wire(dict(resource.props))),
        resource.urn,
        resource.name,
        _options(resource),
        _provider(resource.provider),
        config,
    )


def stack_arguments(world: World | Stack, config: dict[str, Any] | None = None) -> StackValidationArgs:
    stack = world.stack() if isinstance(world, World) else world
    made = {
        each.urn: PolicyResource(
            each.type,
            unknown_checking_proxy(wire(dict(each.props))),
            each.urn,
            each.name,
            _options(each),
            _provider(each.provider),
            None,
            [],
            {},
        )
        for each in stack.resources
    }
    for each in stack.resources:
        for prop, urns in each.property_dependencies.items():
            made[each.urn].property_dependencies[prop] = [made[urn] for urn in urns if urn in made]
    return StackValidationArgs(list(made.values()), config)


def _options(resource: Resource) -> PolicyResourceOptions:
    return PolicyResourceOptions(resource.protect, [], None, [], PolicyCustomTimeouts(0, 0, 0), [], None)


def _provider(provider: Provider | None) -> PolicyProviderResource | None:
    if provider is None:
        return None
    props = unknown_checking_proxy(wire(dict(provider.props)))
    return PolicyProviderResource("pulumi:providers:aws", props, provider.urn, provider.name)

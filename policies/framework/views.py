"""From the policy SDK's arguments to the views that rules read. The only reader of SDK argument shapes."""

from __future__ import annotations

from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs, StackValidationArgs

from policies.framework.graph import ACCOUNT_TYPE, ORGANIZATION_TYPE, Stack
from policies.framework.inputs import Inputs
from policies.framework.resources import PROVIDER_TYPE, Provider, Resource
from policies.framework.values import plain

RELATIONAL = (PROVIDER_TYPE, ACCOUNT_TYPE, ORGANIZATION_TYPE)
"""Types whose properties say which account a resource lives in: every stack rule may need them."""


def resource_view(args: ResourceValidationArgs) -> Resource:
    """The resource of a resource policy. Its relations are not known at that point."""
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        props=plain(args.props),
        protect=bool(args.opts.protect),
        ignore_changes=tuple(args.opts.ignore_changes or ()),
        provider=_provider(args.provider),
        parent=args.opts.parent or "",
    )


def stack_view(args: StackValidationArgs, types: tuple[str, ...], inputs: Inputs) -> Stack:
    """The stack of a stack policy: outputs, or the remembered inputs of what has no outputs yet.

    Every resource is there with its relations; the properties are converted only for the types the rule
    reads (and those that identify accounts), which keeps the cost of a policy near the size of its subject.
    """
    wanted = frozenset(types + RELATIONAL)
    return Stack(_stack_resource(each, each.resource_type in wanted, inputs) for each in args.resources)


def _stack_resource(each: PolicyResource, with_props: bool, inputs: Inputs) -> Resource:
    props = plain(each.props) if with_props else {}
    known_inputs = inputs.of(each.urn) if with_props and not props else None
    return Resource(
        urn=each.urn,
        type=each.resource_type,
        name=each.name,
        props=known_inputs or props,
        protect=bool(each.opts.protect),
        ignore_changes=tuple(each.opts.ignore_changes or ()),
        provider=_provider(each.provider) if with_props else _bare(each.provider),
        opaque=with_props and not props and known_inputs is None,
        parent=each.parent.urn if each.parent else "",
        dependencies=tuple(dep.urn for dep in each.dependencies),
        property_dependencies={
            prop: tuple(dep.urn for dep in deps) for prop, deps in each.property_dependencies.items()
        },
    )


def _provider(provider: PolicyProviderResource | None) -> Provider | None:
    return Provider(provider.urn, provider.name, plain(provider.props)) if provider else None


def _bare(provider: PolicyProviderResource | None) -> Provider | None:
    return Provider(provider.urn, provider.name, {}) if provider else None

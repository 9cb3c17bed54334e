"""DET-06: Inspector scans machines, images and functions in every Region the estate builds in."""

from policies.framework.context import Context
from policies.framework.estate import MARKERS, absent, in_region, watched_regions
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import INSPECTOR, INSPECTOR_ORGANIZATION
from policies.framework.values import is_true, texts


@stack_rule("DET-06", *MARKERS, INSPECTOR_ORGANIZATION, PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    kinds = context.settings.names("inspectorResources")
    enablers, organizations = stack.of_type(INSPECTOR), stack.of_type(INSPECTOR_ORGANIZATION)
    for enabler in enablers:
        yield from _scans(enabler, kinds)
    for members in organizations:
        for kind in kinds:
            yield members.check(f"autoEnable.{_camel(kind)}", is_true, "true")
    for region in watched_regions(stack, context):
        if not in_region(enablers, region):
            yield absent(stack, "inspector2.Enabler", region, f"scans of {', '.join(kinds)}")


def _scans(enabler: Resource, kinds: tuple[str, ...]) -> Results:
    on = texts(enabler.get("resourceTypes"))
    gone = [kind for kind in kinds if kind not in on]
    if gone:
        yield enabler.fails("resourceTypes", ", ".join(on), f"also {', '.join(gone)}")
    else:
        yield enabler.passes()


def _camel(kind: str) -> str:
    """The organization setting's spelling of a resource type: LAMBDA_CODE is lambdaCode there."""
    first, *rest = kind.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)

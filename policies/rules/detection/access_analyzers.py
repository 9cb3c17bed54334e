"""DET-04: Access Analyzer looks over the whole organization: at who outside gets in, and at access nobody uses."""

from policies.framework.context import Context
from policies.framework.estate import MARKERS, absent, in_region, watched_regions
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE
from policies.framework.results import Fail
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ANALYZER, ORGANIZATION

EXTERNAL = "ORGANIZATION"
UNUSED = "ORGANIZATION_UNUSED_ACCESS"


@stack_rule("DET-04", *MARKERS, PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    analyzers = stack.of_type(ANALYZER)
    external = [each for each in analyzers if each.get("type") == EXTERNAL]
    for analyzer in analyzers:
        yield analyzer.check(
            "type", lambda kind: str(kind).startswith(EXTERNAL), "a type over the ORGANIZATION"
        )
    for region in watched_regions(stack, context):
        if not in_region(external, region):
            yield absent(
                stack, "Analyzer", region, f"an analyzer of type {EXTERNAL} in every governed Region"
            )
    for organization in stack.of_type(ORGANIZATION):
        if not any(each.get("type") == UNUSED for each in analyzers):
            yield Fail(
                organization.name, "Analyzer", "missing", f"an analyzer of type {UNUSED}", organization.urn
            )

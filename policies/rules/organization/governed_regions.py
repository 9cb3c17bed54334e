"""ORG-04: the Region guardrail names exactly the governed Regions, and every provider works in one of them."""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.iam import NotAPolicy, statements
from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ORGANIZATION_POLICY


@stack_rule("ORG-04", ORGANIZATION_POLICY, PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    governed = context.settings.names("governedRegions")
    for policy in stack.of_type(ORGANIZATION_POLICY):
        yield from _list(policy, governed)
    for provider in stack.of_type(PROVIDER_TYPE):
        if not provider.name.startswith("default"):
            yield provider.check("region", lambda region: region in governed, f"one of {', '.join(governed)}")


def _list(policy: Resource, governed: tuple[str, ...]) -> Results:
    try:
        document = statements(policy.known("content"))
    except NotAPolicy:
        return
    for each in document:
        regions = each.condition_values("aws:RequestedRegion")
        if each.denies and each.not_actions and regions:
            if set(regions) == set(governed):
                yield policy.passes()
            else:
                found = f"statement {each.label} admits {', '.join(regions)}"
                yield policy.fails("content", found, f"exactly {', '.join(governed)}")

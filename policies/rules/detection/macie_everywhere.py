"""DET-03: Macie looks for card numbers in every Region the estate builds in, for every account."""

from policies.framework.context import Context
from policies.framework.estate import MARKERS, absent, in_region, watched_regions
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import MACIE, MACIE_ORGANIZATION
from policies.framework.values import is_true


@stack_rule("DET-03", *MARKERS, MACIE_ORGANIZATION, PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    sessions, organizations = stack.of_type(MACIE), stack.of_type(MACIE_ORGANIZATION)
    for session in sessions:
        yield session.check("status", lambda status: status in (None, "ENABLED"), "ENABLED")
    for members in organizations:
        yield members.check("autoEnable", is_true, "true")
    for region in watched_regions(stack, context):
        if not in_region(sessions, region):
            yield absent(stack, "macie2.Account", region, "an enabled Macie session in every governed Region")
        if not in_region(organizations, region):
            yield absent(stack, "macie2.OrganizationConfiguration", region, "new accounts enabled")

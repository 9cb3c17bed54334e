"""LOG-01: the organization has one trail that no account can opt out of."""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.results import Fail
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ORGANIZATION, TRAIL
from policies.framework.values import is_true


@stack_rule("LOG-01", TRAIL, ORGANIZATION)
def rule(stack: Stack, _context: Context) -> Results:
    trails = stack.of_type(TRAIL)
    for trail in trails:
        yield trail.check("isOrganizationTrail", is_true, "true")
    for organization in stack.of_type(ORGANIZATION):
        if not trails:
            yield Fail(
                organization.name, "Trail", "missing", "an organization trail in this stack", organization.urn
            )

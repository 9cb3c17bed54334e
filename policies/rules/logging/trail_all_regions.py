"""LOG-02: the trail records every Region, the global services, and is switched on."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import TRAIL
from policies.framework.values import is_true, not_false


@resource_rule("LOG-02", TRAIL)
def rule(trail: Resource, _context: Context) -> Results:
    yield trail.check("isMultiRegionTrail", is_true, "true")
    yield trail.check("includeGlobalServiceEvents", not_false, "true")
    yield trail.check("enableLogging", not_false, "true")

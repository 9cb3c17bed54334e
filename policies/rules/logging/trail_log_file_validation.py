"""LOG-03: the trail signs a digest of every log file."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import TRAIL
from policies.framework.values import is_true


@resource_rule("LOG-03", TRAIL)
def rule(trail: Resource, _context: Context) -> Results:
    yield trail.check("enableLogFileValidation", is_true, "true")

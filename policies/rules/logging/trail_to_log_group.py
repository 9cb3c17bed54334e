"""LOG-10: the trail also goes to a log group, where alarms can watch it within minutes."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import TRAIL


@resource_rule("LOG-10", TRAIL)
def rule(trail: Resource, _context: Context) -> Results:
    yield trail.check_set("cloudWatchLogsGroupArn", "the ARN of a log group with alarms on it")

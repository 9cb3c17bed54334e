"""LOG-10: the trail also goes to a log group, where alarms can watch it within minutes."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import TRAIL
from policies.framework.values import UNKNOWN, is_present


@resource_rule("LOG-10", TRAIL)
def rule(trail: Resource, _context: Context) -> Results:
    group = trail.known("cloudWatchLogsGroupArn")
    # unknown: a log group that this update makes
    if group is UNKNOWN or is_present(group):
        yield trail.passes()
    else:
        yield trail.fails("cloudWatchLogsGroupArn", group, "the ARN of a log group with alarms on it")

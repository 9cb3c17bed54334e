"""DET-07: grave findings are routed to a target, and a failed delivery is kept in a dead-letter queue."""

import json

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.results import Fail
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import EVENT_RULE, EVENT_TARGET, ORGANIZATION
from policies.framework.values import UnknownValue

SOURCES = ("aws.securityhub", "aws.guardduty", "aws.macie", "aws.inspector2", "aws.access-analyzer")


@stack_rule("DET-07", ORGANIZATION, EVENT_RULE, EVENT_TARGET)
def rule(stack: Stack, _context: Context) -> Results:
    routes = [each for each in stack.of_type(EVENT_RULE) if _is_of_findings(each)]
    for route in routes:
        yield route.check("state", lambda state: state != "DISABLED", "ENABLED")
        try:
            targets = stack.referring(route, "rule", (EVENT_TARGET,))
        except UnknownValue as unknown:
            yield route.undecided(f"EventTarget.{unknown.path}")
            continue
        if not targets:
            yield route.fails("EventTarget", "missing", "a target with a dead-letter queue")
        for target in targets:
            yield target.check_set("deadLetterConfig.arn", "the ARN of a queue")
    for organization in stack.of_type(ORGANIZATION):
        if not routes:
            expected = "a rule that routes findings of the security services"
            yield Fail(organization.name, "EventRule", "missing", expected, organization.urn)


def _is_of_findings(route: Resource) -> bool:
    pattern = route.known("eventPattern")
    try:
        parsed = json.loads(pattern) if isinstance(pattern, str) else None
    except (ValueError, RecursionError):
        return False
    sources = parsed.get("source") if isinstance(parsed, dict) else None
    return isinstance(sources, list) and any(source in SOURCES for source in sources)

"""LOG-11: log groups keep a year at least, say until when, and are encrypted under a customer-managed key."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import LOG_GROUP
from policies.framework.values import number


@resource_rule("LOG-11", LOG_GROUP)
def rule(group: Resource, context: Context) -> Results:
    days = context.settings.integer("logRetentionDays") if context.production else 1
    yield group.check(
        "retentionInDays", lambda value: (number(value) or 0) >= days, f"at least {days} (0 never disposes)"
    )
    yield group.check_set("kmsKeyId", "the ARN of a customer-managed key")

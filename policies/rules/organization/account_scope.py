"""ORG-05: every account says who owns it, what it holds and whether PCI DSS reaches it; production stands apart."""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import ACCOUNT, UNIT
from policies.framework.values import UNKNOWN, UnknownValue, is_present

PRODUCTION_UNIT = "prod"
OTHER_UNIT = "nonprod"


@related_rule("ORG-05", (ACCOUNT,), (UNIT,))
def rule(account: Resource, stack: Stack, context: Context) -> Results:
    for key in context.settings.names("accountTags"):
        yield account.check(f"tags.{key}", is_present, "a value")
    yield from _stands_apart(account, stack)


def _stands_apart(account: Resource, stack: Stack) -> Results:
    environment = account.known("tags.env")
    if environment is UNKNOWN or environment is None:
        return
    try:
        unit = stack.target(account, "parentId", (UNIT,))
    except UnknownValue:
        yield account.undecided("parentId")
        return
    name = unit.text("name").replace("-", "").lower() if unit else ""
    is_production = str(environment).startswith("prod")
    if (name == PRODUCTION_UNIT and not is_production) or (name == OTHER_UNIT and is_production):
        expected = "the unit of its environment: Prod for prod, NonProd for everything else"
        yield account.fails(
            "parentId", f"{unit.text('name') if unit else ''} for env={environment}", expected
        )
    else:
        yield account.passes()

"""WFL-01: payment sagas are Standard state machines: exactly-once, with a history that is part of the books.

A machine counts as a payment saga unless its own tags say that it is not (`data-class` public, internal or
operational): an untagged machine is taken for the dangerous kind.
"""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import STATE_MACHINE

HARMLESS = ("public", "internal", "operational")


@resource_rule("WFL-01", STATE_MACHINE)
def rule(machine: Resource, _context: Context) -> Results:
    if machine.get("tags.data-class") in HARMLESS:
        return
    yield machine.check("type", lambda kind: kind in (None, "STANDARD"), "STANDARD")

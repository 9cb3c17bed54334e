"""LED-13: the ledger is Aurora PostgreSQL. Never DynamoDB, and not Aurora DSQL."""

import re

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import CLUSTER, DSQL_CLUSTER, GLOBAL_TABLE, TABLE

LEDGER = "ledger"


@resource_rule("LED-13", TABLE, GLOBAL_TABLE, DSQL_CLUSTER, CLUSTER)
def rule(store: Resource, _context: Context) -> Results:
    if store.type == CLUSTER:
        if is_ledger(store, "clusterIdentifier"):
            yield store.check("engine", lambda engine: engine == "aurora-postgresql", "aurora-postgresql")
    elif store.type == DSQL_CLUSTER:
        yield store.fails("type", "an Aurora DSQL cluster", "Aurora PostgreSQL")
    elif is_ledger(store, "name"):
        yield store.fails("type", "a DynamoDB table that holds a ledger", "Aurora PostgreSQL")
    else:
        yield store.passes()


def is_ledger(store: Resource, name_property: str) -> bool:
    """Whether a store holds the ledger: its own tag says so, or its name does and no tag says otherwise."""
    tagged = store.get("tags.data-class")
    if tagged is not None:
        return bool(tagged == LEDGER)
    physical = store.known(name_property)
    names = [store.name, physical if isinstance(physical, str) else ""]
    return any(LEDGER in re.split(r"[^a-z0-9]+", name.lower()) for name in names)

"""LED-01: the ledger's cluster belongs to a global cluster. That both Regions are members is checked across stacks.

The ledger is every Aurora cluster whose own tags say `data-class=ledger`, or whose name says ledger without
other tags.
"""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import CLUSTER
from policies.rules.ledger.aurora_ledger import is_ledger


@resource_rule("LED-01", CLUSTER)
def rule(cluster: Resource, _context: Context) -> Results:
    if is_ledger(cluster, "clusterIdentifier"):
        yield cluster.check_set("globalClusterIdentifier", "the id of the ledger's global cluster")

"""OPS-02: what holds state, or is expensive to lose, is protected; removing it takes two reviewed changes."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import (
    ACCOUNT,
    BUCKETS,
    CLUSTER,
    GLOBAL_CLUSTER,
    KEY,
    ORGANIZATION,
    REPLICA_KEY,
    TABLE,
    TRAIL,
    UNIT,
)

STATEFUL = (
    ORGANIZATION,
    UNIT,
    ACCOUNT,
    TRAIL,
    *BUCKETS,
    KEY,
    REPLICA_KEY,
    CLUSTER,
    GLOBAL_CLUSTER,
    "aws:rds/clusterInstance:ClusterInstance",
    TABLE,
    "aws:backup/vault:Vault",
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
    "aws:route53/zone:Zone",
    "aws:secretsmanager/secret:Secret",
    "aws:ecr/repository:Repository",
    "aws:efs/fileSystem:FileSystem",
    "aws:kinesis/stream:Stream",
    "aws:cognito/userPool:UserPool",
)


@resource_rule("OPS-02", *STATEFUL)
def rule(resource: Resource, context: Context) -> Results:
    if context.production:
        yield resource.passes() if resource.protect else resource.fails("protect", False, "true")

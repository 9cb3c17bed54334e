"""Aurora global clusters: membership across Regions, and switchover and failover that promote a real server.

moto 5.2.5 lacks both operations, finds a source cluster in one Region only and cannot remove a member elsewhere.
While the roles change the global cluster is `switching-over` or `failing-over`, as on AWS.
"""

from __future__ import annotations

from typing import Any

from moto.rds import models as rds

from localcloud.aws import databases
from localcloud.aws.calls import ApiError, Call, before, operation
from localcloud.aws.services.rds import clusters_of, database_of

HOME_OF_GLOBAL_CLUSTERS = "us-east-1"
"""The Region under which moto keeps them."""


def _all(account: str) -> Any:
    return rds.rds_backends[account][HOME_OF_GLOBAL_CLUSTERS].global_clusters


def _global(call: Call) -> Any:
    found = _all(call.account).get(call.params["GlobalClusterIdentifier"])
    if found is None:
        raise ApiError(
            "GlobalClusterNotFoundFault",
            f"Global cluster {call.params['GlobalClusterIdentifier']} not found",
            404,
        )
    return found


def _member(call: Call, cluster: Any, reference: str) -> Any:
    """The member named by ARN or, in the Region of the call, by identifier."""
    for member in cluster.members:
        if reference == member.db_cluster_arn or (
            reference.lower() == member.db_cluster_identifier and member.region == call.region
        ):
            return member
    raise ApiError(
        "DBClusterNotFoundFault", f"{reference} is not a member of {cluster.global_cluster_identifier}", 404
    )


def described(cluster: Any) -> dict[str, Any]:
    """A global cluster as the API shows it."""
    writer = next((m for m in cluster.members if m.is_writer), None)
    readers = [m.db_cluster_arn for m in cluster.members if not m.is_writer]
    state = getattr(cluster, "failover_state", None)
    return {
        "GlobalClusterIdentifier": cluster.global_cluster_identifier,
        "GlobalClusterResourceId": cluster.global_cluster_resource_id,
        "GlobalClusterArn": cluster.global_cluster_arn,
        "Status": cluster.status,
        "Engine": cluster.engine,
        "EngineVersion": cluster.engine_version,
        "StorageEncrypted": bool(cluster.storage_encrypted),
        "DeletionProtection": bool(cluster.deletion_protection),
        "Endpoint": cluster.endpoint,
        "GlobalClusterMembers": [
            {
                "DBClusterArn": member.db_cluster_arn,
                "IsWriter": member is writer,
                "Readers": readers if member is writer else [],
                "SynchronizationStatus": "connected",
            }
            for member in cluster.members
        ],
        **({"FailoverState": state} if state else {}),
    }


@operation("rds", "DescribeGlobalClusters")
def describe(call: Call) -> dict[str, Any]:
    every = (
        [_global(call)] if call.params.get("GlobalClusterIdentifier") else list(_all(call.account).values())
    )
    return {"GlobalClusters": [described(cluster) for cluster in every]}


@operation("rds", "CreateGlobalCluster")
def create(call: Call) -> dict[str, Any]:
    """Empty, or around an existing cluster of any Region, which becomes its writer."""
    name = call.params["GlobalClusterIdentifier"]
    if name in _all(call.account):
        raise ApiError("GlobalClusterAlreadyExistsFault", f"Global cluster {name} already exists", 400)
    reference = call.params.get("SourceDBClusterIdentifier")
    source = None
    if reference:
        region = reference.split(":")[3] if reference.startswith("arn:") else call.region
        source = clusters_of(call.account, region).get(reference.rsplit(":", 1)[-1])
        if source is None:
            raise ApiError("DBClusterNotFoundFault", f"DBCluster {reference} not found", 404)
    cluster = rds.rds_backends[call.account][HOME_OF_GLOBAL_CLUSTERS].create_global_cluster(
        global_cluster_identifier=name,
        source_db_cluster_identifier=None,
        engine=source.engine if source else call.params.get("Engine"),
        engine_version=source.engine_version if source else call.params.get("EngineVersion"),
        storage_encrypted=source.storage_encrypted if source else call.params.get("StorageEncrypted"),
        deletion_protection=call.params.get("DeletionProtection"),
    )
    if source is not None:
        source.global_cluster_identifier, source.is_writer = name, True
        cluster.members.append(source)
    return {"GlobalCluster": described(cluster)}


@operation("rds", "ModifyGlobalCluster")
def modify(call: Call) -> dict[str, Any]:
    cluster = _global(call)
    if call.params.get("DeletionProtection") is not None:
        cluster.deletion_protection = call.params["DeletionProtection"]
    if call.params.get("EngineVersion"):
        cluster.engine_version = call.params["EngineVersion"]
    renamed = call.params.get("NewGlobalClusterIdentifier")
    if renamed:
        _all(call.account).pop(cluster.global_cluster_identifier)
        cluster.global_cluster_identifier = renamed
        _all(call.account)[renamed] = cluster
        for member in cluster.members:
            member.global_cluster_identifier = renamed
    return {"GlobalCluster": described(cluster)}


@before("rds", "DeleteGlobalCluster")
def only_empty_and_unprotected(call: Call) -> None:
    cluster = _global(call)
    if cluster.deletion_protection:
        message = "Cannot delete protected Global Cluster, please disable deletion protection and try again."
        raise ApiError("InvalidParameterCombination", message, 400)


@before("rds", "DeleteDBCluster")
def not_while_a_member(call: Call) -> None:
    """AWS deletes a member only after it has left the global cluster."""
    cluster = clusters_of(call.account, call.region).get(call.params["DBClusterIdentifier"].lower())
    for every in _all(call.account).values():
        if cluster is not None and cluster in every.members:
            message = "This cluster is a part of a global cluster, please remove it from globalcluster first"
            raise ApiError("InvalidDBClusterStateFault", message, 400)


@operation("rds", "RemoveFromGlobalCluster")
def remove(call: Call) -> dict[str, Any]:
    """The member leaves; a reader becomes a writer of its own. The writer leaves last."""
    cluster = _global(call)
    member = _member(call, cluster, call.params["DbClusterIdentifier"])
    if member.is_writer and len(cluster.members) > 1:
        message = "The writer can leave the global cluster only after every secondary cluster has"
        raise ApiError("InvalidGlobalClusterStateFault", message, 400)
    cluster.members.remove(member)
    member.global_cluster_identifier, member.is_writer = None, True
    database = database_of(member)
    if database is not None:
        databases.detach(database)
    return {"GlobalCluster": described(cluster)}


@operation("rds", "SwitchoverGlobalCluster", "FailoverGlobalCluster")
def change_writer(call: Call) -> dict[str, Any]:
    """Planned (nothing lost) or, with AllowDataLoss, at once with what the target has."""
    cluster = _global(call)
    target = _member(call, cluster, call.params["TargetDbClusterIdentifier"])
    planned = call.operation == "SwitchoverGlobalCluster" or not call.params.get("AllowDataLoss")
    writer = next((m for m in cluster.members if m.is_writer), None)
    if cluster.status != "available":
        raise ApiError("InvalidGlobalClusterStateFault", f"The global cluster is {cluster.status}", 400)
    if writer is None or target is writer:
        message = f"{target.db_cluster_arn} already is the writer"
        raise ApiError("InvalidDBClusterStateFault", message, 400)
    cluster.status = "switching-over" if planned else "failing-over"
    cluster.failover_state = {
        "Status": cluster.status,
        "FromDbClusterArn": writer.db_cluster_arn,
        "ToDbClusterArn": target.db_cluster_arn,
        "IsDataLossAllowed": not planned,
    }

    def done() -> None:
        writer.is_writer, target.is_writer = False, True
        cluster.status, cluster.failover_state = "available", None

    answer = {"GlobalCluster": described(cluster)}
    old, new = database_of(writer), database_of(target)
    if old is None or new is None:
        done()
    elif planned:
        databases.switch_over(old, new, done)
    else:
        databases.fail_over(old, new, done)
    return answer

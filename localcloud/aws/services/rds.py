"""Aurora clusters that hold data: each `aurora-postgresql` cluster gets a PostgreSQL server of its own.

Also closed here (moto 5.2.5): `aurora-iopt1` storage is unknown, a managed master password is the same constant for
every cluster, and a cluster is `available` at the second look whatever its state. Endpoint and Port are the real ones.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from moto.rds import models as rds

from localcloud.aws import databases
from localcloud.aws.calls import ApiError, Call, Reply, after, before
from localcloud.aws.patching import add, original, replace

ENGINE = "aurora-postgresql"


def clusters_of(account: str, region: str) -> Any:
    return rds.rds_backends[account][region].clusters


def database_of(cluster: Any) -> databases.Database | None:
    """The data plane of moto's cluster."""
    return databases.of(cluster.backend.account_id, cluster.region, cluster.db_cluster_identifier)


@after("rds", "CreateDBCluster")
def create(call: Call, _: Reply) -> None:
    """Begin to create the server: a streaming copy when the cluster joins a global cluster that has a writer."""
    cluster = clusters_of(call.account, call.region)[call.params["DBClusterIdentifier"].lower()]
    if cluster.engine != ENGINE:
        return
    master = _master(cluster, call.params)
    writer = _writer_of_global(cluster)
    databases.create(call.account, call.region, cluster.db_cluster_identifier, writer, master)


@after("rds", "ModifyDBCluster")
def modify(call: Call, _: Reply) -> None:
    """A new master password reaches the server."""
    password = call.params.get("MasterUserPassword")
    cluster = clusters_of(call.account, call.region).get(call.params["DBClusterIdentifier"].lower())
    database = database_of(cluster) if cluster is not None else None
    if password and database is not None:
        databases.change_password(database, cluster.master_username, password)


@after("rds", "StopDBCluster", "StartDBCluster")
def stop_or_start(call: Call, _: Reply) -> None:
    database = databases.of(call.account, call.region, call.params["DBClusterIdentifier"].lower())
    if database is not None:
        (databases.stop if call.operation == "StopDBCluster" else databases.start)(database)


@after("rds", "DeleteDBCluster")
def delete(call: Call, _: Reply) -> None:
    databases.delete(call.account, call.region, call.params["DBClusterIdentifier"].lower())


@before("rds", "CreateDBCluster", "ModifyDBCluster")
def only_known_storage(call: Call) -> None:
    """Aurora has two storage configurations."""
    kind = call.params.get("StorageType")
    if (
        kind
        and str(call.params.get("Engine", ENGINE)).startswith("aurora")
        and kind not in ("aurora", "aurora-iopt1")
    ):
        message = f"Invalid storage type: {kind}. Aurora offers aurora and aurora-iopt1."
        raise ApiError("InvalidParameterCombination", message, 400)


def _master(cluster: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Name and password of the master user, and the first database (moto drops the password of a global member)."""
    if getattr(cluster, "manage_master_user_password", False):
        secret = json.loads(cluster.master_user_secret.secret.secret_string)
        user, password = secret["username"], secret["password"]
    else:
        user, password = cluster.master_username, params.get("MasterUserPassword", "")
    return {"username": user, "password": password, "database": params.get("DatabaseName")}


def _writer_of_global(cluster: Any) -> databases.Database | None:
    """The database that a new member of a global cluster copies."""
    if not cluster.global_cluster_identifier:
        return None
    every = rds.rds_backends[cluster.backend.account_id]["us-east-1"].global_clusters
    found = every.get(str(cluster.global_cluster_identifier).rsplit(":", 1)[-1])
    writers = [
        member for member in (found.members if found else []) if member.is_writer and member is not cluster
    ]
    return database_of(writers[0]) if writers else None


def install() -> None:
    """Put the above under moto's cluster."""
    cluster = rds.DBCluster
    status, storage = original(cluster, "status"), cluster.default_allocated_storage
    endpoint, reader_endpoint = original(cluster, "endpoint").fget, original(cluster, "reader_endpoint").fget

    def allocated(engine: str, storage_type: str) -> int:
        return 1 if engine.startswith("aurora") else int(storage(engine, storage_type))

    def shown_status(self: Any) -> str:
        database = database_of(self)
        return database.status if database is not None else str(status.fget(self))

    def shown_endpoint(self: Any) -> str:
        database = database_of(self)
        return database.host if database is not None else str(endpoint(self))

    def shown_reader_endpoint(self: Any) -> str:
        database = database_of(self)
        return database.host if database is not None else str(reader_endpoint(self))

    def shown_port(self: Any) -> int:
        database = database_of(self)
        return database.port if database is not None else int(self.__dict__["port"])

    def keep_port(self: Any, value: int) -> None:
        self.__dict__["port"] = value

    def secret_string(self: Any) -> str:
        name = self.resource.master_username if hasattr(self.resource, "master_username") else "postgres"
        return json.dumps({"username": name or "postgres", "password": secrets.token_urlsafe(24)})

    replace(
        cluster,
        default_allocated_storage=staticmethod(allocated),
        status=property(shown_status, status.fset),
        endpoint=property(shown_endpoint),
        reader_endpoint=property(shown_reader_endpoint),
    )
    add(cluster, port=property(shown_port, keep_port))  # moto sets it per instance
    replace(rds.MasterUserSecret, _generate_secret_string=secret_string)

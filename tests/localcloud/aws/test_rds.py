"""Aurora clusters hold data: a real server each, a streaming copy in the other Region, a switchover without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from localcloud.aws import control
from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, STANDBY, eventually

PASSWORD = "correct horse battery"


def _cluster(rds: Any, name: str, **settings: Any) -> None:
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        EngineVersion="16.4",
        StorageType="aurora-iopt1",
        **settings,
    )


def _available(rds: Any, name: str) -> dict[str, Any]:
    def look() -> Any:
        found = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
        assert found["Status"] != "failed"
        return found if found["Status"] == "available" else None

    return dict(eventually(look, 60))


def _connect(cluster: dict[str, Any], password: str = PASSWORD) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=cluster["Endpoint"],
        port=cluster["Port"],
        user="ledger_master",
        password=password,
        dbname="ledger",
        autocommit=True,
    )


@pytest.fixture(scope="module")
def pair(world: World, organization: dict[str, str]) -> Iterator[tuple[Any, Any]]:
    """RDS clients of both Regions, with a global cluster `ledger` of `here` (writer) and `there` (reader)."""
    account = world.session("payments")
    here = account.client("rds", region_name=HOME)
    there = account.client("rds", region_name=STANDBY)
    here.create_global_cluster(
        GlobalClusterIdentifier="ledger",
        Engine="aurora-postgresql",
        EngineVersion="16.4",
        DeletionProtection=False,
    )
    _cluster(
        here, "here", GlobalClusterIdentifier="ledger", MasterUsername="ledger_master",
        MasterUserPassword=PASSWORD, DatabaseName="ledger",
    )  # fmt: skip
    _cluster(there, "there", GlobalClusterIdentifier="ledger")
    yield here, there
    found = here.describe_global_clusters(GlobalClusterIdentifier="ledger")["GlobalClusters"][0]
    for member in sorted(
        found["GlobalClusterMembers"], key=lambda m: m["IsWriter"]
    ):  # the writer leaves last
        here.remove_from_global_cluster(
            GlobalClusterIdentifier="ledger", DbClusterIdentifier=member["DBClusterArn"]
        )
    here.delete_db_cluster(DBClusterIdentifier="here", SkipFinalSnapshot=True)
    there.delete_db_cluster(DBClusterIdentifier="there", SkipFinalSnapshot=True)


def _writer(rds: Any) -> str:
    found = rds.describe_global_clusters(GlobalClusterIdentifier="ledger")["GlobalClusters"][0]
    if found["Status"] != "available":
        return ""
    return next(m["DBClusterArn"].split(":")[3] for m in found["GlobalClusterMembers"] if m["IsWriter"])


def test_a_global_cluster_replicates_switches_over_and_fails_over(pair: tuple[Any, Any]) -> None:
    here, there = pair
    first, second = _available(here, "here"), _available(there, "there")
    assert first["StorageType"] == "aurora-iopt1"
    assert control.status()["databases"]["there (us-west-2)"]["role"] == "reader"
    with _connect(first) as writer:
        writer.execute("create table entry (id int primary key)")
        writer.execute("insert into entry values (1)")
        role = writer.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
        assert role == (False,)

    def count(cluster: dict[str, Any]) -> int:
        try:
            with _connect(cluster) as connection:
                row = connection.execute("select count(*) from entry").fetchone()
        except psycopg.Error:
            return -1
        assert row is not None
        return int(row[0])

    eventually(lambda: count(second) == 1)
    with _connect(second) as reader, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute("insert into entry values (2)")

    # planned: what was acknowledged before is there after, and the old writer follows
    with _connect(first) as writer:
        writer.execute("insert into entry values (3)")
    here.switchover_global_cluster(
        GlobalClusterIdentifier="ledger", TargetDbClusterIdentifier=second["DBClusterArn"]
    )
    eventually(lambda: _writer(here) == STANDBY, 60)
    assert count(second) == 2
    with _connect(second) as writer:
        writer.execute("insert into entry values (4)")
    eventually(lambda: count(first) == 3, 60)
    with pytest.raises(ClientError, match="already is the writer"):
        here.switchover_global_cluster(
            GlobalClusterIdentifier="ledger", TargetDbClusterIdentifier=second["DBClusterArn"]
        )

    # unplanned: the Region is gone, the other one takes over and the lost one is rebuilt from it
    there.failover_global_cluster(
        GlobalClusterIdentifier="ledger", TargetDbClusterIdentifier=first["DBClusterArn"], AllowDataLoss=True
    )
    eventually(lambda: _writer(there) == HOME, 60)
    with _connect(first) as writer:
        writer.execute("insert into entry values (5)")
    eventually(lambda: count(second) == 4, 60)


def test_a_member_of_a_global_cluster_cannot_be_deleted(pair: tuple[Any, Any]) -> None:
    here, _ = pair
    with pytest.raises(ClientError, match="remove it from globalcluster first"):
        here.delete_db_cluster(DBClusterIdentifier="here", SkipFinalSnapshot=True)
    with pytest.raises(ClientError):
        here.delete_global_cluster(GlobalClusterIdentifier="ledger")


def test_storage_types_that_aurora_lacks_are_refused(pair: tuple[Any, Any]) -> None:
    here, _ = pair
    with pytest.raises(ClientError, match="aurora-iopt1"):
        here.modify_db_cluster(DBClusterIdentifier="here", StorageType="gp3")
    here.modify_db_cluster(DBClusterIdentifier="here", StorageType="aurora-iopt1", ApplyImmediately=True)


def test_a_managed_master_password_opens_the_database(
    world: World, organization: dict[str, str], unique: str
) -> None:
    session = world.session("payments", HOME)
    rds = session.client("rds")
    name = f"managed-{unique}"
    _cluster(rds, name, MasterUsername="ledger_master", ManageMasterUserPassword=True, DatabaseName="ledger")
    cluster = _available(rds, name)
    secret = session.client("secretsmanager").get_secret_value(
        SecretId=cluster["MasterUserSecret"]["SecretArn"]
    )
    with _connect(cluster, json.loads(secret["SecretString"])["password"]) as connection:
        assert connection.execute("show fsync").fetchone() == ("on",)
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    assert f"{name} ({HOME})" not in control.status()["databases"]

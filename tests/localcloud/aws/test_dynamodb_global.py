"""DynamoDB global tables: a write in one Region appears in the other, and back."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, STANDBY, eventually


@pytest.fixture
def table(world: World, organization: dict[str, str], unique: str) -> tuple[Any, Any, str]:
    here = world.session("payments", HOME).client("dynamodb")
    there = world.session("payments", STANDBY).client("dynamodb")
    name = f"limits-{unique}"
    here.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    here.put_item(TableName=name, Item=_item("before", "kept"))
    here.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": STANDBY}}])
    return here, there, name


def _key(identifier: str) -> dict[str, Any]:
    return {"id": {"S": identifier}, "n": {"N": "1"}}


def _item(identifier: str, value: str) -> dict[str, Any]:
    return {**_key(identifier), "value": {"S": value}}


def _value(client: Any, table: str, identifier: str) -> str | None:
    item = client.get_item(TableName=table, Key=_key(identifier)).get("Item")
    return item["value"]["S"] if item else None


def test_a_replica_has_the_items_and_both_tables_know_each_other(table: Any) -> None:
    here, there, name = table
    assert _value(there, name, "before") == "kept"
    for client, other in ((here, STANDBY), (there, HOME)):
        described = client.describe_table(TableName=name)["Table"]
        assert [replica["RegionName"] for replica in described["Replicas"]] == [other]
        assert described["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_every_kind_of_write_is_replicated_both_ways(table: Any) -> None:
    here, there, name = table
    here.put_item(TableName=name, Item=_item("put", "1"))
    eventually(lambda: _value(there, name, "put") == "1")
    there.update_item(
        TableName=name, Key=_key("put"), UpdateExpression="SET #v = :v",
        ExpressionAttributeNames={"#v": "value"}, ExpressionAttributeValues={":v": {"S": "2"}},
    )  # fmt: skip
    eventually(lambda: _value(here, name, "put") == "2")
    here.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": _item("batch", "3")}}]})
    here.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": _item("transaction", "4")}}])
    eventually(lambda: (_value(there, name, "batch"), _value(there, name, "transaction")) == ("3", "4"))
    here.delete_item(TableName=name, Key=_key("put"))
    eventually(lambda: _value(there, name, "put") is None)


def test_a_refused_write_changes_nothing_anywhere(table: Any) -> None:
    here, there, name = table
    with pytest.raises(ClientError):
        here.put_item(
            TableName=name, Item=_item("before", "lost"), ConditionExpression="attribute_not_exists(id)"
        )
    here.put_item(TableName=name, Item=_item("after", "x"))
    eventually(lambda: _value(there, name, "after") == "x")
    assert _value(there, name, "before") == "kept"


def test_a_deleted_replica_is_gone(table: Any) -> None:
    here, there, name = table
    here.update_table(TableName=name, ReplicaUpdates=[{"Delete": {"RegionName": STANDBY}}])
    with pytest.raises(ClientError, match="not found"):
        there.describe_table(TableName=name)
    assert "Replicas" not in here.describe_table(TableName=name)["Table"]

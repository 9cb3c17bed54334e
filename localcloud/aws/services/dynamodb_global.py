"""DynamoDB global tables (version 2019.11.21), performed: moto 5.2.5 accepts `ReplicaUpdates` and ignores them.

A replica is a table of the same schema in another Region; each write to one is copied to the others in the background,
soon after it is acknowledged, the last copied winning, as on AWS (asynchronous, last writer wins). Deliberately does
not: strong consistency across Regions, replicate PartiQL writes, or expire items.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from localcloud.aws import lifecycle
from localcloud.aws.calls import ApiError, Call, Reply, after, operation

LOG = logging.getLogger("localcloud.aws")

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}

_regions: dict[tuple[str, str], set[str]] = {}
"""(account, table) → Regions that hold it, for global tables."""
_work: queue.Queue[tuple[str, str, str, dict[str, Any]] | None] = queue.Queue()
"""(account, Region of the write, table, key) of items that have changed."""


@operation("dynamodb", "UpdateTable")
def update_table(call: Call) -> dict[str, Any] | Reply:
    """Create and delete replicas; everything else is moto's."""
    body = json.loads(call.body)
    updates = body.pop("ReplicaUpdates", [])
    if not updates:
        return _with_replicas(call, call.forward(), "TableDescription")
    name = _name(body["TableName"])
    for update in updates:
        if "Create" in update:
            _add(call.account, name, call.region, update["Create"]["RegionName"])
        elif "Delete" in update:
            _remove(call.account, name, update["Delete"]["RegionName"])
    if len(body) > 1:
        call.replace_body(json.dumps(body).encode())
        return _with_replicas(call, call.forward(), "TableDescription")
    table = dynamodb_backends[call.account][call.region].get_table(name)
    description = table.describe(base_key="TableDescription")["TableDescription"]
    return {"TableDescription": {**description, **_shown(call.account, name, call.region)}}


@operation("dynamodb", "DescribeTable")
def describe_table(call: Call) -> Reply:
    return _with_replicas(call, call.forward(), "Table")


@after("dynamodb", "DeleteTable")
def replica_gone(call: Call, _: Reply) -> None:
    _regions.get((call.account, _name(call.params["TableName"])), set()).discard(call.region)


@after("dynamodb", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
def items_written(call: Call, _: Reply) -> None:
    """Queue the keys of what has been written to global tables."""
    if not any(account == call.account for account, _table in _regions):
        return
    body = json.loads(call.body)
    for name, key_or_item in _written(call.operation, body):
        table_name = _name(name)
        if call.region in _regions.get((call.account, table_name), ()):
            table = dynamodb_backends[call.account][call.region].get_table(table_name)
            key = {attribute: key_or_item[attribute] for attribute in table.table_key_attrs}
            _work.put((call.account, call.region, table_name, key))


def _written(action: str, body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(table, item or key) of every write in a request."""
    if action == "BatchWriteItem":
        return [
            (table, request.get("PutRequest", {}).get("Item") or request["DeleteRequest"]["Key"])
            for table, requests in body["RequestItems"].items()
            for request in requests
        ]
    if action == "TransactWriteItems":
        writes = [next(iter(item.items())) for item in body["TransactItems"]]
        return [(w["TableName"], w.get("Item") or w["Key"]) for kind, w in writes if kind != "ConditionCheck"]
    return [(body["TableName"], body.get("Item") or body["Key"])]


def _add(account: str, name: str, here: str, region: str) -> None:
    """Create the replica with the source's schema and present items."""
    backends = dynamodb_backends[account]
    source = backends[here].get_table(name)
    held = _regions.setdefault((account, name), {here})
    if region in held or name in backends[region].tables:
        raise ApiError(
            "ValidationException", f"Failed to create the replica of {name}: it already exists in {region}"
        )
    if not (source.stream_specification or {}).get("StreamEnabled"):
        source.set_stream_specification(dict(STREAM))
    replica = backends[region].create_table(
        name,
        schema=source.schema,
        throughput=None if source.billing_mode == "PAY_PER_REQUEST" else dict(source.throughput),
        attr=source.attr,
        global_indexes=[index.describe() for index in source.global_indexes],
        indexes=[index.describe() for index in source.indexes],
        streams=dict(STREAM),
        billing_mode=source.billing_mode or "PROVISIONED",
        sse_specification=source.sse_specification,
        tags=list(source.tags),
        deletion_protection_enabled=source.deletion_protection_enabled,
        warm_throughput=None,
    )
    for item in source.all_items():
        replica.put_item(item.to_json()["Attributes"], overwrite=True)
    held.add(region)


def _remove(account: str, name: str, region: str) -> None:
    held = _regions.get((account, name), set())
    if region not in held:
        raise ApiError("ValidationException", f"There is no replica of {name} in {region}")
    held.discard(region)
    dynamodb_backends[account][region].delete_table(name)


def _copy(account: str, region: str, name: str, key: dict[str, Any]) -> None:
    """Bring the item's present state to every other Region."""
    item = dynamodb_backends[account][region].get_item(name, key)
    for other in sorted(_regions.get((account, name), set()) - {region}):
        table = dynamodb_backends[account][other].get_table(name)
        if item is not None:
            table.put_item(item.to_json()["Attributes"], overwrite=True)
        else:
            dynamodb_backends[account][other].delete_item(name, key)


def _shown(account: str, name: str, region: str) -> dict[str, Any]:
    others = sorted(_regions.get((account, name), set()) - {region})
    if not others:
        return {}
    replicas = [{"RegionName": other, "ReplicaStatus": "ACTIVE"} for other in others]
    return {"GlobalTableVersion": "2019.11.21", "Replicas": replicas}


def _with_replicas(call: Call, reply: Reply, member: str) -> Reply:
    """moto's description with the replicas added."""
    if not reply.ok:
        return reply
    body = json.loads(reply.body)
    body[member].update(_shown(call.account, body[member]["TableName"], call.region))
    return _json(body)


def _json(body: dict[str, Any]) -> Reply:
    return Reply(200, [("Content-Type", "application/x-amz-json-1.0")], json.dumps(body).encode())


def _name(reference: str) -> str:
    """A table named by ARN or name."""
    return reference.rsplit("/", 1)[-1]


def _run() -> None:
    while (item := _work.get()) is not None:
        try:
            _copy(*item)
        except Exception:
            LOG.exception("replication of %s", item[2])


@lifecycle.at_end
def _stop() -> None:
    _work.put(None)


def install() -> None:
    """Start the worker."""
    threading.Thread(target=_run, name="dynamodb-replication", daemon=True).start()

"""What happens when AWS says no, when half of a resource was made, and when the engine dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from localcloud.provider import lifecycle
from localcloud.provider.model import Call
from localcloud.provider.servicer import Provider
from localcloud.provider.wire import Props, decode, encode
from tests.localcloud.provider.cases.iam import trust
from tests.localcloud.provider.conftest import Stage
from tests.localcloud.provider.driver import Driver, Failed, urn_of

ROLE = "aws:iam/role:Role"
GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_an_error_names_operation_code_resource_and_remedy(stage: Stage, unique: str) -> None:
    inputs = {"name": f"taken-{unique}", "assumeRolePolicy": trust("lambda.amazonaws.com")}
    stage.audit.make(ROLE, inputs)
    with pytest.raises(Failed) as failure:
        stage.audit.make(ROLE, inputs, "other")
    text = str(failure.value)
    for part in (ROLE, "'other'", stage.audit_account, "CreateRole", "EntityAlreadyExists", "pulumi import"):
        assert part in text


def test_a_failed_sub_resource_leaves_a_partial_resource(stage: Stage, unique: str) -> None:
    checked, _ = stage.audit.check(
        ROLE,
        {
            "name": f"partial-{unique}",
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "managedPolicyArns": ["arn:aws:iam::aws:policy/NoSuchPolicy"],
        },
    )
    with pytest.raises(grpc.RpcError) as failure:
        stage.audit.stub.Create(pb.CreateRequest(urn=urn_of(ROLE), properties=encode(checked)))
    metadata = dict(failure.value.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    detail = pb.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id == f"partial-{unique}"
    assert "NoSuchEntity" in detail.reasons[0]
    assert decode(detail.properties)[0]["arn"].endswith(detail.id)
    assert decode(detail.inputs)[0] == checked


def test_an_object_made_for_a_dead_engine_is_adopted_by_its_own_urn_alone(
    stage: Stage, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = Driver(stage.port).configure()
    checked, _ = driver.check(GROUP, {"name": f"/crash/{unique}", "retentionInDays": 30}, unique)
    made = threading.Event()
    genuine = Provider._settle

    def until_the_engine_is_gone(self: Provider, call: Call, context: Any, *rest: Any) -> Any:
        outputs = genuine(self, call, context, *rest)
        made.set()
        assert_soon(lambda: not context.is_active())
        return outputs

    monkeypatch.setattr(Provider, "_settle", until_the_engine_is_gone)
    request = pb.CreateRequest(urn=urn_of(GROUP, unique), properties=encode(checked))
    pending = driver.stub.Create.future(request)
    assert made.wait(10)
    pending.cancel()
    driver.channel.close()
    assert_soon(lambda: stage.journal.exists() and urn_of(GROUP, unique) in stage.journal.read_text())
    monkeypatch.setattr(Provider, "_settle", genuine)

    engine = Driver(stage.port).configure()
    with pytest.raises(Failed, match="ResourceAlreadyExists"):
        engine.create(GROUP, checked, "somebody-else")
    again = engine.create(GROUP, {**checked, "retentionInDays": 60}, unique)
    assert again.id == f"/crash/{unique}"
    assert again.outputs["retentionInDays"] == 60
    with pytest.raises(Failed, match="ResourceAlreadyExists"):
        engine.create(GROUP, checked, unique)


def assert_soon(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_skip_destroy_leaves_the_object(stage: Stage, unique: str) -> None:
    made = stage.audit.make(GROUP, {"name": f"/kept/{unique}", "skipDestroy": True})
    stage.audit.delete(made)
    assert stage.audit.read(made)[0] == made.id


def test_a_defect_of_a_row_still_names_the_resource(
    stage: Stage, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Call) -> Props:
        raise KeyError("Oops")

    monkeypatch.setattr(lifecycle, "create", broken)
    with pytest.raises(Failed, match=r"'thing' in account .*: defect in the provider: KeyError: 'Oops'"):
        stage.audit.make(GROUP, {"name": f"/broken/{unique}"})


def test_a_gone_object_reads_as_gone(stage: Stage, unique: str) -> None:
    made = stage.audit.make(GROUP, {"name": f"/gone/{unique}"})
    stage.client("logs").delete_log_group(logGroupName=made.id)
    assert stage.audit.read(made)[0] == ""
    stage.audit.delete(made)

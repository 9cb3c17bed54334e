"""Outputs that another resource sets: a refresh keeps what was recorded, be it nothing."""

from types import SimpleNamespace

from localcloud.provider import lifecycle
from localcloud.provider.model import Call
from localcloud.provider.types import resource_types

QUEUE = resource_types()["aws:sqs/queue:Queue"]
LIVE = {"name": "q", "policy": '{"Statement":[]}'}


def call(**values) -> Call:
    instance = SimpleNamespace(region="us-east-2", account="1", default_tags={}, ignored_tags=())
    return Call(QUEUE, instance, "urn:pulumi:s::p::aws:sqs/queue:Queue::q", physical_id="q", **values)


def test_a_refresh_does_not_pick_up_what_was_not_recorded():
    refreshed = call(inputs={"name": "q"}, state={"name": "q"})
    assert "policy" not in lifecycle.outputs_of(refreshed, dict(LIVE), refreshed.state)


def test_a_refresh_keeps_what_was_recorded():
    refreshed = call(inputs={"name": "q"}, state={"name": "q", "policy": "{}"})
    assert lifecycle.outputs_of(refreshed, dict(LIVE), refreshed.state)["policy"] == "{}"


def test_creation_records_what_is_there():
    created = call(inputs={"name": "q"})
    assert lifecycle.outputs_of(created, dict(LIVE), created.inputs)["policy"] == LIVE["policy"]

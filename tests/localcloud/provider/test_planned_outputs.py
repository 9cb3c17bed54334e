"""Planned outputs: what a preview says of a resource before AWS is asked."""

from localcloud.provider import lifecycle
from localcloud.provider.types import resource_types
from localcloud.provider.wire import UNKNOWN

GROUP = resource_types()["aws:cloudwatch/logGroup:LogGroup"]


def test_the_id_of_a_new_resource_is_unknown_and_that_of_an_existing_one_is_repeated():
    assert lifecycle.planned(GROUP, {"name": "a"})["id"] is UNKNOWN
    assert lifecycle.planned(GROUP, {"name": "a"}, {"id": "a"})["id"] == "a"


def test_a_state_written_before_ids_were_repeated_plans_none():
    assert "id" not in lifecycle.planned(GROUP, {"name": "a"}, {"name": "a"})

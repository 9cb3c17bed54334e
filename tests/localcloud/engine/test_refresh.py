"""Refresh: what is recorded follows what is there."""

from __future__ import annotations

from .lab.provider import Fault, LabProvider
from .lab.stack import Stack

PAIR = 'a = Thing("a", size=1)\nThing("b", of=a.arn)\npulumi.export("size", 1)'


def test_drift_is_written_into_inputs_and_outputs_and_put_back_by_up(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.alter("a", size=9)
    outcome = stack.refresh()
    assert outcome.result.changes == {"update": 1, "same": 2}
    assert stack.state()["a"].inputs["size"] == 9
    assert stack.state()["a"].outputs["size"] == 9
    assert stack.up().ok
    assert lab.made() == ["Update a"]


def test_without_drift_nothing_counts_as_changed(stack: Stack) -> None:
    stack.up(PAIR)
    assert not stack.refresh().result.changed


def test_a_preview_of_a_refresh_writes_nothing(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.alter("a", size=9)
    assert stack.refresh_preview().result.changes["update"] == 1
    assert stack.state()["a"].inputs["size"] == 1


def test_what_is_gone_leaves_the_state_and_the_dependencies_of_others(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a")\nThing("b", of=a.arn, opts=O(parent=a))')
    lab.lose("a")
    assert stack.refresh().result.changes["delete"] == 1
    left = stack.state()["b"]
    assert left.dependencies == []
    assert left.parent.endswith("::app-dev")
    assert stack.up().ok
    assert "Create a" in lab.made()


def test_up_with_refresh_repairs_in_one_go(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.alter("a", size=9)
    lab.lose("b")
    assert stack.up(refresh=True).ok
    assert sorted(lab.made()) == ["Create b", "Update a"]


def test_a_preview_with_refresh_sees_the_drift_and_keeps_the_state(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.alter("a", size=9)
    assert stack.preview(refresh=True).result.changes == {"update": 1, "same": 2}
    assert stack.state()["a"].inputs["size"] == 1


def test_a_read_that_fails_fails_the_refresh_but_keeps_the_others(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.alter("b", of="changed")
    lab.faults["Read a"] = Fault("throttled")
    outcome = stack.refresh()
    assert not outcome.ok
    assert "throttled" in outcome.said
    assert stack.state()["a"].inputs == {"size": 1}
    assert stack.state()["b"].inputs["of"] == "changed"


def test_an_unhealthy_object_is_noted_and_mended_by_up(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.faults["Read a"] = Fault(partial=["degraded"])
    outcome = stack.refresh()
    assert outcome.ok
    assert "degraded" in outcome.said
    assert stack.state()["a"].init_errors == ["degraded"]
    lab.faults.clear()
    stack.up()
    assert lab.made() == ["Update a"]


def test_only_targets_are_read(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    stack.refresh(targets=[stack.urn("b")])
    assert [str(call) for call in lab.calls if call.method == "Read"] == ["Read b"]


def test_destroy_with_refresh_does_not_delete_what_is_gone(stack: Stack, lab: LabProvider) -> None:
    stack.up(PAIR)
    lab.lose("b")
    assert stack.destroy(refresh=True).ok
    assert lab.made() == ["Delete a"]


def test_running_the_program_refreshes_with_its_present_provider_settings(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('p = Lab("p", token="old")\nThing("a", opts=O(provider=p))')
    stack.program(
        'p = Lab("p", token="new")\nThing("a", opts=O(provider=p))\nThing("not-there", opts=O(provider=p))'
    )
    lab.alter("a", size=4)
    outcome = stack.refresh(run_program=True)
    assert outcome.ok
    assert [call.arguments["token"] for call in lab.asked("Configure", "p")] == ["new"]
    assert stack.state()["a"].inputs == {"size": 4}
    assert "not-there" not in stack.state()
    assert lab.made() == []

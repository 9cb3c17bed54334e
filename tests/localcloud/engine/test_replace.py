"""Replacing an object: what goes first, who goes along, what stays when it goes wrong."""

from __future__ import annotations

from .lab.provider import Fault, LabProvider
from .lab.stack import Stack

CHAIN = """
a = Thing("a", zone="{zone}", opts=O({options}))
b = Thing("b", zone=a.id)
c = Thing("c", of=b.arn)
"""


def chain(zone: str, options: str = "") -> str:
    return CHAIN.format(zone=zone, options=options)


def test_new_objects_come_before_old_ones_go(stack: Stack, lab: LabProvider) -> None:
    stack.up(chain("x"))
    assert stack.up(chain("y")).ok
    assert lab.made() == ["Create a", "Create b", "Update c", "Delete b", "Delete a"]


def test_delete_before_replace_takes_along_those_whose_diff_would_replace(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up(chain("x"))
    assert stack.up(chain("y", "delete_before_replace=True")).ok
    assert lab.made() == ["Delete b", "Delete a", "Create a", "Create b", "Update c"]


def test_a_failed_create_after_the_delete_is_made_up_for_by_the_next_run(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('Exclusive("a", zone="x")')
    lab.faults["Create a"] = Fault("no room")
    assert not stack.up('Exclusive("a", zone="y")').ok
    assert stack.state()["a"].pending_replacement
    lab.faults.clear()
    assert stack.up().ok
    assert lab.made() == ["Create a"]
    assert not stack.state()["a"].pending_replacement


def test_an_abandoned_half_replacement_leaves_the_state_without_a_call(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('Exclusive("a", zone="x")')
    lab.faults["Create a"] = Fault("no room")
    stack.up('Exclusive("a", zone="y")')
    assert stack.up("").ok
    assert lab.made() == []
    assert stack.state() == {}


def test_an_old_object_that_cannot_be_deleted_is_deleted_by_the_next_run(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('Thing("a", zone="x")')
    lab.faults["Delete a"] = Fault("in use")
    assert not stack.up('Thing("a", zone="y")').ok
    assert [state.delete for state in stack.snapshot().resources if state.name == "a"] == [False, True]
    lab.faults.clear()
    assert stack.preview().result.changes == {"same": 2}
    assert stack.up().ok
    assert lab.made() == ["Delete a"]


def test_replace_on_changes_makes_an_update_a_replacement(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", size=1, tags={"x": 1})')
    stack.up('Thing("a", size=2, tags={"x": 1}, opts=O(replace_on_changes=["size"]))')
    assert lab.made() == ["Create a", "Delete a"]


def test_replace_on_changes_below_a_reported_key_does_not_match(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", items=[1])')
    stack.up('Thing("a", items=[2], opts=O(replace_on_changes=["items[0]"]))')
    assert lab.made() == ["Update a"]


def test_named_resources_are_replaced_on_demand(stack: Stack, lab: LabProvider) -> None:
    text = 'a = Thing("a", size=1)\nThing("b", of=a.id)'
    stack.up(text)
    assert stack.up(replace=[stack.urn("a")]).ok
    assert lab.made() == ["Create a", "Update b", "Delete a"]


def test_replacing_what_is_protected_is_refused_before_anything_is_made(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('Thing("a", zone="x", opts=O(protect=True))')
    outcome = stack.up('Thing("a", zone="y", opts=O(protect=True))')
    assert not outcome.ok
    assert "protect" in outcome.said
    assert lab.made() == []

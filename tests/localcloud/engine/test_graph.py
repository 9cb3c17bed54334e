"""Dependencies among recorded resources."""

from __future__ import annotations

from localcloud.engine.graph import DependencyGraph, in_order
from localcloud.engine.state import ResourceState


def resource(name: str, *needs: str, **more: object) -> ResourceState:
    state = ResourceState(urn=name, type="t", dependencies=list(needs))
    for key, item in more.items():
        setattr(state, key, item)
    return state


def names(states: list[ResourceState]) -> list[str]:
    return [state.urn for state in states]


def test_dependents_are_found_through_any_kind_of_reference() -> None:
    root = resource("root")
    states = [
        root,
        resource("direct", "root"),
        resource("by-property", property_dependencies={"x": ["direct"]}),
        resource("by-provider", provider="by-property::id"),
        resource("child", parent="root"),
        resource("free"),
    ]
    graph = DependencyGraph(states)
    assert names(graph.depending_on(root)) == ["direct", "by-property", "by-provider"]
    assert names(graph.depending_on(root, children=True)) == ["direct", "by-property", "by-provider", "child"]
    assert names(graph.depending_on(root, {"direct"})) == []


def test_what_is_in_order_stays_as_it_is() -> None:
    states = [resource("a"), resource("b", "a"), resource("c")]
    assert in_order(states) == states


def test_what_is_out_of_order_moves_behind_what_it_needs() -> None:
    states = [resource("c", "b"), resource("b", "a"), resource("a"), resource("d")]
    assert names(in_order(states)) == ["a", "b", "c", "d"]


def test_a_copy_that_waits_for_its_deletion_does_not_stand_in_for_the_live_one() -> None:
    old = resource("a", delete=True)
    states = [resource("b", "a"), old, resource("a", id="new")]
    assert [(state.urn, state.id) for state in in_order(states)] == [("a", "new"), ("b", ""), ("a", "")]

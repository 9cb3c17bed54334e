"""Operations limited to some resources."""

from __future__ import annotations

from .lab.provider import LabProvider
from .lab.stack import Stack

TREE = """
a = Thing("a", size={n})
b = Thing("b", of=a.rev, size={n})
Thing("c", size={n})
"""


def tree(n: int) -> str:
    return TREE.format(n=n)


def test_only_the_target_is_updated(stack: Stack, lab: LabProvider) -> None:
    stack.up(tree(1))
    assert stack.up(tree(2), targets=[stack.urn("a")]).ok
    assert lab.made() == ["Update a"]


def test_dependents_come_along_when_asked_for(stack: Stack, lab: LabProvider) -> None:
    stack.up(tree(1))
    assert stack.up(tree(2), targets=[stack.urn("a")], target_dependents=True).ok
    assert lab.made() == ["Update a", "Update b"]


def test_wildcards_name_several(stack: Stack, lab: LabProvider) -> None:
    stack.up(tree(1))
    stack.up(tree(2), targets=["urn:pulumi:dev::app::**::a", "**::c"])
    assert sorted(lab.made()) == ["Update a", "Update c"]


def test_excluded_resources_stay(stack: Stack, lab: LabProvider) -> None:
    stack.up(tree(1))
    assert stack.up(tree(2), excludes=[stack.urn("a")], exclude_dependents=True).ok
    assert lab.made() == ["Update c"]


def test_a_target_that_needs_an_untargeted_create_is_refused(stack: Stack, lab: LabProvider) -> None:
    outcome = stack.up(tree(1), targets=[stack.urn("b")])
    assert not outcome.ok
    assert "--target" in outcome.said
    assert lab.made() == []


def test_an_unknown_target_is_refused(stack: Stack) -> None:
    stack.up(tree(1))
    outcome = stack.up(targets=[stack.urn("nonesuch")])
    assert not outcome.ok
    assert "could not be found" in outcome.said


def test_destroying_a_target_with_dependents_needs_their_consent(stack: Stack, lab: LabProvider) -> None:
    stack.up(tree(1))
    assert not stack.destroy(targets=[stack.urn("a")]).ok
    assert lab.made() == []
    assert stack.destroy(targets=[stack.urn("a")], target_dependents=True).ok
    assert lab.made() == ["Delete b", "Delete a"]


def test_destroying_all_but_the_excluded_keeps_what_it_needs(stack: Stack, lab: LabProvider) -> None:
    stack.up(tree(1))
    assert stack.destroy(excludes=[stack.urn("b")]).ok
    assert lab.made() == ["Delete c"]


def test_destroy_can_leave_out_the_protected(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a")\nThing("b", of=a.arn, opts=O(protect=True))\nThing("c")')
    assert stack.destroy(exclude_protected=True).ok
    assert lab.made() == ["Delete c"]

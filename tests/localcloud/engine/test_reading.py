"""What is not created here: reads, imports, functions, other stacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from localcloud.engine.secrets import PassphraseSecrets
from localcloud.engine.values import Secret

from .lab.provider import LabProvider
from .lab.stack import Stack


def found(lab: LabProvider, identity: str, **inputs: object) -> None:
    """An object that exists already."""
    outputs = {**inputs, "arn": f"arn:found:{identity}", "rev": 7}
    lab.objects[identity] = {"name": identity, "inputs": dict(inputs), "outputs": outputs}


READ = 'got = Thing("got", opts=O(id="ext-1"))\na = Thing("a", of=got.arn)\npulumi.export("arn", got.arn)'


def test_a_read_resource_is_recorded_as_external_and_never_deleted(stack: Stack, lab: LabProvider) -> None:
    found(lab, "ext-1", size=3)
    assert stack.up(READ).ok
    assert stack.outputs() == {"arn": "arn:found:ext-1"}
    assert stack.state()["got"].external
    assert stack.up('Thing("a", of="x")').ok
    assert "got" not in stack.state()
    assert "Delete got" not in lab.made()


def test_a_read_happens_in_previews_too(stack: Stack, lab: LabProvider) -> None:
    found(lab, "ext-1", size=3)
    outcome = stack.preview(READ)
    assert outcome.ops("got") == ["read"]
    assert outcome.result.changes == {"create": 2}
    assert lab.asked("Create", "a")[0].arguments["inputs"] == {"of": "arn:found:ext-1"}


def test_reading_what_is_not_there_fails(stack: Stack) -> None:
    outcome = stack.up(READ)
    assert not outcome.ok
    assert "'ext-1' does not exist" in outcome.said


def test_taking_over_what_was_read_creates_an_object_of_its_own(stack: Stack, lab: LabProvider) -> None:
    found(lab, "ext-1", size=3)
    stack.up(READ)
    assert stack.up('got = Thing("got", size=3)').ok
    assert "Create got" in lab.made()
    assert "ext-1" in lab.objects
    assert not stack.state()["got"].external


def test_giving_up_an_object_for_a_read_one_deletes_it(stack: Stack, lab: LabProvider) -> None:
    found(lab, "ext-1", size=3)
    stack.up('Thing("got", size=1)')
    assert stack.up('Thing("got", opts=O(id="ext-1"))').ok
    assert lab.made() == ["Delete got"]
    assert "ext-1" in lab.objects


def test_an_import_that_matches_changes_nothing(stack: Stack, lab: LabProvider) -> None:
    found(lab, "ext-1", size=3)
    outcome = stack.up('Thing("a", size=3, opts=O(import_="ext-1"))')
    assert outcome.ok
    assert outcome.ops("a") == ["import", "same"]
    assert lab.made() == []
    assert stack.state()["a"].id == "ext-1"
    assert stack.up().result.changes == {"same": 2}


def test_an_import_that_does_not_match_is_imported_and_then_updated(stack: Stack, lab: LabProvider) -> None:
    found(lab, "ext-1", size=3)
    outcome = stack.up('Thing("a", size=4, opts=O(import_="ext-1"))')
    assert outcome.ok
    assert outcome.ops("a") == ["import", "update"]
    assert lab.made() == ["Update a"]
    assert stack.state()["a"].inputs == {"size": 4}


def test_importing_what_is_not_there_fails_and_leaves_nothing(stack: Stack) -> None:
    outcome = stack.up('Thing("a", opts=O(import_="nonesuch"))')
    assert not outcome.ok
    assert "'nonesuch' does not exist" in outcome.said
    assert stack.state() == {}


def test_functions_get_arguments_and_return_secrets(stack: Stack, lab: LabProvider) -> None:
    stack.up("""
        p = Lab("p", region="west")
        r = ask("getSecret", {"name": "x"}, provider=p)
        pulumi.export("region", r["region"])
        pulumi.export("secret", r["secret"])
    """)
    assert stack.outputs() == {"region": Secret("west"), "secret": Secret("told-in-confidence")}


def test_functions_of_what_is_not_there_yet_are_not_asked_in_a_preview(
    stack: Stack, lab: LabProvider
) -> None:
    text = 'a = Thing("a")\npulumi.export("x", ask("getThing", {"of": a.arn})["echo"])'
    assert stack.preview(text).ok
    assert not lab.asked("Invoke", "getThing")
    stack.up()
    assert stack.outputs()["x"] == {"of": stack.state()["a"].outputs["arn"]}


def test_a_function_that_refuses_fails_the_program(stack: Stack) -> None:
    outcome = stack.up('ask("getThing", {"fail": True})')
    assert not outcome.ok
    assert "asked to fail" in outcome.said


def test_another_stack_is_read_with_its_own_secrets(
    stack: Stack, tmp_path: Path, lab: LabProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "other")
    other = Stack(tmp_path, lab, PassphraseSecrets.create("other"), project="net")
    other.up('pulumi.export("vpc", "v-1")\npulumi.export("token", pulumi.Output.secret("t0ken"))')
    outcome = stack.up("""
        ref = pulumi.StackReference("organization/net/dev")
        pulumi.export("vpc", ref.get_output("vpc"))
        pulumi.export("token", ref.require_output("token"))
        pulumi.export("none", ref.get_output("none"))
    """)
    assert outcome.ok, outcome.said
    assert stack.outputs() == {"vpc": "v-1", "token": Secret("t0ken")}
    assert "t0ken" not in stack.backend.path(stack.ref).read_text()
    assert not stack.preview().result.changed


def test_an_unknown_stack_is_named(stack: Stack) -> None:
    outcome = stack.preview('pulumi.StackReference("organization/net/nonesuch")')
    assert not outcome.ok
    assert "organization/net/nonesuch" in outcome.said

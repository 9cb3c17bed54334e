"""When things go wrong: what finishes, what is kept, and how the next run goes on."""

from __future__ import annotations

import threading

from localcloud.engine.values import Secret

from .lab.provider import Fault, LabProvider
from .lab.stack import Stack


def test_siblings_under_way_finish_and_dependents_do_not_begin(stack: Stack, lab: LabProvider) -> None:
    hold = threading.Event()
    lab.faults["Create slow"] = Fault(hold=hold)
    lab.faults["Create bad"] = Fault("boom")
    threading.Thread(target=lambda: (lab.faults["Create bad"].reached.wait(30), hold.set())).start()
    outcome = stack.up(
        'slow = Thing("slow")\nbad = Thing("bad")\nThing("next", of=bad.arn)\nThing("late", of=slow.arn)'
    )
    assert not outcome.ok
    assert "boom" in outcome.said
    assert set(stack.state()) == {"slow"}
    assert not lab.asked("Create", "next")
    lab.faults.clear()
    assert stack.up().ok
    assert set(lab.made()) == {"Create bad", "Create next", "Create late"}


def test_continue_on_error_leaves_out_only_what_needs_the_failed_one(stack: Stack, lab: LabProvider) -> None:
    lab.faults["Create bad"] = Fault("boom")
    outcome = stack.up(
        'bad = Thing("bad")\nThing("next", of=bad.arn)\nThing("other")', continue_on_error=True
    )
    assert not outcome.ok
    assert set(stack.state()) == {"other"}


def test_a_partial_create_keeps_the_new_inputs_and_is_retried_as_an_update(
    stack: Stack, lab: LabProvider
) -> None:
    lab.faults["Create a"] = Fault(partial=["not ready"])
    outcome = stack.up('Thing("a", size=1)')
    assert not outcome.ok
    assert "not ready" in outcome.said
    kept = stack.state()["a"]
    assert kept.init_errors == ["not ready"]
    assert kept.inputs == {"size": 1}
    lab.faults.clear()
    assert stack.up().ok
    assert lab.made() == ["Update a"]
    assert stack.state()["a"].init_errors == []


def test_a_partial_update_keeps_the_old_inputs_with_the_new_outputs(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", size=1)')
    lab.faults["Update a"] = Fault(partial=["shaky"])
    assert not stack.up('Thing("a", size=2)').ok
    kept = stack.state()["a"]
    assert kept.inputs == {"size": 1}
    assert kept.outputs["size"] == 2
    assert kept.init_errors == ["shaky"]


def test_outputs_exported_before_an_exception_are_saved_and_nothing_is_deleted(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('Thing("a")\nThing("gone")\npulumi.export("x", 1)\npulumi.export("old", 1)')
    outcome = stack.up('Thing("a")\npulumi.export("x", 2)\nraise ValueError("mistake of mine")')
    assert not outcome.ok
    assert "mistake of mine" in outcome.said
    assert "__main__.py" in outcome.said
    assert stack.outputs() == {"x": 2, "old": 1}
    assert "Delete gone" not in lab.made()


def test_an_exception_inside_apply_fails_the_run(stack: Stack, lab: LabProvider) -> None:
    outcome = stack.up('a = Thing("a")\na.arn.apply(lambda arn: 1 / 0)')
    assert not outcome.ok
    assert "ZeroDivisionError" in outcome.said
    assert set(stack.state()) == {"a"}


def test_a_run_error_is_shown_without_a_traceback(stack: Stack) -> None:
    outcome = stack.preview('raise pulumi.RunError("config key needed: add it")')
    assert not outcome.ok
    assert "config key needed: add it" in outcome.said
    assert "Traceback" not in outcome.said


def test_an_error_message_alone_does_not_fail_the_run(stack: Stack) -> None:
    outcome = stack.up('pulumi.log.error("just saying")')
    assert outcome.ok
    assert "just saying" in outcome.said


def test_an_exit_code_of_the_program_is_told(stack: Stack) -> None:
    outcome = stack.up("import sys\nsys.exit(3)")
    assert not outcome.ok
    assert "non-zero exit code: 3" in outcome.said


def test_refused_inputs_name_the_property(stack: Stack, lab: LabProvider) -> None:
    outcome = stack.preview('Thing("a", invalid=1)')
    assert not outcome.ok
    assert "property invalid" in outcome.said
    assert not lab.made()


def test_a_secret_among_refused_inputs_is_not_shown(stack: Stack) -> None:
    outcome = stack.preview('Thing("a", invalid=pulumi.Output.secret("hush"))')
    assert not outcome.ok
    assert "hush" not in outcome.said


def test_the_same_urn_twice_is_refused(stack: Stack) -> None:
    outcome = stack.preview('Thing("a")\nThing("a")')
    assert not outcome.ok
    assert "Duplicate resource URN" in outcome.said


def test_a_delete_that_fails_keeps_what_it_needs(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a")\nb = Thing("b", of=a.arn)\nThing("c", of=b.arn)')
    lab.faults["Delete b"] = Fault("in use")
    assert not stack.destroy().ok
    assert set(stack.state()) == {"a", "b"}
    lab.faults.clear()
    assert stack.destroy().ok
    assert stack.snapshot().resources == []


def test_a_protected_resource_stops_only_its_own_deletion(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a", opts=O(protect=True))\nThing("b", of=a.arn)\nThing("c")')
    outcome = stack.destroy()
    assert not outcome.ok
    assert "protect" in outcome.said
    assert set(stack.state()) == {"a"}


def test_a_provider_that_cannot_be_configured_fails_its_resources(stack: Stack, lab: LabProvider) -> None:
    lab.faults["Configure default"] = Fault("bad credentials")
    outcome = stack.up('Thing("a")')
    assert not outcome.ok
    assert "bad credentials" in outcome.said


def test_an_unknown_package_is_refused_by_name(stack: Stack) -> None:
    outcome = stack.preview('pulumi.CustomResource("other:index:X", "x", {})')
    assert not outcome.ok
    assert "no resource provider for package 'other'" in outcome.said


def test_remote_components_are_refused_by_name(stack: Stack) -> None:
    outcome = stack.preview('pulumi.ComponentResource("lab:index:Far", "far", {}, None, True)')
    assert not outcome.ok
    assert "remote component" in outcome.said


def test_secrets_survive_a_failure(stack: Stack, lab: LabProvider) -> None:
    lab.faults["Create a"] = Fault(partial=["slow"])
    stack.up('Thing("a", pw=pulumi.Output.secret("s3cr3t"))')
    assert stack.state()["a"].inputs["pw"] == Secret("s3cr3t")
    assert "s3cr3t" not in stack.backend.path(stack.ref).read_text()

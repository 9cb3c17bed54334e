"""Policy packs during an operation: what stops it, what only speaks, what changes inputs."""

from __future__ import annotations

from localcloud.engine.events import PolicyRemediation, PolicyViolation

from .lab.provider import LabProvider
from .lab.stack import Outcome, Stack

RESOURCE = """
def check(args, report):
    if args.props.get("size", 0) > 10:
        report(f"{{args.name}} is too big")
PolicyPack("lab", enforcement_level=EnforcementLevel.{level},
           policies=[ResourceValidationPolicy("no-big", "no big things", check)])
"""
REMEDY = """
def fix(args):
    if args.props.get("size", 0) > 10:
        return {**args.props, "size": 10}
def check(args, report):
    if args.props.get("size", 0) > 10:
        report("still too big")
PolicyPack("lab", policies=[ResourceValidationPolicy(
    "no-big", "no big things", check, enforcement_level=EnforcementLevel.REMEDIATE, remediate=fix)])
"""
STACK = """
def check(args, report):
    big = [r for r in args.resources if r.props.get("size", 0) > 10]
    if big:
        report(f"{len(big)} big, first after {[d.name for d in big[0].dependencies]}", big[0].urn)
PolicyPack("lab", enforcement_level=EnforcementLevel.MANDATORY,
           policies=[StackValidationPolicy("few-big", "few big things", check)])
"""
PROGRAM = 'a = Thing("a", size=1)\nThing("b", size=11, of=a.arn)'


def violations(outcome: Outcome) -> list[PolicyViolation]:
    return [event for event in outcome.events if isinstance(event, PolicyViolation)]


def test_a_mandatory_violation_is_shown_in_a_preview_and_fails_it(stack: Stack) -> None:
    pack = stack.pack("mandatory", RESOURCE.format(level="MANDATORY"))
    outcome = stack.preview(PROGRAM, policy_packs=[pack])
    assert not outcome.ok
    assert [each.urn for each in violations(outcome)] == [stack.urn("b")]


def test_what_was_registered_before_a_violation_stays(stack: Stack, lab: LabProvider) -> None:
    pack = stack.pack("mandatory", RESOURCE.format(level="MANDATORY"))
    outcome = stack.up(PROGRAM, policy_packs=[pack])
    assert not outcome.ok
    assert lab.made() == ["Create a"]
    assert set(stack.state()) == {"a"}


def test_an_advisory_violation_only_speaks(stack: Stack) -> None:
    pack = stack.pack("advisory", RESOURCE.format(level="ADVISORY"))
    outcome = stack.up(PROGRAM, policy_packs=[pack])
    assert outcome.ok
    assert [each.enforcement for each in violations(outcome)] == ["advisory"]


def test_a_remediation_changes_the_inputs_before_they_are_judged(stack: Stack, lab: LabProvider) -> None:
    outcome = stack.up(PROGRAM, policy_packs=[stack.pack("remedy", REMEDY)])
    assert outcome.ok, outcome.said
    assert stack.state()["b"].inputs["size"] == 10
    assert [event.urn for event in outcome.events if isinstance(event, PolicyRemediation)] == [stack.urn("b")]


def test_stack_policies_judge_outputs_after_the_creates(stack: Stack, lab: LabProvider) -> None:
    outcome = stack.up(PROGRAM, policy_packs=[stack.pack("whole", STACK)])
    assert not outcome.ok
    assert lab.made() == ["Create a", "Create b"]
    assert [(each.urn, each.message) for each in violations(outcome)] == [
        (stack.urn("b"), "no big things\n1 big, first after ['a']")
    ] or "1 big" in violations(outcome)[0].message

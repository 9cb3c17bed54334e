"""Every policy on every case of its specification."""

from __future__ import annotations

import pytest

from policies.framework.catalogue import catalogue, entry
from policies.framework.context import context_for
from policies.framework.messages import violation
from policies.framework.results import Fail, NotApplicable, Pass, Result, Undecided
from policies.framework.rule import rule_of
from tests.policies.cases import (
    FAIL,
    KINDS,
    NOT_APPLICABLE,
    PASS,
    UNKNOWN,
    Case,
    audit_buckets,
    detection,
    identity,
    keys_and_stores,
    logging,
    operations,
    organization,
)
from tests.policies.estate import estate

CASES: list[Case] = [
    case
    for chapter in (logging, audit_buckets, detection, identity, keys_and_stores, organization, operations)
    for case in chapter.CASES
]
SPECIFIED_ELSEWHERE = {("OPS-04", FAIL), ("OPS-04", NOT_APPLICABLE)}
"""Exemptions are data of the product, not of a stack: `test_exemptions.py` says when they fail."""


def evaluate(case: Case) -> list[Result]:
    stack = case.world.first_preview() if case.preview else case.world.stack()
    return rule_of(entry(case.id)).evaluate(stack, context_for(case.world.stack_name))


def ids(case: Case) -> str:
    return f"{case.id} {case.kind}: {case.title}"


def of_kind(kind: str) -> list[Case]:
    return [case for case in CASES if case.kind == kind]


@pytest.mark.parametrize("case", of_kind(PASS), ids=ids)
def test_what_complies_is_left_alone(case: Case) -> None:
    results = evaluate(case)
    assert not [r for r in results if isinstance(r, Fail | Undecided)]
    assert results


@pytest.mark.parametrize("case", of_kind(FAIL), ids=ids)
def test_what_does_not_is_refused_by_name_property_and_finding(case: Case) -> None:
    failures = [r for r in evaluate(case) if isinstance(r, Fail)]
    matching = [
        f for f in failures if (f.name, f.property) == (case.name, case.property) and case.found in f.found
    ]
    assert matching, f"no failure of {case.name}.{case.property} with {case.found!r} among {failures}"


@pytest.mark.parametrize("case", of_kind(FAIL), ids=ids)
def test_a_refusal_says_all_a_reviewer_needs(case: Case) -> None:
    policy = entry(case.id)
    fail = next(r for r in evaluate(case) if isinstance(r, Fail) and r.name == case.name)
    message = violation(policy, fail)
    for part in (policy.id, fail.name, fail.property, fail.found, fail.expected, policy.why, policy.fix):
        assert part in message
    for control in policy.pci + policy.soc2:
        assert control in message
    assert fail.urn == "" or fail.urn.endswith(f"::{fail.name}")


@pytest.mark.parametrize("case", of_kind(NOT_APPLICABLE), ids=ids)
def test_what_is_none_of_its_business_is_not_applicable(case: Case) -> None:
    assert all(isinstance(r, NotApplicable) for r in evaluate(case))


@pytest.mark.parametrize("case", of_kind(UNKNOWN), ids=ids)
def test_an_unknown_neither_passes_nor_fails(case: Case) -> None:
    results = evaluate(case)
    assert not [r for r in results if isinstance(r, Fail)]
    waiting = [(r.name, r.property) for r in results if isinstance(r, Undecided)]
    assert (case.name, case.property) in waiting if case.name else not waiting


@pytest.mark.parametrize("policy", catalogue(), ids=lambda policy: policy.id)
def test_every_policy_is_specified_in_all_four_ways(policy) -> None:  # type: ignore[no-untyped-def]
    specified = {case.kind for case in CASES if case.id == policy.id}
    elsewhere = {kind for policy_id, kind in SPECIFIED_ELSEWHERE if policy_id == policy.id}
    assert specified | elsewhere == set(KINDS)


@pytest.mark.parametrize("policy", catalogue(), ids=lambda policy: policy.id)
@pytest.mark.parametrize("moment", ["first preview", "state"])
def test_the_good_estate_is_accepted(policy, moment: str) -> None:  # type: ignore[no-untyped-def]
    world = estate()
    stack = world.stack() if moment == "state" else world.first_preview()
    results = rule_of(policy).evaluate(stack, context_for(world.stack_name))
    assert not [r for r in results if isinstance(r, Fail)]
    if moment == "state":
        assert not [r for r in results if isinstance(r, Undecided)], "after the update nothing waits"
        assert policy.id == "IAM-01" or any(isinstance(r, Pass) for r in results), "exercised by the estate"

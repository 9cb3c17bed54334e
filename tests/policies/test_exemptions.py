"""Exemptions count only while they are known, owned, reasoned and in date; all others are refused by name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pulumi_policy import StackValidationArgs

from policies.framework import exemptions as module
from policies.framework.adapter import Run, policy_of
from policies.framework.catalogue import catalogue, entry
from policies.framework.context import context_for
from policies.framework.exemptions import FILE, Exemptions, load
from policies.framework.results import Fail, NotApplicable
from policies.framework.rule import rule_of
from tests.policies.estate import estate
from tests.policies.sdk import stack_arguments

TODAY = datetime.date(2026, 11, 23)
WORLD = estate().change("inspector", resourceTypes=["EC2", "ECR"])
URN = WORLD.urn("inspector")
GOOD = {
    "id": "DET-06",
    "urn": URN,
    "reason": "Functions are scanned by the build until the plan is bought.",
    "owner": "security@payments.example.com",
    "control": "11.3.1",
    "expiry": datetime.date(2027, 1, 31),
}


def written(tmp_path: Path, *rows: object) -> Exemptions:
    path = tmp_path / "exemptions.yaml"
    path.write_text(yaml.safe_dump({"exemptions": list(rows)}))
    return load(path, catalogue())


@pytest.fixture
def in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    expiry = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=30)
    held = written(tmp_path, {**GOOD, "expiry": expiry})
    for place in (
        "policies.framework.adapter.exemptions",
        "policies.rules.operations.valid_exemptions.exemptions",
    ):
        monkeypatch.setattr(place, lambda: held)
    return


def test_the_product_has_none() -> None:
    held = load(FILE, catalogue())
    assert (held.listed, held.faults) == ((), ())


def test_a_good_one_covers_its_policy_and_resource_only(tmp_path: Path) -> None:
    held = written(tmp_path, GOOD)
    assert held.cover("DET-06", URN, TODAY)
    assert not held.cover("DET-01", URN, TODAY)
    assert not held.cover("DET-06", WORLD.urn("detector"), TODAY)
    assert not held.cover("DET-06", "", TODAY), "a fault of the whole stack has no resource to exempt"


def test_it_ends_on_the_day_after_its_expiry(tmp_path: Path) -> None:
    held = written(tmp_path, GOOD)
    assert held.cover("DET-06", URN, datetime.date(2027, 1, 31))
    assert not held.cover("DET-06", URN, datetime.date(2027, 2, 1))


@pytest.mark.parametrize(
    ("change", "key", "found"),
    [
        ({"id": "DET-99"}, "id", "DET-99"),
        ({"id": "LOG-07", "control": "10.5.1"}, "id", "LOG-07"),
        ({"id": "KMS-01", "control": "3.7.4"}, "id", "KMS-01"),
        ({"id": "LED-01", "control": "A1.2"}, "id", "LED-01"),
        ({"reason": ""}, "reason", "missing or empty"),
        ({"owner": None}, "owner", "missing or empty"),
        ({"control": "3.7.4"}, "control", "3.7.4"),
        ({"urn": "urn:pulumi:*"}, "urn", "urn:pulumi:*"),
        ({"urn": "inspector"}, "urn", "inspector"),
        ({"expiry": "next year"}, "expiry", "next year"),
        ({"expiry": None}, "expiry", "None"),
        ({"ticket": "X-1"}, "ticket", "an unknown key"),
        ({"expiry": datetime.date(2026, 11, 22)}, "expiry", "2026-11-22 (expired)"),
        ({"expiry": datetime.date(2028, 1, 1)}, "expiry", "2028-01-01"),
        ({"urn": "urn:pulumi:prod-primary::payments::aws:x/y:Z::gone"}, "urn", "in no resource of the stack"),
    ],
)
def test_a_bad_one_has_no_effect_and_is_named(
    tmp_path: Path, change: dict[str, object], key: str, found: str
) -> None:
    row = {**GOOD, **change}
    held = written(tmp_path, row)
    faults = held.faults_for("prod-primary", frozenset(WORLD.stack().by_urn), TODAY)
    assert [(fault.key, fault.found) for fault in faults] == [(key, found)]
    assert str(row["id"]) in faults[0].label or "exemptions[0]" in faults[0].label
    if key != "urn":
        assert not held.cover(str(row["id"]), str(row["urn"]), TODAY)


@pytest.mark.parametrize("text", ["", "exemptions: {}", "exemptions: [", "[]", "exemptions: [1]"])
def test_a_malformed_file_is_a_fault_not_a_crash(tmp_path: Path, text: str) -> None:
    path = tmp_path / "exemptions.yaml"
    path.write_text(text)
    assert load(path, catalogue()).faults


def test_another_stacks_exemption_is_none_of_this_ones_business(tmp_path: Path) -> None:
    other = {**GOOD, "urn": URN.replace("prod-primary", "prod-standby")}
    assert not written(tmp_path, other).faults_for("prod-primary", frozenset(), TODAY)


def test_a_bad_one_fails_the_preview_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = written(tmp_path, {**GOOD, "id": "LOG-07", "control": "10.5.1"})
    monkeypatch.setattr("policies.rules.operations.valid_exemptions.exemptions", lambda: held)
    results = rule_of(entry("OPS-04")).evaluate(WORLD.stack(), context_for("prod-primary", today=TODAY))
    failures = [r for r in results if isinstance(r, Fail)]
    assert [(f.property, f.found) for f in failures] == [("id", "LOG-07")]
    assert failures[0].name == "policies/exemptions.yaml exemptions[0] LOG-07"


@pytest.mark.usefixtures("in_force")
def test_one_in_force_silences_its_violation_alone() -> None:
    assert reported("DET-06", WORLD) == []
    assert reported("DET-06", WORLD.change("inspector-members", autoEnable={"ec2": True})) != []


def test_without_it_the_violation_stands() -> None:
    assert any("resourceTypes" in message for message in reported("DET-06", WORLD))


def reported(policy_id: str, world) -> list[str]:  # type: ignore[no-untyped-def] # a World
    messages: list[str] = []
    policy = policy_of(entry(policy_id), Run())
    arguments: StackValidationArgs = stack_arguments(world)
    policy.validate(arguments, lambda message, urn=None: messages.append(message))  # type: ignore[attr-defined] # a stack policy
    return messages


def test_not_applicable_is_said_when_there_is_nothing_to_exempt() -> None:
    results = rule_of(entry("DET-06")).evaluate(type(WORLD.stack())([]), context_for("prod-primary"))
    assert all(isinstance(r, NotApplicable) for r in results)
    assert module.LONGEST_DAYS >= 365

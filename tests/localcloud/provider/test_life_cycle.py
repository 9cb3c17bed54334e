"""Every resource type lives as its row says, against the emulated AWS.

The same story for each: planned, created, read back unchanged, checked again unchanged, imported, edited
behind our back (the edit is found by name and repaired), deleted, found gone, deleted again.
"""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.provider.types import resource_types
from localcloud.provider.wire import UNKNOWN
from tests.localcloud.provider.cases import cases
from tests.localcloud.provider.conftest import Stage
from tests.localcloud.provider.driver import Driver, Made


@pytest.mark.parametrize("token", sorted(cases()))
def test_life_cycle(token: str, stage: Stage, unique: str) -> None:
    case, row = cases()[token], resource_types()[token]
    driver = stage.management if case.management else stage.audit
    inputs = case.inputs(stage, unique)
    checked, problems = driver.check(token, inputs)
    assert not problems

    planned = driver.plan(token, checked)
    made = driver.create(token, checked)
    try:
        assert made.id
        for name, value in planned.items():
            if value is not UNKNOWN:
                assert made.outputs.get(name, value) == value, f"{name} was promised by the plan"
        required = {"arn", "tagsAll", "region"} & row.sdk.outputs.keys()
        assert required <= made.outputs.keys()

        assert_clean(driver, made)
        again, problems = driver.check(token, inputs, old=checked)
        assert not problems
        assert again == checked, "a second Check changes nothing"
        assert_imports(driver, made)
        edits = {name: edit(stage) if callable(edit) else edit for name, edit in case.edits.items()}
        if edits:
            assert_edits_are_found(driver, made, edits)
    finally:
        driver.delete(made)
        if case.cleanup:
            case.cleanup(stage, made)
    if not case.stays:
        assert driver.read(made)[0] == "", "gone after its deletion"
        driver.delete(made)


def assert_clean(driver: Driver, made: Made) -> None:
    """A refresh finds nothing."""
    found, inputs, outputs = driver.read(made)
    assert found == made.id
    assert outputs == made.outputs
    assert inputs == made.inputs
    assert list(driver.diff(made, made.inputs, old=inputs).diffs) == []


def assert_imports(driver: Driver, made: Made) -> None:
    """The id alone is enough to read the resource; what differs then is what AWS does not keep."""
    row = resource_types()[made.urn.split("::")[2]]
    found, inputs, _ = driver.import_(made.urn, made.id)
    assert found == made.id
    differing = set(driver.diff(made, made.inputs, old=inputs).diffs)
    assert differing <= row.local


def assert_edits_are_found(driver: Driver, made: Made, edits: dict[str, Any]) -> None:
    """Foreign edits show as differences of exactly those properties, and an update takes them back."""
    foreign = {name: value for name, value in {**made.inputs, **edits}.items() if value is not None}
    expected = set(edits)
    if "tags" in edits:
        foreign["tagsAll"] = {"owner": "platform", **edits["tags"]}
        expected.add("tagsAll")
    driver.update(made, foreign)

    _, inputs, outputs = driver.read(made)
    paths = driver.diff(made, made.inputs, old=inputs).detailedDiff
    assert {path.split(".")[0].split("[")[0] for path in paths} == expected
    assert outputs != made.outputs

    after = driver.update(Made(made.urn, made.id, inputs, outputs), made.inputs)
    assert_clean(driver, Made(made.urn, made.id, made.inputs, after))
    assert after == made.outputs


ELSEWHERE = {"aws:organizations/organization:Organization"}
"""Types with a test file of their own."""


def test_every_type_has_a_case() -> None:
    assert set(resource_types()) - set(cases()) == ELSEWHERE


@pytest.mark.parametrize("token", sorted(cases()))
def test_every_managed_property_is_edited(token: str) -> None:
    """A property that an update can change is in the case's edits, or named with the reason why not."""
    case, row = cases()[token], resource_types()[token]
    managed = {name for change in row.changes for name in change.properties}
    if row.tags:
        managed.add("tags")
    assert managed - row.local - row.replace - {"tagsAll"} - set(case.edits) - case.unread == set()

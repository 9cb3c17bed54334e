"""A saved plan allows what was reviewed and less, and vetoes everything else."""

from pathlib import Path
from typing import Any

import pytest

from localcloud.engine.backend import StackRef
from localcloud.engine.events import Step
from localcloud.engine.plan import Plan
from localcloud.engine.state import ResourceState
from localcloud.engine.values import UNKNOWN, Secret
from localcloud.errors import UserError

DEV = StackRef("app", "dev")
URN = "urn:pulumi:dev::app::a:b:C::x"


class Reversing:
    """A secrets manager whose ciphertext is the reversed text."""

    def encrypt(self, plaintext: str) -> str:
        return plaintext[::-1]

    def decrypt(self, ciphertext: str) -> str:
        return ciphertext[::-1]

    def state(self) -> dict[str, Any]:
        return {}


def step(op: str, urn: str = URN, **inputs: Any) -> Step:
    return Step(op, urn, "a:b:C", new=ResourceState(urn=urn, type="a:b:C", inputs=inputs))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    planned = [step("update", size=1, later=UNKNOWN, pw=Secret("hidden"), deep={"a": [UNKNOWN, 2]})]
    Plan.of(DEV, planned).save(tmp_path / "plan.json", Reversing())
    return tmp_path / "plan.json"


def check(saved: Path, told: Step) -> str:
    return Plan.load(saved, DEV, Reversing()).check(told)


def test_what_was_planned_is_allowed_and_unknowns_may_become_anything(saved: Path) -> None:
    assert check(saved, step("update", size=1, later="x", pw=Secret("hidden"), deep={"a": ["y", 2]})) == ""


def test_doing_less_is_allowed(saved: Path) -> None:
    assert check(saved, step("same")) == ""


@pytest.mark.parametrize("op", ["create", "delete", "replace"])
def test_another_operation_is_not(saved: Path, op: str) -> None:
    assert "is not allowed by the plan, which has for this resource: update" in check(saved, step(op))


def test_a_resource_that_was_not_in_the_plan_is_not(saved: Path) -> None:
    assert "nothing" in check(saved, step("create", f"{URN}2"))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"size": 2}, "size"),
        ({"pw": Secret("other")}, "pw"),
        ({"deep": {"a": ["y", 3]}}, "deep"),
        ({"more": 1}, "more"),
    ],
)
def test_other_inputs_are_not(saved: Path, changed: dict[str, Any], named: str) -> None:
    inputs = {"size": 1, "later": "x", "pw": Secret("hidden"), "deep": {"a": ["y", 2]}, **changed}
    assert check(saved, step("update", **inputs)) == f"properties changed since the plan: {named}"


def test_a_planned_replacement_may_turn_out_an_update(tmp_path: Path) -> None:
    plan = Plan.of(
        DEV,
        [
            step("create-replacement", zone=UNKNOWN),
            step("replace", zone=UNKNOWN),
            Step("delete-replaced", URN, "a:b:C"),
        ],
    )
    assert plan.check(step("update", zone="a")) == ""
    assert plan.check(step("delete-replaced")) == ""


def test_the_file_holds_no_secret(saved: Path) -> None:
    assert "hidden" not in saved.read_text()


def test_other_files_and_plans_of_other_stacks_are_refused(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a plan for stack organization/app/dev"):
        Plan.load(saved, StackRef("app", "prod"), Reversing())
    for text, problem in (("{", "is not JSON"), ("{}", "is not a plan of localcloud")):
        (tmp_path / "other").write_text(text)
        with pytest.raises(UserError, match=problem):
            Plan.load(tmp_path / "other", DEV, Reversing())
    with pytest.raises(UserError, match="cannot be read"):
        Plan.load(tmp_path / "none", DEV, Reversing())

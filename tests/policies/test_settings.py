"""Tunables move within bounds on production stacks, and agree with the program's own catalogue of quotas."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from policies.framework.catalogue import entry
from policies.framework.context import context_for, is_production
from policies.framework.results import Fail
from policies.framework.rule import rule_of
from policies.framework.settings import Settings, tunables
from tests.policies.estate import estate

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("retentionYears", 10, True),
        ("retentionYears", 6, False),
        ("retentionYears", 0, False),
        ("scpPerNode", 5, True),
        ("scpPerNode", 11, False),
        ("scpPerNode", -1, False),
        ("requiredTags", ["owner", "env", "data-class", "pci-scope", "cost-center", "team"], True),
        ("requiredTags", ["owner"], False),
        ("exemptRolePaths", ["role/breakglass/*"], True),
        ("exemptRolePaths", ["role/breakglass/*", "role/*"], False),
        ("retentionYears", "many", False),
        ("retentionYears", 7.5, False),
        ("retentionYears", True, False),
        ("requiredTags", [1, 2], False),
        ("requiredTags", "owner", False),
        ("nosuch", 1, False),
    ],
)
def test_production_takes_only_what_is_at_least_as_strict(name: str, value: object, allowed: bool) -> None:
    settings = Settings.of({name: value}, production=True)
    assert bool(settings.refusals) is not allowed
    if not allowed and name in tunables():
        default = tunables()[name].default
        kept = settings.integer(name) if isinstance(default, int) else settings.names(name)
        assert kept == default, "a refused value is not used"
        assert settings.refusals[0].name == name


def test_a_test_stack_may_be_laxer() -> None:
    assert Settings.of({"retentionYears": 1}, production=False).integer("retentionYears") == 1


@pytest.mark.parametrize(
    ("stack", "tags", "production"),
    [
        ("prod-primary", {}, True),
        ("prod-standby", {"environment": "test"}, True),
        ("anything", {}, True),
        ("testing", {}, True),
        ("test-primary", {}, False),
        ("ci-1234", {}, False),
        ("Test-primary", {}, False),
        ("test-primary", {"environment": "production"}, True),
        ("", {}, True),
    ],
)
def test_a_stack_is_production_unless_its_name_says_test(
    stack: str, tags: dict[str, str], production: bool
) -> None:
    assert is_production(stack, tags) is production


def test_configuration_reaches_the_rule() -> None:
    world = estate()
    strict = context_for(world.stack_name, {"retentionYears": 10}, today=TODAY)
    results = rule_of(entry("LOG-07")).evaluate(world.stack(), strict)
    assert any(isinstance(r, Fail) and "10 years" in r.expected for r in results)


def test_quotas_agree_with_the_programs_own() -> None:
    limits = yaml.safe_load((ROOT / "components/catalogue/limits.yaml").read_text())["limits"]
    mine = {name: tunable.default for name, tunable in tunables().items()}
    scp, rcp = limits["SERVICE_CONTROL_POLICY"], limits["RESOURCE_CONTROL_POLICY"]
    assert (mine["scpPerNode"], mine["scpCharacters"]) == (scp["per_node"], scp["characters"])
    assert (mine["rcpPerNode"], mine["rcpCharacters"]) == (rcp["per_node"], rcp["characters"])
    assert mine["aiOptOutCharacters"] == limits["AISERVICES_OPT_OUT_POLICY"]["characters"]


def test_the_governed_regions_are_the_account_catalogues() -> None:
    regions = yaml.safe_load((ROOT / "components/catalogue/accounts.yaml").read_text())["organization"][
        "regions"
    ]
    assert set(tunables()["governedRegions"].default) == set(regions.values())  # type: ignore[arg-type] # a list of names

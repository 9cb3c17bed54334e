"""Every wrong setting is refused before anything is built, with the file, the key and the remedy."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.config_reader import ConfigReader
from components.errors import ConfigError
from components.settings import KEYS, Settings, StackRole, read_settings

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.date(2026, 11, 23)


def read(stack: str = "prod-primary", /, **changes: Any) -> Settings:
    """The settings of a committed stack file with some keys changed; None removes a key."""
    committed = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    values = {**committed, **{f"payments:{key}": value for key, value in changes.items()}}
    texts = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
        if value is not None
    }
    return read_settings(ConfigReader(stack, "payments", texts, KEYS), stack, ROOT, TODAY)


def test_committed_primary_stack_is_the_home_region_with_a_seven_year_compliance_lock() -> None:
    settings = read()
    assert settings.role is StackRole.PRIMARY
    assert settings.region == settings.catalogue.home_region
    assert (settings.audit_lock.mode, settings.audit_lock.days) == ("COMPLIANCE", 2557)


def test_committed_standby_stack_reads_the_primary() -> None:
    settings = read("prod-standby")
    assert settings.role is StackRole.STANDBY
    assert settings.region == settings.catalogue.standby_region
    assert settings.primary_stack == "organization/payments/prod-primary"


def test_a_stack_outside_production_locks_for_a_day() -> None:
    settings = read(environment="test", auditLock={"mode": "GOVERNANCE", "days": 1})
    assert not settings.production


def test_which_region_is_active_is_a_value_and_not_the_stack() -> None:
    assert read(activeRegion="us-west-2").active_region == "us-west-2"


WRONG = {
    "a misspelt key": ({"activRegion": "us-east-2"}, "payments:activRegion", "Did you mean 'activeRegion'?"),
    "a missing key": ({"managementAccountId": None}, "payments:managementAccountId", "Add it"),
    "an account id that is too short": ({"managementAccountId": "1234"}, "managementAccountId", "12 digits"),
    "a Region that is not governed": ({"region": "eu-west-1"}, "payments:region", "us-east-2 or us-west-2"),
    "an active Region that is not governed": (
        {"activeRegion": "us-east-1"},
        "payments:activeRegion",
        "Use us-east-2",
    ),
    "an unknown role": ({"stackRole": "secondary"}, "payments:stackRole", "primary, standby"),
    "a lock that root could shorten": (
        {"auditLock": {"mode": "GOVERNANCE", "days": 2557}},
        "payments:auditLock",
        "mode COMPLIANCE",
    ),
    "a lock of six years": (
        {"auditLock": {"mode": "COMPLIANCE", "days": 2190}},
        "payments:auditLock",
        "2557",
    ),
    "a lock of a misspelt mode": (
        {"auditLock": {"mode": "compliance", "days": 2557}},
        "auditLock.mode",
        "COMPLIANCE",
    ),
    "a lock without days": ({"auditLock": {"mode": "COMPLIANCE"}}, "auditLock.days", "days: 2557"),
    "a lock with another key": (
        {"auditLock": {"mode": "COMPLIANCE", "days": 2557, "year": 7}},
        "auditLock.year",
        "Known: days, mode",
    ),
    "a lock that is no mapping": ({"auditLock": "seven years"}, "payments:auditLock", "{mode: COMPLIANCE"),
    "a compliance lock in a test stack": (
        {"environment": "test"},
        "payments:auditLock",
        "GOVERNANCE and 1 day",
    ),
    "logs kept for a month": ({"logRetentionDays": "30"}, "payments:logRetentionDays", "365, 400"),
    "a retention CloudWatch does not offer": (
        {"logRetentionDays": "366"},
        "payments:logRetentionDays",
        "Use one of",
    ),
    "a repository without an owner": (
        {"pipeline": {"repository": "estate", "branch": "main", "environments": ["prod"]}},
        "pipeline.repository",
        "owner/name",
    ),
    "a wildcard environment": (
        {"pipeline": {"repository": "example/estate", "branch": "main", "environments": ["*"]}},
        "pipeline.environments",
        "environments: [prod-primary]",
    ),
    "an operator that is no role": (
        {"operatorRoleArns": ["arn:aws:iam::123456789012:user/me"]},
        "operatorRoleArns[0]",
        "IAM role ARNs",
    ),
    "a primary that reads another stack": (
        {"primaryStack": "organization/payments/other"},
        "payments:primaryStack",
        "Remove the key",
    ),
    "a maintenance window that is over": (
        {
            "guardrailMaintenance": [
                {"guardrail": "audit-bucket", "reason": "new log source", "until": "2026-11-22"}
            ]
        },
        "guardrailMaintenance[0]",
        "Remove the row",
    ),
    "a maintenance window without an end": (
        {"guardrailMaintenance": [{"guardrail": "audit-bucket", "reason": "new log source"}]},
        "guardrailMaintenance[0].until",
        "YYYY-MM-DD",
    ),
    "a maintenance window without a reason": (
        {"guardrailMaintenance": [{"guardrail": "audit-bucket", "reason": "x", "until": "2026-12-01"}]},
        "guardrailMaintenance[0].reason",
        "reason: text",
    ),
    "a catalogue that is not there": ({"catalogue": "nowhere"}, "nowhere/accounts.yaml", "Restore it"),
}


@pytest.mark.parametrize(("changes", "key", "remedy"), WRONG.values(), ids=WRONG.keys())
def test_refuses(changes: dict[str, Any], key: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**changes)
    assert key in caught.value.subject
    assert remedy in caught.value.remedy


def test_refuses_a_standby_that_does_not_name_its_primary() -> None:
    with pytest.raises(
        ConfigError, match=r"Pulumi\.prod-standby\.yaml payments:primaryStack: the key is missing"
    ):
        read("prod-standby", primaryStack=None)


def test_an_error_reads_subject_problem_remedy_in_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        read(activRegion="us-east-2")
    assert str(caught.value) == (
        "Pulumi.prod-primary.yaml payments:activRegion: unknown key. Did you mean 'activeRegion'?"
    )


def test_every_key_of_the_committed_files_is_documented() -> None:
    documented = {f"payments:{key.name}" for key in KEYS}
    for stack in ("prod-primary", "prod-standby"):
        config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
        assert {key for key in config if key.startswith("payments:")} <= documented

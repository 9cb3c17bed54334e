"""What holds for the audit estate as a whole."""

import pytest

from components.audit.regional import RegionalAudit, RegionalAuditArgs
from components.errors import ConfigError

from .recording import HOME, HOME_KEY_ARN, ORGANIZATION_ID, STANDBY, accounts, record, settings

GLOBAL_SERVICES = ("aws:iam/", "pulumi:", "payments:")


def test_every_resource_names_its_account(home, standby):
    for estate in (home, standby):
        assert [
            each.name for each in estate.resources if each.type.startswith("aws:") and not each.account
        ] == []


def test_every_regional_resource_names_its_region(home, standby):
    for estate in (home, standby):
        regional = [each for each in estate.resources if not each.type.startswith(GLOBAL_SERVICES)]
        assert [each.name for each in regional if "region" not in each.inputs] == []


def test_the_standby_touches_the_home_region_only_to_copy_its_archive(standby):
    at_home = [
        each.name
        for each in standby.resources
        if each.inputs.get("region") == HOME and "provider" not in each.type
    ]
    assert at_home == ["audit-copy-replication-configuration"]


def test_the_home_stack_touches_the_standby_region_only_to_switch_security_hub_on(home):
    away = {each.type for each in home.resources if each.inputs.get("region") == STANDBY}
    assert away == {"aws:securityhub/account:Account"}


def test_no_provider_argument_is_misspelt_so_that_a_role_would_silently_not_be_assumed(home):
    providers = [each for each in home.resources if each.type == "pulumi:providers:aws"]
    assert providers
    assert all("role_arn" not in str(each.inputs) for each in providers)


@pytest.mark.parametrize(("stack", "key"), [("prod-standby", None), ("prod-primary", HOME_KEY_ARN)])
def test_a_key_in_the_wrong_place_is_refused_with_the_remedy(stack, key):
    def build() -> None:
        of = settings(stack)
        RegionalAudit("audit", RegionalAuditArgs(of, accounts(of), ORGANIZATION_ID, key))

    with pytest.raises(ConfigError, match="home_key_arn"):
        record(build)

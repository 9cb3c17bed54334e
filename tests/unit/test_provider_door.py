"""The only door to a provider."""

import json

import pulumi_aws as aws
import pytest

from components.accounts import Accounts
from components.errors import ConfigError
from components.naming import BUCKET_NAME_LIMIT, Naming
from tests.unit.audit.recording import Estate, record
from tests.unit.test_settings import read


def providers(estate: Estate) -> dict[str, dict[str, object]]:
    """Inputs of the AWS providers by name."""
    return {one.name: dict(one.inputs) for one in estate.resources if one.type == "pulumi:providers:aws"}


def parsed(value: object) -> object:
    return json.loads(str(value)) if isinstance(value, str) else value


def test_a_member_account_is_entered_by_its_role_pinned_by_its_id_and_tagged_from_the_catalogue() -> None:
    def build() -> None:
        door = Accounts(read())
        door.admit("audit", "111111111111", "arn:aws:iam::111111111111:role/platform/deploy/pulumi-deploy")
        door.provider("audit")

    inputs = providers(record(build))["audit"]
    roles = parsed(inputs["assumeRoles"])
    assert roles == [
        {"roleArn": "arn:aws:iam::111111111111:role/platform/deploy/pulumi-deploy", "sessionName": "pulumi"}
    ]
    assert parsed(inputs["allowedAccountIds"]) == ["111111111111"]
    assert parsed(inputs["defaultTags"]) == {"tags": read().catalogue.accounts["audit"].tags}


def test_management_is_entered_with_the_callers_own_credentials_and_still_pinned() -> None:
    inputs = providers(record(lambda: Accounts(read()).provider("management")))["management"]
    assert "assumeRoles" not in inputs
    assert parsed(inputs["allowedAccountIds"]) == ["123456789012"]


def test_an_account_has_one_provider_however_often_it_is_asked_for() -> None:
    made: list[aws.Provider] = []

    def build() -> None:
        door = Accounts(read())
        made.extend([door.provider("management"), door.provider("management")])

    assert list(providers(record(build))) == ["management"]
    assert made[0] is made[1]


def test_an_account_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'audit'"):
        Accounts(read()).admit("audits", "1", "arn")


def test_an_account_that_is_not_reachable_yet_is_refused() -> None:
    with pytest.raises(ConfigError, match="is used before it is reachable"):
        Accounts(read()).id("audit")


def test_a_bucket_name_carries_its_region_and_never_grows_past_what_s3_takes() -> None:
    naming = Naming("payments", "123456789012")
    assert naming.bucket("audit", "us-east-2") == "payments-audit-123456789012-us-east-2"
    with pytest.raises(ConfigError, match=f"S3 allows {BUCKET_NAME_LIMIT} characters"):
        naming.bucket("a" * 40, "us-east-2")

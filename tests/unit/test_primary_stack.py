"""Reading another stack by the contract."""

from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks

from components.errors import ConfigError
from components.outputs import PrimaryStack, plain

OUTPUTS: dict[str, Any] = {
    "contract": {"name": "payments-landing-zone", "version": "1.4.0"},
    "audit": {"keyArn": "arn:aws:kms:us-east-2:111111111111:key/mrk-1"},
}


class Referenced(mocks.Mocks):
    """Answers a stack reference with given outputs."""

    def __init__(self, outputs: dict[str, Any]) -> None:
        self._outputs = outputs

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, {"name": args.name, "outputs": self._outputs, "secretOutputNames": []}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return {}, []


def read(outputs: dict[str, Any], *path: str) -> str:
    """One value of a referenced stack."""
    found: list[str] = []
    mocks.set_mocks(Referenced(outputs), project="payments", stack="test", preview=False)

    def program() -> pulumi.Output[None]:
        return PrimaryStack("organization/payments/prod-primary").text(*path).apply(found.append)

    mocks.test(program)()
    return found[0]


def test_a_value_is_found_by_its_path_under_any_minor_version() -> None:
    assert read(OUTPUTS, "audit", "keyArn").endswith("mrk-1")


def test_another_major_version_is_refused() -> None:
    newer = {**OUTPUTS, "contract": {"name": "payments-landing-zone", "version": "2.0.0"}}
    with pytest.raises(ConfigError, match=r"it follows payments-landing-zone 2\.0\.0"):
        read(newer, "audit", "keyArn")


def test_another_stacks_contract_is_refused() -> None:
    other = {**OUTPUTS, "contract": {"name": "analytics", "version": "1.0.0"}}
    with pytest.raises(ConfigError, match="it follows analytics"):
        read(other, "audit", "keyArn")


def test_a_value_the_primary_does_not_export_yet_names_the_path() -> None:
    with pytest.raises(ConfigError, match=r"output audit\.archiveBucket: the value is missing"):
        read(OUTPUTS, "audit", "archiveBucket")


def test_absent_values_are_left_out_and_map_keys_are_kept() -> None:
    from components.outputs import AccountOutputs

    row = AccountOutputs("1", "prod", "audit", "connected", "arn", None, None)
    assert plain({"payments-prod": row}) == {
        "payments-prod": {
            "id": "1", "environment": "prod", "dataClass": "audit", "pciScope": "connected", "deployRoleArn": "arn",
        }
    }  # fmt: skip

"""Provider settings: what is accepted, what is refused, and whose account is meant."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from localcloud.provider import endpoint
from localcloud.provider.errors import ProviderError
from localcloud.provider.server import serve
from localcloud.provider.sessions import Credentials, Gateway, Role, gateway
from localcloud.provider.wire import encode
from tests.localcloud.provider.conftest import ROLE, Stage
from tests.localcloud.provider.driver import Driver, Failed, urn_of


def problems(stage: Stage, **settings: Any) -> dict[str, str]:
    driver = Driver(stage.port, **settings)
    request = pb.CheckRequest(urn="urn:pulumi:t::p::pulumi:providers:aws::x", news=encode(driver.settings))
    return {item.property: item.reason for item in driver.stub.CheckConfig(request).failures}


def test_settings_that_pulumi_knows_are_accepted(stage: Stage) -> None:
    assert (
        problems(stage, skipMetadataApiCheck="true", skipCredentialsValidation="false", maxRetries="3") == {}
    )


def test_an_unknown_setting_is_refused_with_a_hint(stage: Stage) -> None:
    assert problems(stage, regoin="us-east-1") == {
        "regoin": 'unknown property "regoin". Did you mean "region"?'
    }


def test_a_dict_that_went_out_with_snake_case_is_refused(stage: Stage) -> None:
    found = problems(stage, assumeRoles=[{"role_arn": ROLE.format(stage.audit_account)}])
    assert "roleArn" in found["assumeRoles[0].role_arn"]


def test_a_role_without_an_arn_gives_the_genuine_error(stage: Stage) -> None:
    driver = Driver(stage.port, assumeRoles=[{"role_arn": ROLE.format(stage.audit_account)}])
    with pytest.raises(Failed, match="IAM Role ARN not set in assume role 1 of 1"):
        driver.configure()


def test_base_credentials_are_the_management_account(stage: Stage) -> None:
    caller = Driver(stage.port).configure().invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert caller["accountId"] == "123456789012"


def test_an_assumed_role_leads_into_its_account(stage: Stage) -> None:
    caller = stage.audit.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert caller["accountId"] == stage.audit_account
    assert "OrganizationAccountAccessRole" in caller["arn"]


def test_credentials_of_an_emulator_that_began_anew_are_not_trusted(stage: Stage) -> None:
    """Unknown keys mean the management account to the emulator: they must not lead there unnoticed."""
    door, role = gateway(stage.world.endpoint), Role(ROLE.format(stage.audit_account))
    door._assumed[(role, Credentials())] = Credentials("AKIASTALE", "stale", "stale")
    driver = Driver(stage.port, assumeRoles=[{"roleArn": role.arn}]).configure()
    caller = driver.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert caller["accountId"] == stage.audit_account


def test_a_foreign_account_fails_closed(stage: Stage) -> None:
    driver = Driver(stage.port, allowedAccountIds=["111122223333"])
    with pytest.raises(Failed, match=r"AWS account ID not allowed: 123456789012 .*111122223333"):
        driver.configure()


def test_a_missing_region_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(Failed, match="region: no Region is configured"):
        Driver(stage.port, region="").configure()


def test_a_handshake_begins_a_new_instance(stage: Stage) -> None:
    driver = Driver(stage.port).configure()
    driver.stub.Handshake(pb.ProviderHandshakeRequest())
    with pytest.raises(Failed, match="has not been configured"):
        driver.check("aws:sqs/queue:Queue", {})


def test_connections_do_not_share_an_instance(stage: Stage) -> None:
    first, second = Driver(stage.port).configure(), Driver(stage.port, region="us-west-2").configure()
    token = "aws:index/getRegion:getRegion"
    assert [first.invoke(token)["id"], second.invoke(token)["id"]] == ["us-east-2", "us-west-2"]


def test_an_unreachable_endpoint_is_named(tmp_path: Any) -> None:
    server, port = serve(endpoint="http://127.0.0.1:9", journal=tmp_path / "journal.json")
    try:
        with pytest.raises(Failed, match=r"127\.0\.0\.1:9.*localcloud status"):
            Driver(port).configure()
    finally:
        server.stop(0)


def test_the_real_aws_is_refused() -> None:
    with pytest.raises(ProviderError, match="is the real AWS"):
        Gateway("https://sts.us-east-2.amazonaws.com")


def test_without_an_emulator_nothing_is_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path))
    with pytest.raises(ProviderError, match="no emulated AWS is running"):
        endpoint.find()


def test_a_busy_port_is_said(stage: Stage) -> None:
    with pytest.raises(OSError, match=f"port {stage.port} is in use"):
        serve(stage.port, "http://127.0.0.1:9")


def test_a_type_that_is_not_emulated_is_named(stage: Stage) -> None:
    with pytest.raises(Failed, match="aws:quicksight/user:User: this resource type is not emulated"):
        stage.audit.check("aws:quicksight/user:User", {})


def test_the_urn_of_a_child_names_its_own_type(stage: Stage) -> None:
    request = pb.CheckRequest(
        urn=urn_of("payments:index:Audit$aws:sqs/queue:Queue"), news=encode({}), randomSeed=b"x"
    )
    assert stage.audit.stub.Check(request).inputs.fields["name"].string_value.startswith("thing-")

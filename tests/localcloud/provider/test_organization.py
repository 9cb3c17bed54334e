"""The organization: there is one, so it is imported, edited behind our back and repaired, never deleted here."""

from __future__ import annotations

import pytest

from tests.localcloud.provider.conftest import Stage
from tests.localcloud.provider.driver import Failed, Made, urn_of

TOKEN = "aws:organizations/organization:Organization"


def imported(stage: Stage) -> Made:
    urn = urn_of(TOKEN, "organization")
    found, inputs, outputs = stage.management.import_(urn, stage.organization)
    assert found == stage.organization
    return Made(urn, found, inputs, outputs)


def test_it_is_imported_by_its_id(stage: Stage) -> None:
    made = imported(stage)
    assert made.inputs["featureSet"] == "ALL"
    assert made.outputs["masterAccountId"] == "123456789012"
    assert made.outputs["roots"][0]["id"] == stage.root
    assert any(account["id"] == stage.audit_account for account in made.outputs["nonMasterAccounts"])


def test_a_second_one_is_refused(stage: Stage) -> None:
    with pytest.raises(Failed, match="AlreadyInOrganizationException"):
        stage.management.make(TOKEN, {})


def test_trusted_access_and_policy_types_are_found_and_repaired(stage: Stage) -> None:
    made = imported(stage)
    client = stage.client("organizations", audit=False)
    client.enable_aws_service_access(ServicePrincipal="config.amazonaws.com")
    client.enable_policy_type(RootId=stage.root, PolicyType="TAG_POLICY")

    _, inputs, outputs = stage.management.read(made)
    differences = set(stage.management.diff(made, made.inputs, old=inputs).diffs)
    assert differences == {"awsServiceAccessPrincipals", "enabledPolicyTypes"}

    stage.management.update(Made(made.urn, made.id, inputs, outputs), made.inputs)
    listed = client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert "config.amazonaws.com" not in {item["ServicePrincipal"] for item in listed}
    kinds = {item["Type"] for item in client.list_roots()["Roots"][0]["PolicyTypes"]}
    assert "TAG_POLICY" not in kinds


def test_accounts_made_elsewhere_are_no_drift(stage: Stage, unique: str) -> None:
    made = imported(stage)
    stage.client("organizations", audit=False).create_account(
        Email=f"extra-{unique}@example.com", AccountName=f"extra-{unique}"
    )
    _, inputs, outputs = stage.management.read(made)
    assert inputs == made.inputs
    assert outputs == made.outputs

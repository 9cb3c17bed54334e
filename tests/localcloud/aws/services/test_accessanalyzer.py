"""Access Analyzer through plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.services.accounts import client, new_account, refused


@pytest.fixture
def account(world: World, organization: dict[str, str]) -> str:
    return new_account(world, "analyzing")


@pytest.fixture
def analyzer(world: World, account: str) -> Any:
    return client(world, account, "accessanalyzer")


def test_an_analyzer_of_the_organization_needs_delegation(world: World, account: str, analyzer: Any) -> None:
    refused(
        "AccessDeniedException", analyzer.create_analyzer, analyzerName="organization", type="ORGANIZATION"
    )
    organizations = client(world, None, "organizations")
    principal = "access-analyzer.amazonaws.com"
    organizations.enable_aws_service_access(ServicePrincipal=principal)
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=principal)
    made = analyzer.create_analyzer(
        analyzerName="organization", type="ORGANIZATION", tags={"owner": "security"}
    )
    found = analyzer.get_analyzer(analyzerName="organization")["analyzer"]
    assert (found["arn"], found["status"], found["tags"]) == (made["arn"], "ACTIVE", {"owner": "security"})


def test_unused_access_has_an_age_fixed_at_creation(analyzer: Any) -> None:
    create = {"analyzerName": "unused", "type": "ACCOUNT_UNUSED_ACCESS"}
    refused(
        "ValidationException",
        analyzer.create_analyzer,
        **create,
        configuration={"unusedAccess": {"unusedAccessAge": 400}},
    )
    analyzer.create_analyzer(**create)
    found = analyzer.get_analyzer(analyzerName="unused")["analyzer"]["configuration"]
    assert found["unusedAccess"]["unusedAccessAge"] == 90
    exclusions = {"analysisRule": {"exclusions": [{"accountIds": ["111122223333"]}]}}
    analyzer.update_analyzer(analyzerName="unused", configuration={"unusedAccess": exclusions})
    found = analyzer.get_analyzer(analyzerName="unused")["analyzer"]["configuration"]["unusedAccess"]
    assert found == {"unusedAccessAge": 90, **exclusions}
    refused(
        "ValidationException",
        analyzer.update_analyzer,
        analyzerName="unused",
        configuration={"unusedAccess": {"unusedAccessAge": 30}},
    )


def test_names_are_unique_and_types_known(analyzer: Any) -> None:
    analyzer.create_analyzer(analyzerName="account", type="ACCOUNT")
    refused("ConflictException", analyzer.create_analyzer, analyzerName="account", type="ACCOUNT")
    refused("ServiceQuotaExceededException", analyzer.create_analyzer, analyzerName="second", type="ACCOUNT")
    refused("ValidationException", analyzer.create_analyzer, analyzerName="third", type="GALAXY")
    analyzer.delete_analyzer(analyzerName="account")
    refused("ResourceNotFoundException", analyzer.get_analyzer, analyzerName="account")


def test_archive_rules_hang_on_their_analyzer(analyzer: Any) -> None:
    analyzer.create_analyzer(analyzerName="account", type="ACCOUNT")
    rule = {"analyzerName": "account", "ruleName": "known"}
    analyzer.create_archive_rule(**rule, filter={"isPublic": {"eq": ["false"]}})
    analyzer.update_archive_rule(**rule, filter={"resourceType": {"contains": ["AWS::IAM::Role"]}})
    found = analyzer.get_archive_rule(**rule)["archiveRule"]
    assert found["filter"] == {"resourceType": {"contains": ["AWS::IAM::Role"]}}
    analyzer.delete_archive_rule(**rule)
    refused("ResourceNotFoundException", analyzer.get_archive_rule, **rule)

"""Properties of the whole graph that no single component can promise."""

import json
import re
from pathlib import Path

import yaml

from .conftest import ROOT, Graph

PROVIDER = "pulumi:providers:aws"

STATEFUL = {
    "aws:cloudtrail/trail:Trail",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:organizations/account:Account",
    "aws:organizations/organization:Organization",
    "aws:organizations/organizationalUnit:OrganizationalUnit",
    "aws:s3/bucket:Bucket",
}
"""Types whose loss cannot be made good by running the program again."""


def test_every_aws_resource_names_its_provider(graph: Graph) -> None:
    assert [node.urn for node in graph if node.aws and not node.account] == []


def test_every_provider_is_pinned_to_one_account_and_one_region(graph: Graph) -> None:
    for provider in graph.of(PROVIDER):
        assert len(json.loads(provider.inputs["allowedAccountIds"])) == 1
        assert provider.inputs["region"] == graph.outputs["region"]


def test_every_role_is_spelled_as_the_provider_reads_it(graph: Graph) -> None:
    providers = graph.of(PROVIDER)
    assert "role_arn" not in json.dumps([provider.inputs for provider in providers])
    for provider in providers:
        roles = json.loads(provider.inputs.get("assumeRoles", "[]"))
        assert [bool(role["roleArn"]) for role in roles] == ([] if provider.name == "management" else [True])


def test_a_provider_assumes_a_role_in_the_account_it_is_pinned_to(graph: Graph) -> None:
    accounts = {key: row["id"] for key, row in graph.outputs["accounts"].items()}
    for provider in graph.of(PROVIDER):
        key = provider.name.removesuffix("-bootstrap")
        assert json.loads(provider.inputs["allowedAccountIds"]) == [accounts[key]]


def test_the_role_aws_makes_with_an_account_creates_the_platform_roles_and_nothing_else(
    primary: Graph,
) -> None:
    made = {node.type for node in primary if node.account.endswith("-bootstrap")}
    assert made == {"aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"}
    roles = [
        node for node in primary if node.account.endswith("-bootstrap") and node.type == "aws:iam/role:Role"
    ]
    assert {node.inputs["path"] for node in roles} == {"/platform/deploy/", "/platform/plan/"}


def test_every_provider_puts_the_required_tags_on_what_it_makes(graph: Graph) -> None:
    for provider in graph.of(PROVIDER):
        tags = json.loads(provider.inputs["defaultTags"])["tags"]
        assert set(tags) >= {"owner", "env", "data-class", "pci-scope", "cost-center"}


def test_what_cannot_be_made_again_is_protected(graph: Graph) -> None:
    assert [node.urn for node in graph if node.type in STATEFUL and not node.protect] == []


def test_every_resource_hangs_under_a_component(graph: Graph) -> None:
    for node in graph:
        if node.aws:
            assert "payments:index:" in graph.nodes[node.parent].urn, node.urn


def test_component_tokens_have_three_parts(graph: Graph) -> None:
    for node in graph:
        if not node.custom and node.type != "pulumi:pulumi:Stack":
            assert re.fullmatch(r"payments:index:[A-Z]\w+", node.type)


def test_every_call_the_program_makes_in_a_member_account_is_in_the_lock_out_check(graph: Graph) -> None:
    rows = yaml.safe_load((ROOT / "components/catalogue/deploy_actions.yaml").read_text())["groups"]
    listed = {type_ for row in rows for type_ in row["types"]}
    made = {node.type for node in graph if node.aws and node.account != "management"}
    assert made - listed == set()


def test_no_account_id_or_region_is_written_in_code() -> None:
    literal = re.compile(r"\b\d{12}\b|\b(us|eu|ap|ca|sa)-[a-z]+-\d\b")
    allowed = {"000000000000", "us-east-1"}
    for file in [ROOT / "__main__.py", *(ROOT / "components").rglob("*.py")]:
        code = _without_text(file)
        assert {match.group() for match in literal.finditer(code)} <= allowed, file


def _without_text(file: Path) -> str:
    """Source without docstrings and without the examples that messages give."""
    text = re.sub(r'""".*?"""', "", file.read_text(), flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if "such as" not in line)


def test_both_stacks_together_are_as_large_as_the_documents_say(primary: Graph, standby: Graph) -> None:
    assert len(primary.nodes) > 2 * len(standby.nodes) > 400

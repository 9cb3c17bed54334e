"""The organization and the census, read out of exported states."""

from localcloud.demo.estate import census, organization_tree, resources_of, services
from localcloud.demo.picture import organization_svg
from localcloud.demo.result import DemoResult

ORG = "aws:organizations/organization:Organization"
OU = "aws:organizations/organizationalUnit:OrganizationalUnit"
ACCOUNT = "aws:organizations/account:Account"
PROVIDER = "urn:pulumi:s::p::pulumi:providers:aws::audit"


def row(type_, logical, id_, **outputs):
    return {"urn": f"urn:pulumi:s::p::{type_}::{logical}", "type": type_, "id": id_, "outputs": outputs}


EXPORT = {
    "version": 3,
    "deployment": {
        "resources": [
            row(ORG, "org", "o-1", roots=[{"id": "r-1"}]),
            row(OU, "security", "ou-1", name="Security", parentId="r-1"),
            row(ACCOUNT, "audit", "111", name="audit", parentId="ou-1", tagsAll={"pci-scope": "connected"}),
            row(ACCOUNT, "cde", "222", name="payments-prod", parentId="ou-1", tagsAll={"pci-scope": "cde"}),
            row("aws:organizations/policy:Policy", "rails", "p-1", name="region-deny"),
            row(
                "aws:organizations/policyAttachment:PolicyAttachment",
                "a",
                "r-1:p-1",
                policyId="p-1",
                targetId="r-1",
            ),
            {
                "urn": PROVIDER,
                "type": "pulumi:providers:aws",
                "id": "x",
                "outputs": {"allowedAccountIds": '["111"]'},
            },
            {**row("aws:s3/bucket:Bucket", "b", "b", region="us-east-2"), "provider": f"{PROVIDER}::x"},
            {**row("aws:s3/bucket:Bucket", "old", "o", region="us-east-2"), "delete": True},
        ]
    },
}


def test_accounts_hang_below_their_units():
    root = organization_tree(resources_of(EXPORT), "management")
    assert [n.label for n in root.children] == ["Security", "management"]
    assert [n.label for n in root.children[0].children] == ["audit", "payments-prod"]


def test_guardrails_stand_at_the_node_they_are_attached_to():
    assert organization_tree(resources_of(EXPORT)).guardrails == ["region-deny"]


def test_accounts_in_pci_scope_are_marked():
    (unit,) = organization_tree(resources_of(EXPORT)).children
    assert [n.in_scope for n in unit.children] == [False, True]


def test_resources_are_counted_by_account_and_region_without_those_being_deleted():
    assert census(resources_of(EXPORT), {"111": "audit"})["audit", "us-east-2"] == 1


def test_resources_are_counted_by_service():
    assert services(resources_of(EXPORT)) == {"organizations": 6, "s3": 1}


def test_the_picture_names_every_node_and_needs_nothing_from_elsewhere():
    svg = organization_svg(organization_tree(resources_of(EXPORT)))
    assert all(label in svg for label in ("Security", "audit", "payments-prod", "region-deny"))
    assert "href" not in svg


def test_labels_are_escaped():
    export = {"deployment": {"resources": [row(OU, "x", "ou", name="<script>", parentId="root")]}}
    assert "<script>" not in organization_svg(organization_tree(resources_of(export)))


def test_the_management_account_stands_below_the_root_though_no_resource_makes_it():
    result = DemoResult("now", "embedded engine", status={"accounts": {"management": "999", "audit": "111"}})
    block = row("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "block", "999")
    result.exports["prod-primary"] = {
        "deployment": {"resources": [*EXPORT["deployment"]["resources"], block]}
    }
    assert [n.label for n in result.tree("prod-primary").children] == ["Security", "management"]

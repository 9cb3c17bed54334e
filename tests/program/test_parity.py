"""The standby Region has everything the home Region has, except what is declared here with its reason."""

from .conftest import Graph, Node

ONCE = {
    "payments:index:AccountBaseline": "account-wide settings",
    "payments:index:BreakGlassAlarm": "watches the one trail",
    "payments:index:BreakGlassRole": "roles are global",
    "payments:index:CentralAudit": "the trail and the organization-wide views",
    "payments:index:ConfigRecorderRole": "roles are global",
    "payments:index:IdentityCenter": "one instance",
    "payments:index:MemberAccount": "accounts are global",
    "payments:index:Organization": "one organization",
    "payments:index:Pipeline": "roles are global",
    "payments:index:PlatformRoles": "roles are global",
}
"""Components of the primary alone: what exists once."""

STANDBY_ONLY = {
    "payments:index:ArchiveCopy": "the home archive is copied to the standby's, which must exist first",
    "payments:index:ReplicaKey": "stands in for the home Region's key",
}
"""Components of the standby alone."""

HOME_ONLY_NAMES = {
    "guardrails": "organization policies that bind every Region",
    "audit-trail": "likewise; it is attached later than the others",
    "audit-key": "the multi-Region key; the standby has its replica",
    "audit-detection-access-unused": "unused access is an IAM matter, and IAM is global",
    "audit-detection-hub-security": "central configuration: the primary switches on every linked Region",
    "audit-detection-hub-management": "likewise",
}
"""Resources, or components with all below them, of the primary alone, although others of their type are in both."""


def regional(graph: Graph, declared: dict[str, str]) -> set[tuple[str, str]]:
    """Type and name of every AWS resource whose components are all undeclared."""
    return {
        (node.type, _name(node, graph)) for node in graph if node.aws and not _declared(node, graph, declared)
    }


def test_both_regions_have_the_same_resources_minus_the_declared(primary: Graph, standby: Graph) -> None:
    declared = {**ONCE, **STANDBY_ONLY}
    assert regional(primary, declared) == regional(standby, declared)


def test_nothing_that_exists_once_is_in_the_standby(standby: Graph) -> None:
    assert {node.type for node in standby} & set(ONCE) == set()


def test_no_declaration_is_idle(primary: Graph, standby: Graph) -> None:
    assert set(ONCE) <= {node.type for node in primary}
    assert set(STANDBY_ONLY) <= {node.type for node in standby}
    assert set(HOME_ONLY_NAMES) <= {node.name for node in primary} - {
        node.name for node in standby if node.name != "audit-key"
    }


def test_what_is_in_both_regions_is_configured_alike(primary: Graph, standby: Graph) -> None:
    declared = {**ONCE, **STANDBY_ONLY}
    home = {
        _name(node, primary): node for node in primary if node.aws and not _declared(node, primary, declared)
    }
    for node in standby:
        if node.aws and not _declared(node, standby, declared):
            twin = home[_name(node, standby)]
            assert set(node.inputs) == set(twin.inputs), node.urn
            assert node.protect == twin.protect, node.urn
            assert node.account == twin.account, node.urn


def test_every_regional_resource_says_its_region(standby: Graph) -> None:
    for node in standby:
        if (
            node.aws
            and "region" in node.inputs
            and node.type != "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
        ):
            assert node.inputs["region"] == standby.outputs["region"], node.urn


def _name(node: Node, graph: Graph) -> str:
    return node.name.replace(graph.outputs["region"], "REGION")


def _declared(node: Node, graph: Graph, declared: dict[str, str]) -> bool:
    at: Node | None = node
    while at is not None:
        if at.type in declared or (at.name in HOME_ONLY_NAMES and graph.outputs["stackRole"] == "primary"):
            return True
        at = graph.nodes.get(at.parent)
    return False

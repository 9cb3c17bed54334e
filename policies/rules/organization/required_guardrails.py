"""ORG-03: the guardrails that hold up everything else exist, and bind every account they must bind."""

from collections.abc import Callable, Mapping

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.iam import NotAPolicy, Statement, statements
from policies.framework.nodes import attached_nodes, node_of, reaches_everyone
from policies.framework.resources import Resource
from policies.framework.results import Fail
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ACCOUNT, ORGANIZATION, ORGANIZATION_POLICY, POLICY_ATTACHMENT, UNIT
from policies.framework.values import UnknownValue


def _denies(*actions: str, anywhere: bool = True) -> Callable[[Statement], bool]:
    """A statement that denies all of the actions by name or pattern; `*` alone is a standstill, not a guardrail.

    `anywhere`: on every resource, and under no condition but who is asking (ORG-02 judges whom that lets off).
    """
    return lambda each: (
        each.denies
        and not each.not_actions
        and "*" not in each.actions
        and all(each.covers_action(action) for action in actions)
        and (not anywhere or "*" in each.resources)
        and all(condition.key == "aws:principalarn" for condition in each.conditions)
    )


def _denies_root(each: Statement) -> bool:
    return (
        each.denies
        and "*" in each.actions
        and "arn:aws:iam::*:root" in each.condition_values("aws:PrincipalArn")
    )


def _denies_regions(each: Statement) -> bool:
    return each.denies and bool(each.not_actions) and each.has_condition("aws:RequestedRegion")


EVERYWHERE: Mapping[str, Callable[[Statement], bool]] = {
    "leaving the organization": _denies("organizations:LeaveOrganization"),
    "stopping or thinning the trail": _denies(
        "cloudtrail:StopLogging",
        "cloudtrail:DeleteTrail",
        "cloudtrail:UpdateTrail",
        "cloudtrail:PutEventSelectors",
    ),
    "stopping AWS Config": _denies("config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder"),
    "switching off security services": _denies(
        "guardduty:DeleteDetector",
        "macie2:DisableMacie",
        "securityhub:DisableSecurityHub",
        "access-analyzer:DeleteAnalyzer",
    ),
    "use of the root user": _denies_root,
    "work outside the governed Regions": _denies_regions,
}
"""What no account may do → the statement that says so."""

AT_THE_AUDIT_ACCOUNT: Mapping[str, Callable[[Statement], bool]] = {
    "weakening the audit bucket": _denies(
        "s3:PutBucketObjectLockConfiguration",
        "s3:BypassGovernanceRetention",
        "s3:DeleteObjectVersion",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        anywhere=False,
    ),
}


@stack_rule("ORG-03", ORGANIZATION, ORGANIZATION_POLICY, POLICY_ATTACHMENT, UNIT, ACCOUNT)
def rule(stack: Stack, _context: Context) -> Results:
    for organization in stack.of_type(ORGANIZATION):
        documents = _documents(stack)
        for deed, says in EVERYWHERE.items():
            yield from _guardrail(stack, organization, documents, deed, says, everyone=True)
        for deed, says in AT_THE_AUDIT_ACCOUNT.items():
            yield from _guardrail(stack, organization, documents, deed, says, everyone=False)


def _guardrail(
    stack: Stack,
    organization: Resource,
    documents: list[tuple[Resource, tuple[Statement, ...]]],
    deed: str,
    says: Callable[[Statement], bool],
    everyone: bool,
) -> Results:
    holders = [policy for policy, document in documents if any(says(each) for each in document)]
    where = "the root or every unit below it" if everyone else "the audit account, its unit or the root"
    if not holders:
        expected = f"an organization policy that denies {deed}, at {where}"
        yield Fail(organization.name, "guardrail", f"no policy denies {deed}", expected, organization.urn)
        return
    try:
        nodes = set().union(*(attached_nodes(stack, holder) for holder in holders))
        bound = reaches_everyone(stack, nodes) or (not everyone and _reaches_audit(stack, nodes))
    except UnknownValue as unknown:
        yield holders[0].undecided(f"PolicyAttachment.{unknown.path}")
        return
    if bound:
        yield holders[0].passes()
    else:
        found = f"{len(nodes)} that do not reach all" if nodes else "missing"
        yield holders[0].fails("PolicyAttachment", found, f"attached at {where}, so that it denies {deed}")


def _documents(stack: Stack) -> list[tuple[Resource, tuple[Statement, ...]]]:
    found = []
    for policy in stack.of_type(ORGANIZATION_POLICY):
        try:
            found.append((policy, statements(policy.known("content"))))
        except NotAPolicy:
            continue
    return found


def _reaches_audit(stack: Stack, nodes: set[str]) -> bool:
    for account in stack.of_type(ACCOUNT):
        if account.known("tags.data-class") == "audit":
            return account.urn in nodes or node_of(stack, account, "parentId") in nodes
    return False

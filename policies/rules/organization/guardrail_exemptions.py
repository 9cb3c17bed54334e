"""ORG-02: a guardrail exempts only role paths that workloads cannot create, and the gravest exempt nobody."""

from policies.framework.context import Context
from policies.framework.iam import NotAPolicy, Statement, statements
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import ORGANIZATION_POLICY

CONTROL_POLICIES = (None, "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
WHO = ("aws:principalarn", "aws:userid", "aws:username", "aws:principaltype")
NEVER_EXEMPT = (
    "organizations:LeaveOrganization",
    "account:CloseAccount",
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:PutEventSelectors",
    "config:StopConfigurationRecorder",
    "config:DeleteConfigurationRecorder",
    "s3:PutBucketObjectLockConfiguration",
    "s3:BypassGovernanceRetention",
    "s3:PutObjectRetention",
)


@resource_rule("ORG-02", ORGANIZATION_POLICY)
def rule(policy: Resource, context: Context) -> Results:
    if policy.get("type") not in CONTROL_POLICIES:
        return
    try:
        document = statements(policy.get("content"))
    except NotAPolicy as fault:
        yield policy.fails("content", str(fault), "a policy document")
        return
    for each in document:
        if each.denies:
            yield from _statement(policy, each, context)


def _statement(policy: Resource, each: Statement, context: Context) -> Results:
    exempt = [
        (c.key, value) for c in each.conditions if _is_exemption(c.key, c.operator) for value in c.values
    ]
    grave = [action for action in NEVER_EXEMPT if "*" not in each.actions and action in each.actions]
    strange = [f"{key} {value}" for key, value in exempt if not _is_admitted(key, value, context)]
    if exempt and grave:
        found = f"statement {each.label} exempts {exempt[0][1]} from {grave[0]}"
        yield policy.fails("content", found, "no exemption, not even for break-glass")
    elif strange:
        admitted = ", ".join(context.settings.names("exemptRolePaths"))
        yield policy.fails("content", f"statement {each.label} exempts {strange[0]}", f"only {admitted}")
    else:
        yield policy.passes()


def _is_exemption(key: str, operator: str) -> bool:
    """Whether a condition lets some principals off: a negated test of who is asking."""
    return "not" in operator and (key in WHO or key.startswith("aws:principaltag/"))


def _is_admitted(key: str, value: str, context: Context) -> bool:
    """Whether the value is one of the admitted role paths, in every account or in one."""
    head, _, path = value.partition(":role/")
    in_account = head.removeprefix("arn:aws:iam::")
    known_head = head.startswith("arn:aws:iam::") and (in_account == "*" or in_account.isdigit())
    return (
        key == "aws:principalarn"
        and known_head
        and f"role/{path}" in context.settings.names("exemptRolePaths")
    )

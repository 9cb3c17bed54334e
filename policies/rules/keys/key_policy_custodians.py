"""KMS-03: nobody outside the organization may use a key, and who administers a key does not use it.

`kms:*` for the root of the key's own account hands the decision to that account's IAM policies, and is the
documented default; it is refused here all the same, because an IAM policy could then give one person both halves.
"""

from policies.framework.context import Context
from policies.framework.iam import NotAPolicy, Statement, statements
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import KEY, KEY_POLICY, REPLICA_KEY
from policies.framework.values import is_present

ORGANIZATION_BOUND = (
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:PrincipalAccount",
    "aws:SourceAccount",
    "kms:CallerAccount",
)
USE = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:Sign",
    "kms:GenerateMac",
)
ADMINISTER = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DisableKeyRotation")


@resource_rule("KMS-03", KEY, REPLICA_KEY, KEY_POLICY)
def rule(key: Resource, _context: Context) -> Results:
    policy = key.get("policy")
    if not is_present(policy):
        yield key.fails("policy", policy, "a key policy that names custodians and users apart")
        return
    try:
        document = statements(policy)
    except NotAPolicy as fault:
        yield key.fails("policy", str(fault), "a key policy document")
        return
    for each in document:
        yield from _statement(key, each)


def _statement(key: Resource, each: Statement) -> Results:
    if not each.allows:
        return
    uses = [action for action in USE if each.covers_action(action)]
    administers = [action for action in ADMINISTER if each.covers_action(action)]
    if each.is_public and not each.has_condition(*ORGANIZATION_BOUND):
        found = f"statement {each.label} allows everyone"
        yield key.fails("policy", found, f"a condition on one of {', '.join(ORGANIZATION_BOUND)}")
    elif each.not_principals:
        yield key.fails("policy", f"statement {each.label} allows all but some", "named principals")
    elif uses and administers:
        found = f"statement {each.label} allows {administers[0]} and {uses[0]}"
        yield key.fails("policy", found, "custodians and users in separate statements")
    else:
        yield key.passes()

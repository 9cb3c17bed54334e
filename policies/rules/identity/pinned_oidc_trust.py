"""IAM-06: a role that trusts an OIDC provider names the audience and the exact subject, without wildcards.

`repo:owner/name:*` would let any branch and any pull request of the repository deploy. Pull requests of one repository
may assume the plan roles, which read and change nothing.
"""

from policies.framework.context import Context
from policies.framework.iam import NotAPolicy, Statement, statements
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import ROLE

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
EXACT = ("stringequals",)
PLAN_PATH = "/platform/plan/"


@resource_rule("IAM-06", ROLE)
def rule(role: Resource, _context: Context) -> Results:
    try:
        document = statements(role.get("assumeRolePolicy"))
    except NotAPolicy as fault:
        yield role.fails("assumeRolePolicy", str(fault), "a trust policy document")
        return
    for each in document:
        if each.allows and each.covers_action(WEB_IDENTITY):
            yield from _trust(role, each)


def _trust(role: Resource, each: Statement) -> Results:
    for claim in ("aud", "sub"):
        pinned = [c for c in each.conditions if c.key.endswith(f":{claim}") and c.operator in EXACT]
        values = [value for condition in pinned for value in condition.values]
        if not values:
            expected = f"StringEquals on {claim} (repository and environment for sub)"
            yield role.fails("assumeRolePolicy", f"statement {each.label} does not pin {claim}", expected)
        elif any("*" in value or "?" in value for value in values):
            yield role.fails(
                "assumeRolePolicy", f"{claim} {', '.join(values)}", f"an exact {claim}, no wildcard"
            )
        elif claim == "sub" and not all(_is_exact_subject(value, role) for value in values):
            expected = "repo:OWNER/NAME:environment:NAME, or a single branch or tag"
            yield role.fails("assumeRolePolicy", f"sub {', '.join(values)}", expected)
        else:
            yield role.passes()


def _is_exact_subject(value: str, role: Resource) -> bool:
    """A GitHub subject must say repository and environment or ref; other issuers are taken as exact."""
    if not value.startswith("repo:"):
        return bool(value)
    parts = value.split(":")
    if parts[2:] == ["pull_request"]:
        return role.text("path") == PLAN_PATH
    return "/" in parts[1] and len(parts) > 3 and parts[2] in ("environment", "ref")

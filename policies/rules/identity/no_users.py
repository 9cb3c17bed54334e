"""IAM-01: no IAM users and no long-lived credentials; people come through Identity Center, machines through roles."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import ACCESS_KEY, LOGIN_PROFILE, SERVICE_CREDENTIAL, USER


@resource_rule("IAM-01", USER, ACCESS_KEY, LOGIN_PROFILE, SERVICE_CREDENTIAL)
def rule(credential: Resource, _context: Context) -> Results:
    kind = credential.type.split(":")[-1]
    yield credential.fails("type", f"an IAM {kind}", "a role, assumed through Identity Center or OIDC")

"""OPS-03: every resource names its provider, and every provider names its one account and its Region.

The default provider takes whatever credentials the shell holds: that is how the wrong account is deployed to.
"""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.results import Result
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ACCOUNT
from policies.framework.values import from_json, holds_unknown, texts


@stack_rule("OPS-03", PROVIDER_TYPE, ACCOUNT)
def rule(stack: Stack, _context: Context) -> Results:
    for resource in stack.resources:
        if resource.type.startswith("aws:"):
            yield _names_its_provider(resource)
    used = {resource.provider.urn for resource in stack.resources if resource.provider}
    for provider in stack.of_type(PROVIDER_TYPE):
        if provider.urn in used and not provider.name.startswith("default"):
            yield from _is_pinned(provider, stack)


def _names_its_provider(resource: Resource) -> Result:
    if resource.provider is None or resource.provider.is_default:
        found = "the default provider" if resource.provider else "not set"
        return resource.fails("provider", found, "the explicit provider of one account")
    return resource.passes()


def _is_pinned(provider: Resource, stack: Stack) -> Results:
    ids = from_json(provider.props.get("allowedAccountIds"))
    if holds_unknown(ids):
        # its one source is an account that this update makes: pinned, though the id is not known yet
        sources = set(provider.property_dependencies.get("allowedAccountIds", ()))
        accounts = [dep for dep in sources if dep in stack.by_urn and stack.by_urn[dep].type == ACCOUNT]
        yield provider.passes() if len(accounts) == 1 else provider.undecided("allowedAccountIds")
    elif len(texts(ids)) == 1:
        yield provider.passes()
    else:
        yield provider.fails("allowedAccountIds", ids, "exactly one account id")
    yield provider.check("region", lambda region: isinstance(region, str) and region != "", "a Region")

"""OPS-01: every provider gives the required tags to what it creates; the scope inventory is built from them."""

from policies.framework.context import Context
from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.values import UNKNOWN, from_json, read


@resource_rule("OPS-01", PROVIDER_TYPE)
def rule(provider: Resource, context: Context) -> Results:
    if provider.name.startswith("default"):
        return
    settings = from_json(provider.props.get("defaultTags"))
    if settings is UNKNOWN:
        yield provider.undecided("defaultTags")
        return
    tags = read(settings, "tags") or {}
    for key in context.settings.names("requiredTags"):
        value = tags.get(key) if isinstance(tags, dict) else None
        if value is UNKNOWN or (isinstance(value, str) and value.strip()):
            yield provider.passes()
        else:
            yield provider.fails(f"defaultTags.tags.{key}", value, "a value")

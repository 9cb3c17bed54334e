"""LOG-14: AWS Config records every supported resource, keeps recording, and delivers what it records."""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.results import Fail, Result
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import (
    AGGREGATOR,
    DELIVERY_CHANNEL,
    ORGANIZATION,
    RECORDER,
    RECORDER_STATUS,
)
from policies.framework.values import is_true, texts


@stack_rule("LOG-14", RECORDER, RECORDER_STATUS, DELIVERY_CHANNEL, AGGREGATOR, ORGANIZATION)
def rule(stack: Stack, context: Context) -> Results:
    recorders = stack.of_type(RECORDER)
    for recorder in recorders:
        yield recorder.check("recordingGroup.allSupported", is_true, "true")
    for status in stack.of_type(RECORDER_STATUS):
        yield status.check("isEnabled", is_true, "true")
    for kind, token in (("RecorderStatus", RECORDER_STATUS), ("DeliveryChannel", DELIVERY_CHANNEL)):
        for recorder in recorders:
            if not any(_same_place(recorder, each) for each in stack.of_type(token)):
                yield recorder.fails(kind, "missing", f"a {kind} in the account and Region of the recorder")
    for organization in stack.of_type(ORGANIZATION):
        yield from _of_organization(stack, organization, context)


def _of_organization(stack: Stack, organization: Resource, context: Context) -> Results:
    recorders, aggregators = stack.of_type(RECORDER), stack.of_type(AGGREGATOR)
    urn = organization.urn
    if not recorders:
        yield Fail(organization.name, "Recorder", "missing", "a recorder in every account of the stack", urn)
    elif not any(is_true(each.get("recordingGroup.includeGlobalResourceTypes")) for each in recorders):
        found = "false everywhere"
        yield recorders[0].fails(
            "recordingGroup.includeGlobalResourceTypes", found, "true in the home Region"
        )
    if not aggregators:
        yield Fail(organization.name, "ConfigurationAggregator", "missing", "an organization aggregator", urn)
    for aggregator in aggregators:
        yield _covers(aggregator, context.settings.names("governedRegions"))


def _covers(aggregator: Resource, governed: tuple[str, ...]) -> Result:
    source = "organizationAggregationSource"
    if is_true(aggregator.get(f"{source}.allRegions")):
        return aggregator.passes()
    regions = texts(aggregator.get(f"{source}.regions"))
    if set(governed) <= set(regions):
        return aggregator.passes()
    return aggregator.fails(f"{source}.regions", list(regions), f"the governed Regions {', '.join(governed)}")


def _same_place(one: Resource, other: Resource) -> bool:
    mine, its = one.provider, other.provider
    same_account = mine is None or its is None or mine.urn == its.urn
    return same_account and one.region == other.region

"""DET-05: Security Hub runs PCI DSS v4.0.1 and the AWS baseline, and gathers both Regions' findings in one place.

Either way of switching a standard on counts: central configuration, or a subscription in the account.
"""

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.results import Fail
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import (
    ORGANIZATION,
    SECURITY_HUB,
    SECURITY_HUB_AGGREGATOR,
    SECURITY_HUB_POLICY,
    SECURITY_HUB_STANDARD,
)
from policies.framework.values import UNKNOWN, is_true, texts

CENTRAL = "configurationPolicy"


@stack_rule(
    "DET-05", ORGANIZATION, SECURITY_HUB, SECURITY_HUB_STANDARD, SECURITY_HUB_POLICY, SECURITY_HUB_AGGREGATOR
)
def rule(stack: Stack, context: Context) -> Results:
    for policy in stack.of_type(SECURITY_HUB_POLICY):
        yield policy.check(f"{CENTRAL}.serviceEnabled", is_true, "true")
        yield from _standards(policy, texts(policy.get(f"{CENTRAL}.enabledStandardArns")), context)
    for aggregator in stack.of_type(SECURITY_HUB_AGGREGATOR):
        yield from _gathers(aggregator, context)
    for organization in stack.of_type(ORGANIZATION):
        yield from _of_organization(stack, organization, context)


def _of_organization(stack: Stack, organization: Resource, context: Context) -> Results:
    if not stack.of_type(SECURITY_HUB):
        yield Fail(organization.name, "securityhub.Account", "missing", "Security Hub on", organization.urn)
    if not stack.of_type(SECURITY_HUB_AGGREGATOR):
        expected = "an aggregator over the governed Regions"
        yield Fail(organization.name, "FindingAggregator", "missing", expected, organization.urn)
    if not stack.of_type(SECURITY_HUB_POLICY):
        subscribed = [each.known("standardsArn") for each in stack.of_type(SECURITY_HUB_STANDARD)]
        if UNKNOWN in subscribed:
            yield organization.undecided("StandardsSubscription.standardsArn")
        else:
            yield from _standards(organization, tuple(str(arn) for arn in subscribed), context)


def _standards(holder: Resource, arns: tuple[str, ...], context: Context) -> Results:
    for standard in context.settings.names("securityStandards"):
        if any(arn.endswith(standard) for arn in arns):
            yield holder.passes()
        else:
            yield holder.fails("standards", f"{len(arns)} without {standard}", f"{standard} enabled")


def _gathers(aggregator: Resource, context: Context) -> Results:
    mode = aggregator.get("linkingMode")
    named = set(texts(aggregator.get("specifiedRegions")))
    governed = set(context.settings.names("governedRegions"))
    home = aggregator.region
    if mode == "ALL_REGIONS" or (mode == "SPECIFIED_REGIONS" and governed <= named | {home or ""}):
        yield aggregator.passes()
    else:
        found = f"{mode} {', '.join(sorted(named))}".strip()
        yield aggregator.fails("linkingMode", found, f"the governed Regions {', '.join(sorted(governed))}")

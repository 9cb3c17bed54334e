"""DET-05: Security Hub runs PCI DSS v4.0.1 and the AWS baseline, and gathers both Regions' findings in one place.

Members are governed by central configuration, from the home Region; the administrator's account governs itself and
subscribes in each Region. Both halves are asked for: either alone leaves accounts without the standards.
"""

from policies.framework.context import Context
from policies.framework.estate import MARKERS, absent, in_region, watched_regions
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.results import Fail, Result
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import (
    ORGANIZATION,
    SECURITY_HUB,
    SECURITY_HUB_AGGREGATOR,
    SECURITY_HUB_POLICY,
    SECURITY_HUB_STANDARD,
)
from policies.framework.values import is_true, texts

CENTRAL = "configurationPolicy"
DISABLED = f"{CENTRAL}.securityControlsConfiguration.disabledControlIdentifiers"
HUB_PARTS = (SECURITY_HUB, SECURITY_HUB_STANDARD, SECURITY_HUB_POLICY, SECURITY_HUB_AGGREGATOR)


@stack_rule("DET-05", *MARKERS, *HUB_PARTS, PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    for policy in stack.of_type(SECURITY_HUB_POLICY):
        yield policy.check(f"{CENTRAL}.serviceEnabled", is_true, "true")
        yield policy.check(DISABLED, lambda controls: not controls, "no control switched off")
        yield from _standards(policy, texts(policy.get(f"{CENTRAL}.enabledStandardArns")), context)
    for aggregator in stack.of_type(SECURITY_HUB_AGGREGATOR):
        yield _gathers(aggregator, context)
    for organization in stack.of_type(ORGANIZATION):
        for kind, token in (
            ("securityhub.Account", SECURITY_HUB),
            ("ConfigurationPolicy", SECURITY_HUB_POLICY),
            ("FindingAggregator", SECURITY_HUB_AGGREGATOR),
        ):
            if not stack.of_type(token):
                yield Fail(organization.name, kind, "missing", f"a {kind} in this stack", organization.urn)
    for region in watched_regions(stack, context):
        subscribed = [
            each.get("standardsArn") for each in in_region(stack.of_type(SECURITY_HUB_STANDARD), region)
        ]
        for standard in _lacking(texts(subscribed), context):
            yield absent(
                stack, f"StandardsSubscription {standard}", region, "the administrator's own subscription"
            )


def _lacking(arns: tuple[str, ...], context: Context) -> list[str]:
    wanted = context.settings.names("securityStandards")
    return [standard for standard in wanted if not any(arn.endswith(standard) for arn in arns)]


def _standards(policy: Resource, arns: tuple[str, ...], context: Context) -> Results:
    lacking = _lacking(arns, context)
    for standard in lacking:
        yield policy.fails(
            f"{CENTRAL}.enabledStandardArns", f"{len(arns)} without {standard}", f"{standard} enabled"
        )
    if not lacking:
        yield policy.passes()


def _gathers(aggregator: Resource, context: Context) -> Result:
    mode = aggregator.get("linkingMode")
    named = set(texts(aggregator.get("specifiedRegions")))
    governed = set(context.settings.names("governedRegions"))
    if mode == "ALL_REGIONS" or (
        mode == "SPECIFIED_REGIONS" and governed <= named | {aggregator.region or ""}
    ):
        return aggregator.passes()
    found = f"{mode} {', '.join(sorted(named))}".strip()
    return aggregator.fails("linkingMode", found, f"the governed Regions {', '.join(sorted(governed))}")

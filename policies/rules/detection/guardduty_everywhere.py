"""DET-01: GuardDuty is on in every Region the estate builds in, for every account of the organization."""

from policies.framework.context import Context
from policies.framework.estate import MARKERS, absent, in_region, watched_regions
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import DETECTOR, GUARDDUTY_ORGANIZATION
from policies.framework.values import equals, not_false


@stack_rule("DET-01", *MARKERS, GUARDDUTY_ORGANIZATION, PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    detectors, organizations = stack.of_type(DETECTOR), stack.of_type(GUARDDUTY_ORGANIZATION)
    for detector in detectors:
        yield detector.check("enable", not_false, "true")
    for members in organizations:
        yield members.check("autoEnableOrganizationMembers", equals("ALL"), "ALL")
    for region in watched_regions(stack, context):
        if not in_region(detectors, region):
            yield absent(stack, "Detector", region, "an enabled detector in every governed Region")
        if not in_region(organizations, region):
            yield absent(stack, "guardduty.OrganizationConfiguration", region, "members enabled: ALL")

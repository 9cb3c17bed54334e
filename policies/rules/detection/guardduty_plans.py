"""DET-02: every protection plan of GuardDuty is on, in each detector and for every member."""

from collections.abc import Callable

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.rule import Results, related_rule
from policies.framework.tokens import (
    DETECTOR,
    DETECTOR_FEATURE,
    GUARDDUTY_ORGANIZATION,
    GUARDDUTY_ORGANIZATION_FEATURE,
)
from policies.framework.values import equals

INCLUDED = {"RUNTIME_MONITORING": ("EKS_RUNTIME_MONITORING",)}
"""Plans that another plan contains; AWS refuses both together."""


@related_rule(
    "DET-02", (DETECTOR,), (DETECTOR_FEATURE, GUARDDUTY_ORGANIZATION, GUARDDUTY_ORGANIZATION_FEATURE)
)
def rule(detector: Resource, stack: Stack, context: Context) -> Results:
    plans = context.settings.names("guarddutyFeatures")
    own = stack.referring(detector, "detectorId", (DETECTOR_FEATURE,))
    yield from _plans(detector, own, plans, "status", equals("ENABLED"), "ENABLED")
    if stack.referring(detector, "detectorId", (GUARDDUTY_ORGANIZATION,)):
        members = stack.referring(detector, "detectorId", (GUARDDUTY_ORGANIZATION_FEATURE,))
        yield from _plans(detector, members, plans, "autoEnable", equals("ALL"), "ALL")


def _plans(
    detector: Resource,
    features: list[Resource],
    plans: tuple[str, ...],
    path: str,
    accept: Callable[[object], bool],
    expected: str,
) -> Results:
    by_name = {feature.text("name"): feature for feature in features}
    for plan in plans:
        feature = by_name.get(plan)
        if feature is None:
            kind = "DetectorFeature" if path == "status" else "OrganizationConfigurationFeature"
            yield detector.fails(f"{kind} {plan}", "missing", f"{path} {expected}")
        else:
            yield feature.check(path, accept, f"{expected} ({plan})")

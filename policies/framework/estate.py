"""Whether a stack is part of the watched estate, and which Regions it must watch.

An application's own stack places no detective service and is not asked for any. A stack that has one of them, or
the organization, must have them all: taking one away is then noticed.
"""

from __future__ import annotations

from typing import Final

from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.results import Fail
from policies.framework.tokens import ANALYZER, DETECTOR, INSPECTOR, MACIE, ORGANIZATION, RECORDER

MARKERS: Final = (ORGANIZATION, DETECTOR, MACIE, ANALYZER, INSPECTOR, RECORDER)


def watched_regions(stack: Stack, context: Context) -> tuple[str, ...]:
    """The governed Regions this stack builds in, if it is part of the estate. Raises UnknownValue."""
    if not stack.of_type(*MARKERS):
        return ()
    regions = {provider.text("region") for provider in stack.of_type(PROVIDER_TYPE)}
    return tuple(region for region in context.settings.names("governedRegions") if region in regions)


def in_region(resources: list[Resource], region: str) -> list[Resource]:
    """The resources that live in a Region."""
    return [resource for resource in resources if resource.region == region]


def absent(stack: Stack, kind: str, region: str, expected: str) -> Fail:
    """A service that a watched Region lacks."""
    return Fail(stack.name, kind, f"missing in {region}", expected)

"""No rule crashes, whatever a resource holds: missing, null, unknown, of another type, deep or huge.

Two ways of being odd: values bent inside the good estate, which keeps the relations, and resources made of noise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.framework.catalogue import Entry, catalogue
from policies.framework.context import context_for
from policies.framework.graph import Stack
from policies.framework.messages import violation
from policies.framework.resources import Provider, Resource
from policies.framework.results import Fail
from policies.framework.rule import rule_of
from policies.framework.values import UNKNOWN
from tests.policies.estate import estate
from tests.policies.world import World

GOOD = estate()
JSON_BITS = st.sampled_from(
    [
        "",
        "{",
        "[]",
        "null",
        '{"Statement":1}',
        '{"Statement":[{"Effect":"Allow"}]}',
        '{"Statement":{"Condition":[1]}}',
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just(UNKNOWN), JSON_BITS
)
ODD = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FEW = settings(
    max_examples=6,
    phases=(Phase.explicit, Phase.generate),  # the first crash is enough, shrinking it takes minutes
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
each_policy = pytest.mark.parametrize("policy", catalogue(), ids=lambda policy: policy.id)


def judge(policy: Entry, stack: Stack) -> None:
    """Evaluate and print: both must work on anything."""
    for result in rule_of(policy).evaluate(stack, context_for("prod-primary")):
        if isinstance(result, Fail):
            assert violation(policy, result)


def bent(world: World, policy: Entry, data: st.DataObject) -> Stack:
    """The good estate with odd values in properties that the policy reads."""
    readable = [(item, prop) for item in world.items.values() for prop in policy.reads.get(item.type, ())]
    if not readable:
        return world.stack()
    changes = {
        (item.name, prop): data.draw(ODD)
        for item, prop in data.draw(st.lists(st.sampled_from(readable), max_size=4))
    }

    def bend(resource: Resource) -> Resource:
        odd = {prop: value for (name, prop), value in changes.items() if name == resource.name}
        return replace(resource, props={**resource.props, **odd}) if odd else resource

    return Stack(bend(resource) for resource in world.stack().resources)


@each_policy
@FEW
@given(data=st.data())
def test_odd_values_in_a_good_estate(policy: Entry, data: st.DataObject) -> None:
    judge(policy, bent(GOOD, policy, data))


@each_policy
@FEW
@given(data=st.data())
def test_resources_of_noise(policy: Entry, data: st.DataObject) -> None:
    def noise(number: int, token: str, properties: tuple[str, ...]) -> Resource:
        props = {prop: data.draw(ODD) for prop in (*properties, "id", "tags", "region")}
        provider = Provider(
            "urn:p",
            "p",
            {"allowedAccountIds": data.draw(ODD), "region": data.draw(ODD), "defaultTags": data.draw(ODD)},
        )
        urn = data.draw(st.sampled_from(["", "urn", f"urn:pulumi:s::p::{token}::n{number}"]))
        on = dict.fromkeys(properties[:1], ("urn", "gone"))
        return Resource(urn, token, f"n{number}", props, provider=provider, property_dependencies=on)

    judge(policy, Stack(noise(n, token, props) for n, (token, props) in enumerate(policy.reads.items())))


@each_policy
def test_huge_and_deep_values(policy: Entry) -> None:
    deep: Any = "end"
    for _ in range(80):
        deep = {"rule": deep}
    for huge in ("x" * 500_000, ["x"] * 50_000, deep, '{"a":' * 5_000, 1e308, -1, float("nan")):
        world = GOOD
        for item in GOOD.items.values():
            for prop in policy.reads.get(item.type, ()):
                world = world.change(item.name, **{prop: huge})
        judge(policy, world.stack())

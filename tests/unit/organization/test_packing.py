"""Quotas: nothing too large is sent, and documents merge only where slots run out."""

from typing import Any

import pytest

from components.catalogue.guardrails import Limit
from components.errors import ConfigError
from components.organization.packing import Packed, headroom, pack

SCP = "SERVICE_CONTROL_POLICY"


def policy(name: str, size: int = 100, **changes: Any) -> Packed:
    """A policy with one statement of about this many characters."""
    statement = {"Sid": name, "Effect": "Deny", "Action": "x" * size, "Resource": "*"}
    fields = {"type": SCP, "attach": ("root",), "after": "", "region": "", "description": f"About {name}."}
    return Packed(name=name, body=[statement], **{**fields, **changes})


def limits(per_node: int = 5, characters: int = 5120) -> dict[str, Limit]:
    return {SCP: Limit(per_node=per_node, reserved=1, characters=characters)}


def names(policies: tuple[Packed, ...]) -> list[str]:
    return [one.name for one in policies]


def test_policies_that_fit_stay_as_they_are() -> None:
    given = [policy("a"), policy("b")]
    assert pack(given, limits()) == tuple(given)


def test_a_document_one_character_too_large_is_refused_by_name_size_and_excess() -> None:
    size = len(policy("big").content)
    assert pack([policy("big")], limits(characters=size))
    with pytest.raises(
        ConfigError, match=rf"guardrails/big\.json: the document has {size} characters .* 1 more"
    ):
        pack([policy("big")], limits(characters=size - 1))


def test_the_smallest_documents_merge_until_the_slots_suffice() -> None:
    packed = pack([policy("a", 900), policy("b", 10), policy("c", 500), policy("d", 20)], limits(per_node=4))
    assert names(packed) == ["a", "b+d", "c"]
    assert [statement["Sid"] for statement in packed[1].body] == ["b", "d"]


def test_documents_with_other_targets_or_another_time_never_merge() -> None:
    apart = [policy("a"), policy("b", after="audit"), policy("c", attach=("root", "security"))]
    with pytest.raises(ConfigError, match=r"3 policies .* do not fit in 1 slots"):
        pack(apart, limits(per_node=2))


def test_a_merge_that_would_be_too_large_is_not_made() -> None:
    with pytest.raises(ConfigError, match="do not fit in 1 slots, merged or not"):
        pack([policy("a", 900), policy("b", 900)], limits(per_node=2, characters=1200))


def test_a_description_never_grows_past_what_aws_takes() -> None:
    long = [policy(name, description="x" * 400) for name in ("a", "b")]
    assert len(pack(long, limits(per_node=2))[0].description) == 512


def test_a_policy_type_without_a_quota_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"limits\.yaml limits\.TAG_POLICY"):
        pack([policy("tags", type="TAG_POLICY")], limits())


def test_headroom_counts_the_slot_aws_takes_itself() -> None:
    row = headroom([policy("a"), policy("b", 300)], limits())[0]
    assert (row.node, row.slots_used, row.slots) == ("root", 3, 5)
    assert row.largest == len(policy("b", 300).content)

"""Accepted differences are data with a reason, an owner and an end."""

from datetime import date

import pytest

from localcloud.drift.benign import load, mark
from localcloud.drift.model import DriftReport, PropertyDrift, ResourceDrift
from localcloud.errors import UserError

TODAY = date(2026, 11, 23)
RULE = """
benign:
  - type: aws:kms/key:Key
    name: "*"
    property: tags.LastUsed
    reason: written by the inventory job
    owner: platform
    expires: 2027-01-01
"""


def rules(tmp_path, text=RULE):
    path = tmp_path / "benign_drift.yaml"
    path.write_text(text)
    return load(path)


def drifted(path, kind="changed"):
    return ResourceDrift("urn", "aws:kms/key:Key", "audit", "k-1", kind, (PropertyDrift(path, 1, 2),))


def report(resource, unreadable=()):
    return DriftReport("prod-primary", "now", 1, (resource,), unreadable)


def test_a_covered_difference_is_shown_with_its_reason_and_leaves_the_run_clean(tmp_path):
    resource = mark(drifted("tags.LastUsed"), rules(tmp_path), TODAY)
    assert "inventory job" in resource.properties[0].benign
    assert report(resource).clean


def test_another_property_of_the_same_resource_is_drift(tmp_path):
    assert not report(mark(drifted("policy"), rules(tmp_path), TODAY)).clean


def test_an_expired_rule_no_longer_applies(tmp_path):
    assert not report(mark(drifted("tags.LastUsed"), rules(tmp_path), date(2027, 1, 2))).clean


def test_a_deleted_resource_is_never_benign(tmp_path):
    assert not report(mark(drifted("tags.LastUsed", "deleted"), rules(tmp_path), TODAY)).clean


def test_what_could_not_be_read_is_not_clean(tmp_path):
    assert not report(mark(drifted("tags.LastUsed"), rules(tmp_path), TODAY), ("urn: denied",)).clean


def test_no_file_means_no_rules(tmp_path):
    assert load(tmp_path / "none.yaml") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("benign: [{type: a}]", "benign[0]"),
        (RULE.replace("2027-01-01", "soon"), "benign[0].expires"),
        (RULE.replace("tags.LastUsed", "'*'"), "accepts every difference"),
        ("benign: 3", "must be a list"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_malformed_rule_is_named(tmp_path, text, says):
    with pytest.raises(UserError, match=says.replace("[", r"\[").replace("]", r"\]")):
        rules(tmp_path, text)

"""Differences are named by property, down to the statement of a policy document."""

import json

from localcloud.drift.compare import differences
from localcloud.drift.model import MISSING


def paths(recorded, actual):
    return [d.path for d in differences(recorded, actual)]


def test_equal_maps_have_no_difference():
    assert differences({"a": 1, "b": [{"c": 2}]}, {"b": [{"c": 2}], "a": 1}) == ()


def test_a_changed_scalar_carries_both_values():
    (found,) = differences({"enableLogging": True}, {"enableLogging": False})
    assert (found.path, found.recorded, found.actual) == ("enableLogging", True, False)


def test_a_nested_change_is_named_by_its_path():
    assert paths(
        {"rule": {"days": 2555, "mode": "COMPLIANCE"}}, {"rule": {"days": 1, "mode": "COMPLIANCE"}}
    ) == ["rule.days"]


def test_a_policy_document_is_opened():
    before = json.dumps({"Statement": [{"Effect": "Deny", "Action": "s3:*"}]})
    after = json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:*"}]})
    (found,) = differences({"policy": before}, {"policy": after})
    assert (found.path, found.recorded, found.actual) == ("policy.Statement[0].Effect", "Deny", "Allow")


def test_statements_are_matched_by_their_sid_wherever_they_stand():
    tls, logs = {"Sid": "TlsOnly", "Effect": "Deny"}, {"Sid": "Logs", "Effect": "Allow"}
    before = json.dumps({"Statement": [tls, logs]})
    after = json.dumps({"Statement": [logs, {"Effect": "Allow", "Principal": "*"}]})
    assert paths({"policy": before}, {"policy": after}) == [
        "policy.Statement[1]",
        "policy.Statement[TlsOnly]",
    ]


def test_documents_that_differ_in_layout_alone_are_equal():
    assert differences({"policy": '{"a": 1, "b": 2}'}, {"policy": '{"b":2,"a":1}'}) == ()


def test_absent_null_and_empty_are_the_same():
    assert differences({"tags": {}, "description": None}, {"description": ""}) == ()


def test_a_value_that_appeared_is_recorded_as_absent():
    (found,) = differences({}, {"kmsKeyId": "arn"})
    assert (found.recorded, found.actual) == (MISSING, "arn")


def test_lists_of_scalars_compare_as_sets():
    assert differences({"events": ["a", "b"]}, {"events": ["b", "a"]}) == ()
    assert paths({"events": ["a", "b"]}, {"events": ["a"]}) == ["events"]


def test_zero_and_false_are_values_not_absence():
    assert paths({"n": 0, "on": False}, {}) == ["n", "on"]


def test_internal_keys_are_left_out():
    assert differences({"__defaults": ["x"]}, {}) == ()

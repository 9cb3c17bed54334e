"""Validation, defaults, names and the rules of replacement. Nothing here reaches AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from localcloud.provider.model import Call
from localcloud.provider.sessions import Instance
from localcloud.provider.wire import UNKNOWN, encode
from tests.localcloud.provider.conftest import Stage
from tests.localcloud.provider.driver import Driver, Made, urn_of

KEY = "aws:kms/key:Key"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"
BUCKET = "aws:s3/bucket:Bucket"
TRUST = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]})


@pytest.fixture
def offline(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """A configured provider for which every AWS call fails the test."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("AWS was called")

    monkeypatch.setattr(Instance, "call", refuse)
    monkeypatch.setattr(Call, "pages", refuse)
    return stage.audit


@pytest.mark.parametrize(
    ("token", "inputs", "path", "reason"),
    [
        (KEY, {"descripton": "x"}, "descripton", 'Did you mean "description"?'),
        (
            KEY,
            {"deletion_window_in_days": 7},
            "deletion_window_in_days",
            'Did you mean "deletionWindowInDays"?',
        ),
        (KEY, {"deletionWindowInDays": 3}, "deletionWindowInDays", "(7 - 30)"),
        (KEY, {"keyUsage": "HASH"}, "keyUsage", '"ENCRYPT_DECRYPT"'),
        (KEY, {"policy": "{nope"}, "policy", "invalid JSON"),
        (KEY, {"policy": '{"Statement": [{"Action": "*"}]}'}, "policy", "Effect"),
        (KEY, {"isEnabled": "maybe"}, "isEnabled", "expected a boolean"),
        (KEY, {"tags": ["a"]}, "tags", "expected a map"),
        (ROLE, {}, "assumeRolePolicy", "missing required property"),
        (ROLE, {"assumeRolePolicy": TRUST, "maxSessionDuration": 60}, "maxSessionDuration", "(3600 - 43200)"),
        (ROLE, {"assumeRolePolicy": TRUST, "name": "a" * 65}, "name", "at most 64"),
        (QUEUE, {"fifoQueue": True, "name": "plain"}, "name", ".fifo"),
        (QUEUE, {"delaySeconds": 901}, "delaySeconds", "(0 - 900)"),
        (BUCKET, {"acl": "private"}, "acl", "BucketAcl"),
        (
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            {"bucket": "b", "rules": [{"id": "x", "status": "Enabled", "expiraton": {}}]},
            "rules[0].expiraton",
            'Did you mean "expiration"?',
        ),
        ("aws:kms/alias:Alias", {"name": "plain", "targetKeyId": "k"}, "name", "alias/"),
        ("aws:cloudwatch/eventRule:EventRule", {}, "eventPattern", "scheduleExpression"),
    ],
)
def test_bad_input_is_named(offline: Driver, token: str, inputs: Any, path: str, reason: str) -> None:
    _, problems = offline.check(token, inputs)
    assert reason in problems[path]


def test_unknown_values_pass(offline: Driver) -> None:
    checked, problems = offline.check(ROLE, {"assumeRolePolicy": UNKNOWN, "tags": {"a": UNKNOWN}})
    assert not problems
    assert checked["tagsAll"] is UNKNOWN


def test_defaults_region_and_tags_are_filled_in(offline: Driver) -> None:
    checked, _ = offline.check(KEY, {"tags": {"class": "key"}})
    assert checked["region"] == "us-east-2"
    assert checked["isEnabled"] is True
    assert checked["tagsAll"] == {"class": "key", "owner": "platform"}


def test_a_resource_tag_overrides_a_default_tag(offline: Driver) -> None:
    assert offline.check(KEY, {"tags": {"owner": "me"}})[0]["tagsAll"] == {"owner": "me"}


def test_a_generated_name_is_kept(offline: Driver) -> None:
    first, _ = offline.check(QUEUE, {}, "jobs")
    assert first["name"].startswith("jobs-")
    assert len(first["name"]) == len("jobs-") + 7
    assert offline.check(QUEUE, {}, "jobs", old=first)[0]["name"] == first["name"]
    fresh, _ = offline.check(QUEUE, {}, "jobs", old={"name": "chosen"})
    assert fresh["name"] == first["name"], "a name the program gave up is not kept"


def test_a_name_prefix_is_used(offline: Driver) -> None:
    assert offline.check(ROLE, {"assumeRolePolicy": TRUST, "namePrefix": "app-"})[0]["name"].startswith(
        "app-"
    )


def test_a_bucket_name_is_lower_case(offline: Driver) -> None:
    assert offline.check(BUCKET, {}, "AuditLogs")[0]["bucket"].startswith("auditlogs-")


@pytest.mark.parametrize(
    ("token", "old", "new", "replaced"),
    [
        (QUEUE, {"name": "a"}, {"name": "b"}, {"name"}),
        (QUEUE, {"name": "a", "delaySeconds": 1}, {"name": "a", "delaySeconds": 2}, set()),
        (QUEUE, {"name": "a", "region": "us-east-2"}, {"name": "a", "region": "us-west-2"}, {"region"}),
        (KEY, {"multiRegion": True}, {"multiRegion": False}, {"multiRegion"}),
        (ROLE, {"path": "/a/"}, {"path": "/b/"}, {"path"}),
        (BUCKET, {"bucket": "a", "objectLockEnabled": True}, {"bucket": "a"}, {"objectLockEnabled"}),
        ("aws:iam/policy:Policy", {"description": "a"}, {"description": "b"}, {"description"}),
        ("aws:organizations/account:Account", {"email": "a@x.io"}, {"email": "b@x.io"}, {"email"}),
        ("aws:organizations/policy:Policy", {"type": "TAG_POLICY"}, {"type": "BACKUP_POLICY"}, {"type"}),
        (
            "aws:organizations/organizationalUnit:OrganizationalUnit",
            {"parentId": "r"},
            {"parentId": "o"},
            {"parentId"},
        ),
        ("aws:cloudtrail/trail:Trail", {"name": "a"}, {"name": "b"}, {"name"}),
    ],
)
def test_what_forces_a_replacement(
    offline: Driver, token: str, old: Any, new: Any, replaced: set[str]
) -> None:
    answer = offline.diff(Made(urn_of(token), "id", old, old), new)
    assert answer.changes == pb.DiffResponse.DIFF_SOME
    assert set(answer.replaces) == replaced
    kinds = {pb.PropertyDiff.Kind.Name(item.kind) for item in answer.detailedDiff.values()}
    assert all(kind.endswith("_REPLACE") for kind in kinds) == bool(replaced)


def test_a_taken_name_is_freed_before_it_is_used_again(offline: Driver) -> None:
    old = {"name": "jobs", "fifoQueue": False}
    answer = offline.diff(Made(urn_of(QUEUE), "id", old, old), {"name": "jobs", "fifoQueue": True})
    assert answer.deleteBeforeReplace


@pytest.mark.parametrize(
    ("token", "old", "new"),
    [
        (ROLE, {"assumeRolePolicy": '{"a": 1, "b": [2]}'}, {"assumeRolePolicy": '{"b":[2],"a":1}'}),
        (
            ROLE,
            {"assumeRolePolicy": '{"Statement": {"Effect": "Allow", "Action": "s3:*"}}'},
            {"assumeRolePolicy": '{"Statement": [{"Effect": "Allow", "Action": ["s3:*"]}]}'},
        ),
        (
            "aws:organizations/organization:Organization",
            {"enabledPolicyTypes": ["A", "B"]},
            {"enabledPolicyTypes": ["B", "A"]},
        ),
        (QUEUE, {"delaySeconds": 0}, {}),
        (KEY, {"isEnabled": True, "tags": {}}, {"description": ""}),
    ],
)
def test_what_means_the_same_is_no_change(offline: Driver, token: str, old: Any, new: Any) -> None:
    assert list(offline.diff(Made(urn_of(token), "id", old, old), new).diffs) == []


def test_the_order_of_a_list_that_has_one_is_a_change(offline: Driver) -> None:
    token = "aws:iam/role:Role"
    statements = [{"Effect": "Allow", "Action": "a"}, {"Effect": "Deny", "Action": "b"}]
    old = {"assumeRolePolicy": json.dumps({"Statement": statements})}
    new = {"assumeRolePolicy": json.dumps({"Statement": [{"Effect": "Deny", "Action": "a"}, statements[1]]})}
    assert list(offline.diff(Made(urn_of(token), "id", old, old), new).diffs) == ["assumeRolePolicy"]


def test_nested_paths_are_named(offline: Driver) -> None:
    old = {"tags": {"a": "1", "b": "1", "a b": "1"}}
    answer = offline.diff(Made(urn_of(KEY), "id", old, old), {"tags": {"a": "2", "c": "1", "a b": "2"}})
    kinds = {path: pb.PropertyDiff.Kind.Name(item.kind) for path, item in answer.detailedDiff.items()}
    assert kinds == {"tags.a": "UPDATE", "tags.b": "DELETE", "tags.c": "ADD", 'tags["a b"]': "UPDATE"}


def test_ignored_changes_are_not_reported(offline: Driver) -> None:
    request = pb.DiffRequest(
        urn=urn_of(KEY),
        id="k",
        olds=encode({"description": "a"}),
        old_inputs=encode({"description": "a"}),
        news=encode({"description": "b"}),
        ignoreChanges=["description"],
    )
    assert offline.stub.Diff(request).changes == pb.DiffResponse.DIFF_NONE


def test_a_previewed_create_knows_its_inputs_and_nothing_more(offline: Driver) -> None:
    checked, _ = offline.check(KEY, {"description": "trail"})
    planned = offline.plan(KEY, checked)
    assert planned["description"] == "trail"
    assert planned["arn"] is UNKNOWN
    assert planned["policy"] is UNKNOWN, "AWS writes one when none is given"
    assert planned["tagsAll"] == {"owner": "platform"}


def test_a_previewed_update_keeps_what_stays(offline: Driver) -> None:
    made = Made(urn_of(KEY), "k", {"description": "a"}, {"description": "a", "arn": "arn:k", "keyId": "k"})
    planned = offline.update(made, {"description": "b"}, preview=True)
    assert planned == {"description": "b", "arn": "arn:k", "keyId": "k"}


def test_secret_inputs_come_back_secret(offline: Driver) -> None:
    request = pb.CheckRequest(urn=urn_of(KEY), news=encode({"description": "x"}, {"description"}))
    wire = offline.stub.Check(request).inputs.fields["description"]
    assert wire.struct_value.fields["value"].string_value == "x"

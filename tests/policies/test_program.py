"""The real program is accepted by every policy, in both stacks, without one exemption; weaker ones are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.framework.catalogue import catalogue, entry
from policies.framework.context import context_for
from policies.framework.graph import Stack
from policies.framework.resources import Resource
from policies.framework.results import Fail, Pass, Undecided
from policies.framework.rule import rule_of
from tests.policies.program import evaluated, stack_of

STACKS = ("prod-primary", "prod-standby")
NOT_YET_BUILT = {"IAM-01", "LED-01", "LED-13", "WFL-01"}
"""The program has no such resource: no IAM users ever; ledger and sagas are not part of it yet."""


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Stack]:
    primary = evaluated("prod-primary")
    outputs = tmp_path_factory.mktemp("outputs") / "primary.json"
    outputs.write_text(json.dumps(primary["outputs"]))
    return {
        "prod-primary": stack_of(primary),
        "prod-standby": stack_of(evaluated("prod-standby", str(outputs))),
    }


@pytest.mark.parametrize("stack", STACKS)
def test_every_policy_accepts_the_program(stacks: Mapping[str, Stack], stack: str) -> None:
    refused = [
        (policy.id, result)
        for policy in catalogue()
        for result in rule_of(policy).evaluate(stacks[stack], context_for(stack))
        if isinstance(result, Fail | Undecided)
    ]
    assert refused == []


def test_every_policy_is_exercised_by_the_program_or_marked_why_not(stacks: Mapping[str, Stack]) -> None:
    silent = {
        policy.id
        for policy in catalogue()
        if not any(
            isinstance(result, Pass)
            for stack in STACKS
            for result in rule_of(policy).evaluate(stacks[stack], context_for(stack))
        )
    }
    assert silent == NOT_YET_BUILT


WEAKENINGS = [
    ("LOG-01", "aws:cloudtrail/trail:Trail", {"isOrganizationTrail": False}),
    ("LOG-02", "aws:cloudtrail/trail:Trail", {"enableLogging": False}),
    ("LOG-03", "aws:cloudtrail/trail:Trail", {"enableLogFileValidation": False}),
    ("LOG-04", "aws:cloudtrail/trail:Trail", {"kmsKeyId": None}),
    ("LOG-05", "aws:cloudtrail/trail:Trail", {"advancedEventSelectors": []}),
    ("LOG-07", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"rule": {}}),
    ("LOG-11", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 1}),
    ("LOG-14", "aws:cfg/recorderStatus:RecorderStatus", {"isEnabled": False}),
    ("DET-01", "aws:guardduty/detector:Detector", {"enable": False}),
    ("DET-02", "aws:guardduty/detectorFeature:DetectorFeature", {"status": "DISABLED"}),
    ("DET-03", "aws:macie2/account:Account", {"status": "PAUSED"}),
    ("DET-04", "aws:accessanalyzer/analyzer:Analyzer", {"type": "ACCOUNT"}),
    ("DET-06", "aws:inspector2/enabler:Enabler", {"resourceTypes": ["ECR"]}),
    ("DET-07", "aws:cloudwatch/eventRule:EventRule", {"state": "DISABLED"}),
    ("KMS-01", "aws:kms/key:Key", {"enableKeyRotation": False}),
    ("KMS-02", "aws:kms/key:Key", {"deletionWindowInDays": 7}),
    ("S3-01", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {"blockPublicAcls": False}),
    ("OPS-01", "pulumi:providers:aws", {"defaultTags": None}),
    ("OPS-03", "pulumi:providers:aws", {"allowedAccountIds": None}),
    ("ORG-04", "pulumi:providers:aws", {"region": "eu-west-1"}),
    ("ORG-05", "aws:organizations/account:Account", {"tags": {}}),
    ("IAM-08", "aws:ssoadmin/permissionSet:PermissionSet", {"sessionDuration": "PT12H"}),
]


@pytest.mark.parametrize(("policy_id", "token", "change"), WEAKENINGS, ids=[row[0] for row in WEAKENINGS])
def test_a_weakening_of_the_program_is_refused_by_the_name_of_what_was_weakened(
    stacks: Mapping[str, Stack], policy_id: str, token: str, change: dict[str, Any]
) -> None:
    stack = stacks["prod-primary"]
    # one that some other resource uses: OPS-03 is silent on providers nobody uses
    used = {each.provider.urn for each in stack.resources if each.provider}
    victim = next(
        each for each in stack.of_type(token) if not token.startswith("pulumi:") or each.urn in used
    )
    weaker = Stack(_changed(each, change) if each is victim else each for each in stack.resources)
    results = rule_of(entry(policy_id)).evaluate(weaker, context_for("prod-primary"))
    assert victim.name in {result.name for result in results if isinstance(result, Fail)}


def _changed(resource: Resource, change: dict[str, Any]) -> Resource:
    props = {key: value for key, value in {**resource.props, **change}.items() if value is not None}
    return replace(resource, props=props)

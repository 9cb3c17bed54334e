"""The provider under the calls of the Pulumi CLI's engine: preview, up, preview again, refresh, destroy.

Each phase has a connection of its own, as each run of the CLI has. See `genuine.py` for what stands in for the CLI.
"""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2 as pb

from localcloud.provider.servicer import VERSION
from tests.localcloud.provider.cases import cases
from tests.localcloud.provider.conftest import ROLE, Stage
from tests.localcloud.provider.driver import REGION
from tests.localcloud.provider.genuine import UNKNOWN, GenuineClient, secret, struct

PROVIDER = "urn:pulumi:prod::payments::pulumi:providers:aws::{}"
TAGS = {"tags": {"owner": "platform", "env": "prod"}}
TYPES = (
    "aws:cfg/recorder:Recorder",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:guardduty/detectorFeature:DetectorFeature",
    "aws:iam/role:Role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/key:Key",
    "aws:organizations/policy:Policy",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:sns/topic:Topic",
    "aws:ssoadmin/permissionSet:PermissionSet",
)


def urn_of(token: str) -> str:
    return f"urn:pulumi:prod::payments::payments:index:Estate$payments:index:Part${token}::thing"


def settings(stage: Stage, *, management: bool) -> dict[str, Any]:
    """What a program gives to an explicit provider."""
    common: dict[str, Any] = {"region": REGION, "defaultTags": TAGS, "skipRegionValidation": True}
    if management:
        return common
    role = {"roleArn": ROLE.format(stage.audit_account), "sessionName": "pulumi"}
    return {**common, "allowedAccountIds": [stage.audit_account], "assumeRoles": [role]}


def instance(stage: Stage, *, preview: bool, management: bool = False) -> GenuineClient:
    client = GenuineClient(stage.port, preview=preview)
    urn = PROVIDER.format("management" if management else "audit")
    recorded = client.register(urn, settings(stage, management=management))
    client.register(urn, settings(stage, management=management), recorded)
    return client


@pytest.mark.parametrize("token", TYPES)
def test_preview_up_preview_refresh_destroy(token: str, stage: Stage, unique: str) -> None:
    case = cases()[token]
    news, urn = struct(case.inputs(stage, unique)), urn_of(token)

    with instance(stage, preview=True, management=case.management) as first_preview:
        planned = first_preview.create(urn, first_preview.check(urn, news))
        assert planned.id == ""

    with instance(stage, preview=False, management=case.management) as up:
        made = up.create(urn, up.check(urn, news))

    try:
        with instance(stage, preview=True, management=case.management) as second_preview:
            again = second_preview.check(urn, news, olds=made.inputs)
            assert again == made.inputs, "inputs are the same to the last property"
            answer = second_preview.diff(made, again)
            assert answer.changes == pb.DiffResponse.DIFF_NONE
            assert [*answer.diffs, *answer.replaces, *answer.detailedDiff] == []
            refreshed = second_preview.read(made)
            assert refreshed == made
    finally:
        with instance(stage, preview=False, management=case.management) as destroy:
            destroy.delete(made)
            if case.cleanup:
                case.cleanup(stage, made)
            if not case.stays:
                assert destroy.read(made) is None
            destroy.cancel()


def test_what_is_unknown_in_a_preview_stays_unknown_in_its_place(stage: Stage) -> None:
    token = "aws:s3/bucketPolicy:BucketPolicy"
    with instance(stage, preview=True) as preview:
        inputs = preview.check(urn_of(token), struct({"bucket": UNKNOWN, "policy": UNKNOWN}))
        assert (inputs["bucket"], inputs["policy"]) == (UNKNOWN, UNKNOWN)
        assert preview.create(urn_of(token), inputs).outputs["bucket"] == UNKNOWN


def test_an_update_names_the_property_and_a_preview_of_it_changes_nothing(stage: Stage, unique: str) -> None:
    urn = urn_of("aws:cloudwatch/logGroup:LogGroup")
    with instance(stage, preview=False) as up:
        made = up.create(urn, up.check(urn, struct({"name": f"/g/{unique}", "retentionInDays": 30})))
    wanted = struct({"name": f"/g/{unique}", "retentionInDays": 90})
    with instance(stage, preview=True) as preview:
        checked = preview.check(urn, wanted, olds=made.inputs)
        answer = preview.diff(made, checked)
        assert answer.changes == pb.DiffResponse.DIFF_SOME
        assert answer.hasDetailedDiff
        assert json_format.MessageToDict(answer.detailedDiff["retentionInDays"]) == {
            "kind": "UPDATE",
            "inputDiff": True,
        }
        assert preview.diff(made, checked, ("retentionInDays",)).changes == pb.DiffResponse.DIFF_NONE
        assert preview.update(made, checked).outputs["retentionInDays"] == 90
        assert preview.read(made) == made
    with instance(stage, preview=False) as up:
        changed = up.update(made, checked)
        assert changed.outputs["retentionInDays"] == 90
        up.delete(changed)


def test_secrets_and_nulls_come_back_as_they_went(stage: Stage, unique: str) -> None:
    urn = urn_of("aws:sns/topic:Topic")
    news = struct({"name": f"g-{unique}", "displayName": secret("quiet"), "policy": None})
    with instance(stage, preview=False) as up:
        made = up.create(urn, up.check(urn, news))
        assert made.inputs["displayName"] == struct(secret("quiet"))
        assert made.outputs["displayName"] == struct(secret("quiet"))
        assert "policy" not in made.inputs
        assert up.check(urn, news, olds=made.inputs) == made.inputs
        assert up.diff(made, made.inputs).changes == pb.DiffResponse.DIFF_NONE
        up.delete(made)


def test_a_generated_name_stays_whatever_the_seed(stage: Stage) -> None:
    urn = urn_of("aws:sns/topic:Topic")
    with instance(stage, preview=False) as up:
        made = up.create(urn, up.check(urn, struct({})))
        assert str(made.inputs["name"]).startswith("thing-")
        assert up.check(urn, struct({}), olds=made.inputs) == made.inputs
        up.delete(made)


def test_a_function_answers_in_preview_and_update(stage: Stage) -> None:
    for preview in (True, False):
        with instance(stage, preview=preview) as client:
            answer = client.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
            assert answer["accountId"] == stage.audit_account


def test_the_version_is_the_one_the_program_asks_for(stage: Stage) -> None:
    with GenuineClient(stage.port, preview=True) as client:
        assert client.version == VERSION


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("Parameterize", pb.ParameterizeRequest()),
        ("GetMappings", pb.GetMappingsRequest(key="terraform")),
        ("Construct", pb.ConstructRequest()),
        ("Call", pb.CallRequest()),
    ],
)
def test_what_the_provider_does_not_know_it_refuses_as_unimplemented(
    method: str, request_: Any, stage: Stage
) -> None:
    """The one status that the engine takes for "not offered" and not for a failure."""
    with GenuineClient(stage.port, preview=True) as client:
        assert client.code_of(method, request_) is grpc.StatusCode.UNIMPLEMENTED

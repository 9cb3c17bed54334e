"""The front door: typed errors, the journal, and many requests at once."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud import home as homes
from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME


def journal() -> list[dict[str, Any]]:
    text = (homes.world() / "data" / "api-journal.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("service", "action"),
    [("cloudwatch", "list_metric_streams"), ("ec2", "describe_trunk_interface_associations"),
     ("auditmanager", "get_account_status"), ("route53", "list_cidr_collections")],
)  # fmt: skip
def test_what_is_missing_is_a_typed_error_that_names_it(world: World, service: str, action: str) -> None:
    client = world.session(None, HOME).client(service, config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError, match=f"{service}:.* is not emulated") as error:
        getattr(client, action)()
    assert error.value.response["Error"]["Code"] == "NotImplemented"


def test_mutating_calls_are_recorded_with_who_and_what(
    world: World, organization: dict[str, str], unique: str
) -> None:
    secret = f"not-to-be-written-{unique}"
    session = world.session("payments", HOME)
    session.client("secretsmanager").create_secret(Name=f"s-{unique}", SecretString=secret)
    line = next(entry for entry in journal() if entry["resources"].get("Name") == f"s-{unique}")
    assert (line["service"], line["action"], line["status"]) == ("secretsmanager", "CreateSecret", 200)
    assert (line["account"], line["region"]) == (organization["payments"], HOME)
    assert line["principal"].endswith(":assumed-role/OrganizationAccountAccessRole/localcloud")
    assert secret not in (homes.world() / "data" / "api-journal.jsonl").read_text()


def test_refused_calls_are_recorded_as_refused(world: World, unique: str) -> None:
    with pytest.raises(ClientError):
        world.session().client("iam").delete_role(RoleName=f"none-{unique}")
    line = next(entry for entry in journal() if entry["resources"].get("RoleName") == f"none-{unique}")
    assert line["status"] == 404


def test_reads_leave_no_trace(world: World) -> None:
    session = world.session(None, HOME)
    before = journal()
    session.client("s3").list_buckets()
    session.client("iam").list_roles()
    session.client("ec2").describe_vpcs()
    session.client("sts").get_caller_identity()
    session.client("dynamodb").list_tables()
    session.client("lambda").list_functions()
    assert journal() == before


def test_sixteen_threads_lose_nothing(world: World, unique: str) -> None:
    session = world.session(None, HOME)
    config = Config(max_pool_connections=16)
    iam, ssm = session.client("iam", config=config), session.client("ssm", config=config)
    s3 = session.client("s3", config=config)
    s3.create_bucket(Bucket=f"busy-{unique}", CreateBucketConfiguration={"LocationConstraint": HOME})
    s3.put_bucket_versioning(Bucket=f"busy-{unique}", VersioningConfiguration={"Status": "Enabled"})

    def work(number: int) -> None:
        iam.create_role(RoleName=f"busy-{unique}-{number}", AssumeRolePolicyDocument="{}")
        ssm.put_parameter(Name=f"/busy/{unique}/{number}", Value="x", Type="String")
        s3.put_object(Bucket=f"busy-{unique}", Key="same", Body=str(number).encode())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(60)))
    roles = [r for page in iam.get_paginator("list_roles").paginate() for r in page["Roles"]]
    assert len([r for r in roles if r["RoleName"].startswith(f"busy-{unique}")]) == 60
    assert len(s3.list_object_versions(Bucket=f"busy-{unique}")["Versions"]) == 60


def test_motos_own_switches_are_closed(world: World) -> None:
    request = urllib.request.Request(f"{world.endpoint}/moto-api/reset", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)


def test_aws_managed_policies_exist_in_every_account(world: World, organization: dict[str, str]) -> None:
    iam = world.session("audit").client("iam")
    policy = iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/SecurityAudit")["Policy"]
    assert policy["PolicyName"] == "SecurityAudit"

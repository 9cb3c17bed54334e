"""The main job: both stacks come up, a second look shows no change, and the audit trail holds."""

from __future__ import annotations

import subprocess

import pytest
from botocore.exceptions import ClientError

from tests.e2e.cli import PACK, PRIMARY, ROOT, STANDBY, Cli


@pytest.mark.parametrize("stack", [PRIMARY, STANDBY])
def test_a_second_preview_plans_no_change(estate: Cli, stack: str) -> None:
    estate.ok("preview", stack, "--expect-no-changes", "--policy-pack", PACK)


@pytest.mark.parametrize("stack", [PRIMARY, STANDBY])
def test_nothing_has_drifted(estate: Cli, stack: str) -> None:
    report = estate.json("drift", stack, "--json")
    assert report["clean"]
    assert report["checked"] > 50


def test_the_export_is_a_whole_deployment(estate: Cli) -> None:
    export = estate.json("stack", "export", PRIMARY)
    resources = export["deployment"]["resources"]
    assert export["version"] == 3
    assert not export["deployment"].get("pending_operations")
    assert all(r.get("provider") for r in resources if r["type"].startswith("aws:"))


def test_running_leaves_the_working_tree_as_it_was(estate: Cli) -> None:
    listed = subprocess.run(
        ["git", "status", "--porcelain", "--", "Pulumi*.yaml", "examples", "policies"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "encryptionsalt" not in (ROOT / f"Pulumi.{PRIMARY}.yaml").read_text()
    assert "Pulumi.dev.yaml" not in listed.stdout


def test_every_catalogued_account_exists(estate: Cli) -> None:
    accounts = estate.json("status", "--json")["accounts"]
    assert {"management", "audit", "security", "payments-prod", "payments-staging"} <= set(accounts)


def locked_bucket(estate: Cli) -> str:
    s3 = estate.client("s3", "audit")
    for bucket in s3.list_buckets()["Buckets"]:
        try:
            s3.get_object_lock_configuration(Bucket=bucket["Name"])
        except ClientError:
            continue
        return str(bucket["Name"])
    raise AssertionError("no bucket with Object Lock in the audit account")


def test_a_locked_version_cannot_be_deleted_nor_its_retention_shortened(estate: Cli) -> None:
    import datetime

    s3, bucket = estate.client("s3", "audit"), locked_bucket(estate)
    version = s3.put_object(Bucket=bucket, Key="AWSLogs/probe", Body=b"x")["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="AWSLogs/probe", VersionId=version)
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object_retention(
            Bucket=bucket, Key="AWSLogs/probe", VersionId=version,
            Retention={"Mode": "COMPLIANCE", "RetainUntilDate": soon},
        )  # fmt: skip


def test_a_preview_calls_no_mutating_api(estate: Cli) -> None:
    journal = estate.home / "world" / "data" / "api-journal.jsonl"
    before = journal.read_text().count("\n")
    estate.ok("preview", PRIMARY, "--policy-pack", PACK)
    assert journal.read_text().count("\n") == before


def test_an_application_team_consumes_the_outputs(estate: Cli) -> None:
    estate.ok("up", "dev", "-C", "examples/consumer", "--yes")
    assert estate.json("stack", "output", "dev", "-C", "examples/consumer", "--json")

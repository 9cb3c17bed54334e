"""Ten properties altered behind the program's back: drift names each, `up --refresh` repairs them all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.cli import PACK, PRIMARY, Cli


def stop_the_trail(estate: Cli) -> str:
    trail = estate.client("cloudtrail", "management")
    name = trail.describe_trails()["trailList"][0]["TrailARN"]
    trail.stop_logging(Name=name)
    return "aws:cloudtrail/trail:Trail"


def detach_a_guardrail(estate: Cli) -> str:
    organizations = estate.client("organizations", "management")
    root = organizations.list_roots()["Roots"][0]["Id"]
    policies = organizations.list_policies_for_target(TargetId=root, Filter="SERVICE_CONTROL_POLICY")[
        "Policies"
    ]
    victim = next(p for p in policies if not p["AwsManaged"])
    organizations.detach_policy(PolicyId=victim["Id"], TargetId=root)
    return "aws:organizations/policyAttachment:PolicyAttachment"


def weaken_a_guardrail(estate: Cli) -> str:
    organizations = estate.client("organizations", "management")
    listed = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    victim = sorted((p for p in listed if not p["AwsManaged"]), key=lambda p: str(p["Name"]))[-1]
    content = json.loads(organizations.describe_policy(PolicyId=victim["Id"])["Policy"]["Content"])
    content["Statement"] = content["Statement"][:1]
    content["Statement"][0]["Action"] = "iam:CreateUser"
    content["Statement"][0].pop("NotAction", None)
    organizations.update_policy(PolicyId=victim["Id"], Content=json.dumps(content))
    return "aws:organizations/policy:Policy"


def weaken_a_bucket_policy(estate: Cli) -> str:
    s3 = estate.client("s3", "audit")
    for bucket in s3.list_buckets()["Buckets"]:
        try:
            policy = json.loads(s3.get_bucket_policy(Bucket=bucket["Name"])["Policy"])
        except s3.exceptions.ClientError:
            continue
        policy["Statement"] = [s for s in policy["Statement"] if s["Effect"] == "Allow"] or policy[
            "Statement"
        ][:1]
        policy["Statement"].append(
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket['Name']}/*",
            }
        )
        s3.put_bucket_policy(Bucket=bucket["Name"], Policy=json.dumps(policy))
        return "aws:s3/bucketPolicy:BucketPolicy"
    raise AssertionError("no bucket policy in the audit account")


def open_a_bucket(estate: Cli) -> str:
    s3 = estate.client("s3", "audit")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    everything_off = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
    )
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=everything_off)
    return "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"


def disable_the_detector(estate: Cli) -> str:
    guardduty = estate.client("guardduty", "security")
    detector = guardduty.list_detectors()["DetectorIds"][0]
    guardduty.update_detector(DetectorId=detector, Enable=False)
    return "aws:guardduty/detector:Detector"


def stop_the_recorder(estate: Cli) -> str:
    config = estate.client("config", "payments-prod")
    name = config.describe_configuration_recorders()["ConfigurationRecorders"][0]["name"]
    config.stop_configuration_recorder(ConfigurationRecorderName=name)
    return "aws:cfg/recorderStatus:RecorderStatus"


def stop_key_rotation(estate: Cli) -> str:
    kms = estate.client("kms", "audit")
    for key in kms.list_keys()["Keys"]:
        kms.disable_key_rotation(KeyId=key["KeyId"])
    return "aws:kms/key:Key"


def weaken_the_password_policy(estate: Cli) -> str:
    estate.client("iam", "payments-prod").update_account_password_policy(MinimumPasswordLength=6)
    return "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"


def delete_the_analyzer(estate: Cli) -> str:
    analyzer = estate.client("accessanalyzer", "security")
    analyzer.delete_analyzer(analyzerName=analyzer.list_analyzers()["analyzers"][0]["name"])
    return "aws:accessanalyzer/analyzer:Analyzer"


TAMPERING = [
    stop_the_trail, detach_a_guardrail, weaken_a_guardrail, weaken_a_bucket_policy, open_a_bucket,
    disable_the_detector, stop_the_recorder, stop_key_rotation, weaken_the_password_policy, delete_the_analyzer,
]  # fmt: skip


@pytest.fixture(scope="module")
def tampered(estate: Cli) -> tuple[dict[str, str], dict[str, Any]]:
    """What was altered (name → resource type) and the drift report that followed."""
    altered = {f.__name__: f(estate) for f in TAMPERING}
    done = estate.run("drift", PRIMARY, "--json")
    assert done.returncode == 1, done.stderr
    return altered, json.loads(done.stdout)


@pytest.mark.parametrize("name", [f.__name__ for f in TAMPERING])
def test_drift_names_it(tampered: tuple[dict[str, str], dict[str, Any]], name: str) -> None:
    altered, report = tampered
    found = [d for d in report["drifted"] if d["type"] == altered[name]]
    assert found, f"{name}: no {altered[name]} among {[d['type'] for d in report['drifted']]}"


def test_each_drifted_property_has_both_values(tampered: tuple[dict[str, str], dict[str, Any]]) -> None:
    for resource in tampered[1]["drifted"]:
        if resource["kind"] == "changed":
            assert resource["properties"]
            assert all(p["recorded"] != p["actual"] for p in resource["properties"])


def test_drift_says_who_could_have_done_it_and_what_it_breaks(
    tampered: tuple[dict[str, str], dict[str, Any]],
) -> None:
    trail = next(d for d in tampered[1]["drifted"] if d["type"] == "aws:cloudtrail/trail:Trail")
    assert any(s["action"] == "cloudtrail:StopLogging" for s in trail["suspects"])
    assert any("LOG-02" in b for b in trail["breaks"])


def test_drift_changes_nothing(tampered: tuple[dict[str, str], dict[str, Any]], estate: Cli) -> None:
    again = json.loads(estate.run("drift", PRIMARY, "--json").stdout)
    assert [d["urn"] for d in again["drifted"]] == [d["urn"] for d in tampered[1]["drifted"]]


def test_up_with_refresh_repairs_it(tampered: tuple[dict[str, str], dict[str, Any]], estate: Cli) -> None:
    estate.ok("up", PRIMARY, "--refresh", "--yes", "--skip-preview", "--policy-pack", PACK)
    assert estate.json("drift", PRIMARY, "--json")["clean"]
    estate.ok("preview", PRIMARY, "--expect-no-changes")

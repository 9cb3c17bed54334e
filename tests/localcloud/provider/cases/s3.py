"""S3 buckets and their settings."""

import json
from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.conftest import Stage


def bucket(stage: Stage, unique: str, *, lock: bool = False) -> str:
    """A bucket made by somebody else."""
    name = f"case-{unique}"
    place = {"LocationConstraint": "us-east-2"}
    stage.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=lock
    )
    return name


def _versioned(stage: Stage, unique: str, **more: Any) -> str:
    name = bucket(stage, unique, **more)
    stage.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def _deny(name: str, action: str) -> str:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": f"arn:aws:s3:::{name}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _policy(stage: Stage, unique: str) -> dict[str, Any]:
    name = bucket(stage, unique)
    return {"bucket": name, "policy": _deny(name, "s3:GetObject")}


def _replication(stage: Stage, unique: str) -> dict[str, Any]:
    target = _versioned(stage, unique + "-target")
    rule = {
        "id": "all",
        "status": "Enabled",
        "priority": 1,
        "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Disabled"},
        "destination": {"bucket": f"arn:aws:s3:::{target}", "storageClass": "STANDARD"},
    }
    role = f"arn:aws:iam::{stage.audit_account}:role/replication"
    return {"bucket": _versioned(stage, unique), "role": role, "rules": [rule]}


def _rules(days: int) -> list[dict[str, Any]]:
    return [
        {
            "id": "expire",
            "status": "Enabled",
            "filter": {"prefix": "logs/"},
            "expiration": {"days": days},
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
            "transitions": [{"days": 30, "storageClass": "GLACIER"}],
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        }
    ]


def _notification(stage: Stage, unique: str) -> dict[str, Any]:
    queue = stage.client("sqs").create_queue(QueueName=f"case-{unique}")["QueueUrl"]
    assert queue
    arn = f"arn:aws:sqs:us-east-2:{stage.audit_account}:case-{unique}"
    entry = {"queueArn": arn, "events": ["s3:ObjectCreated:*"], "filterPrefix": "in/"}
    return {"bucket": bucket(stage, unique), "eventbridge": True, "queues": [entry]}


SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")

CASES = [
    Case(
        "aws:s3/bucket:Bucket",
        lambda stage, unique: {
            "bucket": f"case-{unique}",
            "forceDestroy": True,
            "tags": {"class": "logs"},
            "versioning": {"enabled": True},
            "policy": _deny(f"case-{unique}", "s3:GetObject"),
            "serverSideEncryptionConfiguration": {
                "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}
            },
        },
        edits={
            "tags": {"class": "other"},
            "versioning": {"enabled": False},
            "serverSideEncryptionConfiguration": {
                "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
            },
        },
        unread=frozenset({"policy"}),  # edited in BucketPolicy; here its text needs the bucket's name
    ),
    Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda stage, unique: {
            "bucket": bucket(stage, unique),
            "versioningConfiguration": {"status": "Enabled"},
        },
        edits={"versioningConfiguration": {"status": "Suspended"}},
        stays=True,
    ),
    Case(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda stage, unique: {
            "bucket": bucket(stage, unique),
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {
                        "sseAlgorithm": "aws:kms",
                        "kmsMasterKeyId": f"arn:aws:kms:us-east-2:{stage.audit_account}:key/example",
                    },
                    "bucketKeyEnabled": True,
                }
            ],
        },
        edits={"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        stays=True,
    ),
    Case(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        lambda stage, unique: {
            "bucket": bucket(stage, unique, lock=True),
            "rule": {"defaultRetention": {"mode": "COMPLIANCE", "years": 7}},
        },
        edits={"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}},
        stays=True,
    ),
    Case(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda stage, unique: {"bucket": bucket(stage, unique), "rules": _rules(365)},
        edits={"rules": _rules(90)},
        unread=frozenset({"transitionDefaultMinimumObjectSize"}),  # not kept by the emulator
    ),
    Case(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda stage, unique: {
            "bucket": bucket(stage, unique),
            "rule": {"objectOwnership": "BucketOwnerEnforced"},
        },
        edits={"rule": {"objectOwnership": "ObjectWriter"}},
        stays=True,
    ),
    Case(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda stage, unique: {"bucket": bucket(stage, unique), **dict.fromkeys(SWITCHES, True)},
        edits=dict.fromkeys(SWITCHES, False),
    ),
    Case(
        "aws:s3/bucketPolicy:BucketPolicy",
        _policy,
        edits={"policy": _deny("elsewhere", "s3:PutObject")},
    ),
    Case(
        "aws:s3/bucketLogging:BucketLogging",
        lambda stage, unique: {
            "bucket": bucket(stage, unique),
            "targetBucket": _log_target(stage, unique),
            "targetPrefix": "access/",
        },
        edits={"targetPrefix": "other/"},
        unread=frozenset(
            {"targetBucket", "targetGrants", "targetObjectKeyFormat"}
        ),  # would need a second target
    ),
    Case(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        _replication,
        edits={"role": "arn:aws:iam::111122223333:role/other"},
        unread=frozenset({"rules"}),  # needs another versioned bucket
    ),
    Case(
        "aws:s3/bucketNotification:BucketNotification",
        _notification,
        edits={"eventbridge": False},
        unread=frozenset({"lambdaFunctions", "queues", "topics"}),  # an edit needs a second destination
    ),
    Case(
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        lambda stage, unique: dict.fromkeys(SWITCHES, True),
        edits=dict.fromkeys(SWITCHES, False),
    ),
]


def _log_target(stage: Stage, unique: str) -> str:
    name = bucket(stage, unique + "-logs")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    stage.client("s3").put_bucket_policy(Bucket=name, Policy=policy)
    return name

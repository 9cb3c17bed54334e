"""S3 replication settings are returned as they were put."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME


def test_filter_delete_markers_and_source_selection_come_back(
    world: World, organization: dict[str, str], unique: str
) -> None:
    s3 = world.session("audit", HOME).client("s3")
    for name in (f"from-{unique}", f"to-{unique}"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "some",
        "Priority": 3,
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {
            "Bucket": f"arn:aws:s3:::to-{unique}",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:us-east-2:1:key/k"},
        },
    }
    configuration = {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [rule]}
    s3.put_bucket_replication(Bucket=f"from-{unique}", ReplicationConfiguration=configuration)
    found = s3.get_bucket_replication(Bucket=f"from-{unique}")
    assert found["ReplicationConfiguration"] == configuration

    s3.delete_bucket_replication(Bucket=f"from-{unique}")
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFoundError"):
        s3.get_bucket_replication(Bucket=f"from-{unique}")

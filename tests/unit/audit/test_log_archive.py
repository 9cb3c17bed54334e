"""The log buckets: one locked, two plain, all in the audit account, all hardened."""

import pytest

from .recording import HOME, STANDBY, Estate, Recorded

ARCHIVE = {region: f"payments-audit-123456789012-{region}" for region in (HOME, STANDBY)}
DELIVERY = {region: f"payments-audit-delivery-123456789012-{region}" for region in (HOME, STANDBY)}
ACCESS = {region: f"payments-audit-access-123456789012-{region}" for region in (HOME, STANDBY)}


def of_bucket(estate: Estate, type_: str, bucket: str) -> Recorded:
    (found,) = [each for each in estate.of(type_) if each.inputs["bucket"] == bucket]
    return found


@pytest.fixture(params=[HOME, STANDBY])
def region(request) -> str:
    return request.param


@pytest.fixture
def estate(region, home, standby) -> Estate:
    return {HOME: home, STANDBY: standby}[region]


class TestEveryBucket:
    def test_lives_in_the_audit_account_under_a_name_known_at_preview(self, estate, region):
        buckets = estate.of("s3/bucket:Bucket")
        assert {each.inputs["bucket"] for each in buckets} == {
            ARCHIVE[region],
            DELIVERY[region],
            ACCESS[region],
        }
        assert {(each.account, each.inputs["region"]) for each in buckets} == {("audit", region)}

    def test_is_protected_and_never_emptied_by_force(self, estate):
        for bucket in estate.of("s3/bucket:Bucket"):
            assert bucket.protect
            assert bucket.inputs["forceDestroy"] is False

    def test_keeps_versions_has_one_owner_and_is_private_four_ways(self, estate, region):
        for name in (ARCHIVE[region], DELIVERY[region], ACCESS[region]):
            versioning = of_bucket(estate, "s3/bucketVersioning:BucketVersioning", name)
            ownership = of_bucket(estate, "s3/bucketOwnershipControls:BucketOwnershipControls", name)
            privacy = of_bucket(estate, "s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name)
            assert versioning.inputs["versioningConfiguration"]["status"] == "Enabled"
            assert ownership.inputs["rule"]["objectOwnership"] == "BucketOwnerEnforced"
            assert all(
                privacy.inputs[key] is True
                for key in (
                    "blockPublicAcls",
                    "blockPublicPolicy",
                    "ignorePublicAcls",
                    "restrictPublicBuckets",
                )
            )

    def test_drops_incomplete_uploads(self, estate):
        for lifecycle in estate.of("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"):
            rules = {rule["id"]: rule for rule in lifecycle.inputs["rules"]}
            uploads = rules["abort-incomplete-uploads"]["abortIncompleteMultipartUpload"]
            assert uploads["daysAfterInitiation"] == 7


class TestArchive:
    def test_is_locked_for_seven_years_in_production(self, estate, region):
        lock = of_bucket(
            estate, "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", ARCHIVE[region]
        )
        retention = lock.inputs["rule"]["defaultRetention"]
        assert retention["mode"] == "COMPLIANCE"
        assert retention["days"] >= 7 * 365 + 2
        assert lock.protect

    def test_is_locked_for_a_day_elsewhere(self, rehearsal):
        lock = rehearsal.one("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
        assert lock.inputs["rule"]["defaultRetention"] == {"mode": "GOVERNANCE", "days": 1}

    def test_is_the_only_locked_bucket(self, estate, region):
        locked = [
            each.inputs["bucket"]
            for each in estate.of("s3/bucket:Bucket")
            if each.inputs["objectLockEnabled"]
        ]
        assert locked == [ARCHIVE[region]]

    def test_is_encrypted_under_the_audit_key_with_a_bucket_key(self, estate, region):
        rules = of_bucket(
            estate,
            "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            ARCHIVE[region],
        ).inputs["rules"]
        default = rules[0]["applyServerSideEncryptionByDefault"]
        assert default["sseAlgorithm"] == "aws:kms"
        assert f":kms:{region}:" in default["kmsMasterKeyId"]
        assert rules[0]["bucketKeyEnabled"] is True

    def test_moves_to_glacier_instant_retrieval_while_locked_and_is_disposed_of_afterwards(
        self, estate, region
    ):
        lifecycle = of_bucket(
            estate, "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", ARCHIVE[region]
        )
        keep = next(rule for rule in lifecycle.inputs["rules"] if rule["id"] == "keep-then-dispose")
        assert keep["transitions"] == [{"days": 90, "storageClass": "GLACIER_IR"}]
        assert keep["expiration"]["days"] > 2557

    def test_has_its_reads_logged_to_a_bucket_that_is_not_locked(self, estate, region):
        logging = of_bucket(estate, "s3/bucketLogging:BucketLogging", ARCHIVE[region])
        assert logging.inputs["targetBucket"] == ACCESS[region]


class TestPlainBuckets:
    def test_the_target_of_access_logs_is_under_sse_s3_because_s3_refuses_another(self, estate, region):
        rules = of_bucket(
            estate,
            "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            ACCESS[region],
        ).inputs["rules"]
        assert rules[0]["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256"

    def test_both_replicate_everything_but_delete_markers_into_the_archive_of_their_region(
        self, estate, region
    ):
        for name in (DELIVERY[region], ACCESS[region]):
            replication = of_bucket(estate, "s3/bucketReplicationConfig:BucketReplicationConfig", name)
            (rule,) = replication.inputs["rules"]
            assert rule["status"] == "Enabled"
            assert rule["destination"]["bucket"] == f"arn:aws:s3:::{ARCHIVE[region]}"
            assert rule["deleteMarkerReplication"]["status"] == "Disabled"
            assert rule["sourceSelectionCriteria"]["sseKmsEncryptedObjects"]["status"] == "Enabled"
            assert f":kms:{region}:" in rule["destination"]["encryptionConfiguration"]["replicaKmsKeyId"]

    def test_replication_starts_when_both_ends_are_versioned_and_the_archive_is_locked(self, estate, region):
        replication = of_bucket(
            estate, "s3/bucketReplicationConfig:BucketReplicationConfig", DELIVERY[region]
        )
        assert {
            "audit-logs-locked-versioning",
            "audit-logs-locked-object-lock",
            "audit-logs-delivery-versioning",
            "audit-logs-from-delivery-permissions",
        } <= estate.waits_for(replication)

    def test_the_replication_role_may_write_replicas_and_nothing_more(self, estate, region):
        for permissions in estate.of("iam/rolePolicy:RolePolicy"):
            if "logs-from" not in permissions.name:
                continue
            actions = {action for each in permissions.document() for action in each["Action"]}
            assert not {action for action in actions if "Delete" in action or action.startswith("s3:Put")}


class TestCopyInTheOtherRegion:
    def test_belongs_to_the_standby_stack_so_that_the_home_stack_never_waits_for_it(self, home, standby):
        sources = {
            each.inputs["bucket"] for each in home.of("s3/bucketReplicationConfig:BucketReplicationConfig")
        }
        assert ARCHIVE[HOME] not in sources
        copy = of_bucket(standby, "s3/bucketReplicationConfig:BucketReplicationConfig", ARCHIVE[HOME])
        assert copy.inputs["region"] == HOME
        assert copy.account == "audit"

    def test_is_locked_and_encrypted_under_the_replica_of_the_same_key(self, standby):
        copy = of_bucket(standby, "s3/bucketReplicationConfig:BucketReplicationConfig", ARCHIVE[HOME])
        (rule,) = copy.inputs["rules"]
        assert rule["destination"]["bucket"] == f"arn:aws:s3:::{ARCHIVE[STANDBY]}"
        assert f":kms:{STANDBY}:" in rule["destination"]["encryptionConfiguration"]["replicaKmsKeyId"]
        assert "audit-logs-locked-object-lock" in standby.waits_for(copy)


def test_the_bucket_policy_is_put_after_the_public_access_block(estate):
    for policy in estate.of("s3/bucketPolicy:BucketPolicy"):
        assert any(name.endswith("-privacy") for name in estate.waits_for(policy))

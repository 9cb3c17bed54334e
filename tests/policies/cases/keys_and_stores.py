"""KMS, LED, WFL and S3: keys, the ledger, sagas and buckets."""

from tests.policies.cases import decides_anyway, fails, holds, no_matter, waits
from tests.policies.documents import allow, document
from tests.policies.estate import estate
from tests.policies.world import Item, World

GOOD = estate()
EMPTY = World({})
ACCOUNT_ROOT = {"AWS": "arn:aws:iam::210000000001:root"}
ENCRYPTION, DELIVERY_POLICY = "delivery-BucketServerSideEncryptionConfiguration", "delivery-BucketPolicy"
TABLE, CLUSTER = "aws:dynamodb/table:Table", "aws:rds/cluster:Cluster"


def key_policy(*statements: dict[str, object]) -> World:
    return GOOD.change("audit-key", policy=document(*statements))


def encrypted(**default: object) -> World:
    return GOOD.change(ENCRYPTION, rules=[{"applyServerSideEncryptionByDefault": default}])


CASES = [
    holds("KMS-01", "rotates", GOOD),
    fails(
        "KMS-01",
        "does not rotate",
        GOOD.change("audit-key", enableKeyRotation=False),
        "audit-key",
        "enableKeyRotation",
        "false",
    ),
    fails(
        "KMS-01",
        "rotates every seven years",
        GOOD.change("audit-key", rotationPeriodInDays=2560),
        "audit-key",
        "rotationPeriodInDays",
        "2560",
    ),
    no_matter(
        "KMS-01",
        "a signing key",
        EMPTY.adding(Item("aws:kms/key:Key", "signer", {"customerMasterKeySpec": "ECC_NIST_P256"})),
    ),
    waits(
        "KMS-01",
        "not known yet",
        GOOD.unknown("audit-key", "enableKeyRotation"),
        "audit-key",
        "enableKeyRotation",
    ),
    holds("KMS-02", "thirty days", GOOD),
    holds(
        "KMS-02", "a week on a test stack", GOOD.change("audit-key", deletionWindowInDays=7).named("test-x")
    ),
    fails(
        "KMS-02",
        "a week",
        GOOD.change("audit-key", deletionWindowInDays=7),
        "audit-key",
        "deletionWindowInDays",
        "7",
    ),
    fails(
        "KMS-02",
        "lockout allowed",
        GOOD.change("audit-key", bypassPolicyLockoutSafetyCheck=True),
        "audit-key",
        "bypassPolicyLockoutSafetyCheck",
        "true",
    ),
    no_matter("KMS-02", "no key", EMPTY),
    waits(
        "KMS-02",
        "not known yet",
        GOOD.unknown("audit-key", "deletionWindowInDays"),
        "audit-key",
        "deletionWindowInDays",
    ),
    holds("KMS-03", "custodians and users apart", GOOD),
    holds(
        "KMS-03",
        "anyone of the organization",
        key_policy(allow("*", "kms:Decrypt", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
    ),
    fails(
        "KMS-03", "anyone", key_policy(allow("*", "kms:Decrypt")), "audit-key", "policy", "allows everyone"
    ),
    fails(
        "KMS-03",
        "anyone, spelled as AWS",
        key_policy(allow({"AWS": ["*"]}, "kms:Decrypt")),
        "audit-key",
        "policy",
        "allows everyone",
    ),
    fails(
        "KMS-03",
        "custodian and user in one",
        key_policy(allow(ACCOUNT_ROOT, "kms:*")),
        "audit-key",
        "policy",
        "kms:PutKeyPolicy and kms:Decrypt",
    ),
    fails("KMS-03", "no policy", GOOD.change("audit-key", policy=None), "audit-key", "policy", "not set"),
    no_matter("KMS-03", "no key", EMPTY),
    waits("KMS-03", "a policy not known yet", GOOD.unknown("audit-key", "policy"), "audit-key", "policy"),
    holds("LED-01", "in a global cluster", GOOD),
    fails(
        "LED-01",
        "in one Region",
        GOOD.change("ledger", globalClusterIdentifier=None),
        "ledger",
        "globalClusterIdentifier",
        "not set",
    ),
    no_matter(
        "LED-01", "another database", EMPTY.adding(Item(CLUSTER, "reports", {"engine": "aurora-postgresql"}))
    ),
    decides_anyway("LED-01", "a global cluster that this update makes", GOOD),
    holds("LED-13", "Aurora PostgreSQL", GOOD),
    fails(
        "LED-13",
        "a table tagged ledger",
        GOOD.change("small-table", tags={"data-class": "ledger"}),
        "small-table",
        "type",
        "DynamoDB table",
    ),
    fails(
        "LED-13",
        "a table named ledger",
        EMPTY.adding(Item(TABLE, "books", {"name": "payments-ledger-entries"})),
        "books",
        "type",
        "DynamoDB table",
    ),
    fails(
        "LED-13",
        "a DSQL cluster",
        EMPTY.adding(Item("aws:dsql/cluster:Cluster", "books")),
        "books",
        "type",
        "DSQL",
    ),
    fails(
        "LED-13",
        "Aurora MySQL",
        GOOD.change("ledger", engine="aurora-mysql"),
        "ledger",
        "engine",
        "aurora-mysql",
    ),
    holds(
        "LED-13",
        "an operational table with ledger in its name",
        EMPTY.adding(Item(TABLE, "ledger-locks", {"tags": {"data-class": "operational"}})),
    ),
    no_matter("LED-13", "no store", EMPTY),
    waits("LED-13", "an engine not known yet", GOOD.unknown("ledger", "engine"), "ledger", "engine"),
    holds("WFL-01", "Standard", GOOD),
    holds("WFL-01", "Standard by default", GOOD.change("charge", type=None)),
    fails("WFL-01", "Express", GOOD.change("charge", type="EXPRESS"), "charge", "type", "EXPRESS"),
    fails(
        "WFL-01",
        "Express for payments, tagged",
        GOOD.change("charge", type="EXPRESS", tags={"data-class": "cardholder"}),
        "charge",
        "type",
        "EXPRESS",
    ),
    no_matter(
        "WFL-01",
        "a machine that moves no money",
        EMPTY.adding(
            Item(
                "aws:sfn/stateMachine:StateMachine",
                "thumbnails",
                {"type": "EXPRESS", "tags": {"data-class": "operational"}},
            )
        ),
    ),
    waits("WFL-01", "not known yet", GOOD.unknown("charge", "type"), "charge", "type"),
    holds("S3-01", "the baseline", GOOD),
    holds("S3-01", "the baseline, before a key exists", GOOD, preview=True),
    fails(
        "S3-01",
        "SSE-S3",
        encrypted(sseAlgorithm="AES256"),
        ENCRYPTION,
        "rules.applyServerSideEncryptionByDefault.sseAlgorithm",
        "AES256",
    ),
    fails(
        "S3-01",
        "the key of AWS",
        encrypted(sseAlgorithm="aws:kms"),
        ENCRYPTION,
        "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId",
        "not set",
    ),
    fails(
        "S3-01",
        "no encryption",
        GOOD.without(ENCRYPTION),
        "delivery",
        "BucketServerSideEncryptionConfiguration",
        "missing",
    ),
    fails(
        "S3-01",
        "not versioned",
        GOOD.without("delivery-BucketVersioning"),
        "delivery",
        "BucketVersioning",
        "missing",
    ),
    fails(
        "S3-01",
        "public ACLs possible",
        GOOD.change("delivery-BucketPublicAccessBlock", ignorePublicAcls=False),
        "delivery-BucketPublicAccessBlock",
        "ignorePublicAcls",
        "false",
    ),
    fails(
        "S3-01",
        "plain HTTP",
        GOOD.change(DELIVERY_POLICY, policy=document(allow("*", "s3:GetObject"))),
        DELIVERY_POLICY,
        "policy",
        "no statement that demands TLS",
    ),
    fails("S3-01", "no policy", GOOD.without(DELIVERY_POLICY), "delivery", "BucketPolicy", "missing"),
    no_matter("S3-01", "no bucket", EMPTY),
    waits(
        "S3-01",
        "a policy not known yet",
        GOOD.unknown(DELIVERY_POLICY, "policy"),
        "delivery",
        "BucketPolicy.policy",
    ),
]

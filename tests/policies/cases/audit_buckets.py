"""LOG-06 to LOG-09: the buckets that hold audit records."""

from tests.policies.cases import fails, holds, no_matter, waits
from tests.policies.documents import allow, document, tls_only, trail_delivery
from tests.policies.estate import estate
from tests.policies.world import World

GOOD = estate()
EMPTY = World({})
TEST = GOOD.named("test-primary")
ARCHIVE = "payments-audit-archive"
LOCK, POLICY = "archive-BucketObjectLockConfiguration", "archive-BucketPolicy"


def lock(**retention: object) -> World:
    return GOOD.change(LOCK, rule={"defaultRetention": retention})


def archive_policy(*statements: dict[str, object]) -> World:
    return GOOD.change(POLICY, policy=document(*statements))


CASES = [
    holds("LOG-06", "in the audit account", GOOD),
    holds("LOG-06", "in the audit account, before it exists", GOOD, preview=True),
    fails(
        "LOG-06",
        "in the security account",
        GOOD.option("archive", provider="security"),
        "archive",
        "account",
        "security-account",
    ),
    fails(
        "LOG-06",
        "in the management account",
        GOOD.option("archive", provider="management"),
        "archive",
        "account",
        "the management account",
    ),
    fails(
        "LOG-06",
        "beside a workload",
        GOOD.option("charge", provider="audit"),
        "archive",
        "account",
        "also runs charge",
    ),
    fails(
        "LOG-06",
        "a bucket of nobody here",
        GOOD.change("trail", s3BucketName="elsewhere"),
        "trail",
        "s3BucketName",
        "elsewhere",
    ),
    no_matter("LOG-06", "no trail and no locked bucket", EMPTY),
    waits(
        "LOG-06", "a bucket of unknown name", GOOD.unknown("trail", "s3BucketName"), "trail", "s3BucketName"
    ),
    holds("LOG-07", "seven years in production", GOOD),
    holds("LOG-07", "in years", lock(mode="COMPLIANCE", years=7)),
    holds("LOG-07", "a day on a test stack", lock(mode="GOVERNANCE", days=1).named("test-primary")),
    fails(
        "LOG-07",
        "GOVERNANCE in production",
        lock(mode="GOVERNANCE", days=2557),
        LOCK,
        "rule.defaultRetention.mode",
        "GOVERNANCE",
    ),
    fails("LOG-07", "six years", lock(mode="COMPLIANCE", years=6), LOCK, "rule.defaultRetention", "6"),
    fails("LOG-07", "a day short", lock(mode="COMPLIANCE", days=2554), LOCK, "rule.defaultRetention", "2554"),
    fails(
        "LOG-07",
        "no default retention",
        GOOD.change(LOCK, rule=None),
        LOCK,
        "rule.defaultRetention",
        "not set",
    ),
    fails(
        "LOG-07",
        "no lock configuration",
        GOOD.without(LOCK),
        "archive",
        "BucketObjectLockConfiguration",
        "missing",
    ),
    fails(
        "LOG-07",
        "a bucket without lock",
        GOOD.change("archive", objectLockEnabled=False),
        "archive",
        "objectLockEnabled",
        "false",
    ),
    fails("LOG-07", "COMPLIANCE on a test stack", TEST, LOCK, "rule.defaultRetention.mode", "COMPLIANCE"),
    fails(
        "LOG-07",
        "a month on a test stack",
        lock(mode="GOVERNANCE", days=30).named("ci-42"),
        LOCK,
        "rule.defaultRetention",
        "30",
    ),
    no_matter("LOG-07", "no audit bucket", EMPTY),
    waits("LOG-07", "a retention not known yet", GOOD.unknown(LOCK, "rule"), LOCK, "rule.defaultRetention"),
    holds("LOG-08", "hardened", GOOD),
    fails(
        "LOG-08",
        "versioning suspended",
        GOOD.change("archive-BucketVersioning", versioningConfiguration={"status": "Suspended"}),
        "archive-BucketVersioning",
        "versioningConfiguration.status",
        "Suspended",
    ),
    fails(
        "LOG-08",
        "ownership of the writer",
        GOOD.change("archive-BucketOwnershipControls", rule={"objectOwnership": "ObjectWriter"}),
        "archive-BucketOwnershipControls",
        "rule.objectOwnership",
        "ObjectWriter",
    ),
    fails(
        "LOG-08",
        "public policies possible",
        GOOD.change("archive-BucketPublicAccessBlock", blockPublicPolicy=False),
        "archive-BucketPublicAccessBlock",
        "blockPublicPolicy",
        "false",
    ),
    fails(
        "LOG-08",
        "no public access block",
        GOOD.without("archive-BucketPublicAccessBlock"),
        "archive",
        "BucketPublicAccessBlock",
        "missing",
    ),
    fails(
        "LOG-08",
        "emptied on deletion",
        GOOD.change("archive", forceDestroy=True),
        "archive",
        "forceDestroy",
        "true",
    ),
    fails("LOG-08", "unprotected", GOOD.option("archive", protect=False), "archive", "protect", "false"),
    holds(
        "LOG-08",
        "a test stack may be torn down",
        GOOD.option("archive", protect=False).change("archive", forceDestroy=True).named("test-x"),
    ),
    no_matter("LOG-08", "no audit bucket", EMPTY),
    waits(
        "LOG-08",
        "a part of unknown bucket",
        GOOD.unknown("archive-BucketVersioning", "bucket"),
        "archive",
        "BucketVersioning",
    ),
    holds("LOG-09", "CloudTrail alone, over TLS", GOOD),
    fails(
        "LOG-09",
        "no TLS statement",
        archive_policy(trail_delivery(ARCHIVE)),
        POLICY,
        "policy",
        "no statement that demands TLS",
    ),
    fails(
        "LOG-09",
        "a stranger may write",
        archive_policy(tls_only(ARCHIVE), allow({"AWS": "210000000009"}, "s3:PutObject")),
        POLICY,
        "policy",
        "210000000009",
    ),
    fails(
        "LOG-09",
        "anyone's trail may write",
        archive_policy(tls_only(ARCHIVE), allow({"Service": "cloudtrail.amazonaws.com"}, "s3:PutObject")),
        POLICY,
        "policy",
        "no source condition",
    ),
    fails(
        "LOG-09",
        "a service may delete",
        archive_policy(
            tls_only(ARCHIVE),
            allow(
                {"Service": "config.amazonaws.com"},
                "s3:*",
                Condition={"StringEquals": {"aws:SourceOrgID": "o-1"}},
            ),
        ),
        POLICY,
        "policy",
        "s3:DeleteObject",
    ),
    fails("LOG-09", "not a policy", GOOD.change(POLICY, policy="{"), POLICY, "policy", "not JSON"),
    fails("LOG-09", "no policy", GOOD.without(POLICY), "archive", "BucketPolicy", "missing"),
    no_matter("LOG-09", "no audit bucket", EMPTY),
    waits(
        "LOG-09", "a policy not known yet", GOOD.unknown(POLICY, "policy"), "archive", "BucketPolicy.policy"
    ),
]

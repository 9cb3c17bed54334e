"""LOG: what must be recorded, and that nobody can take it back."""

from tests.policies.cases import decides_anyway, fails, holds, no_matter, waits
from tests.policies.estate import estate
from tests.policies.world import Item, World

GOOD = estate()
EMPTY = World({})
ARCHIVE = "payments-audit-archive"


def selectors(*fields: dict[str, object]) -> World:
    return GOOD.change("trail", advancedEventSelectors=[{"fieldSelectors": list(fields)}])


CATEGORY = {"field": "eventCategory", "equals": ["Data"]}
OBJECTS = {"field": "resources.type", "equals": ["AWS::S3::Object"]}
CLASSIC = [
    {
        "readWriteType": "All",
        "includeManagementEvents": True,
        "dataResources": [
            {"type": "AWS::S3::Object", "values": ["arn:aws:s3"]},
            {"type": "AWS::Lambda::Function", "values": ["arn:aws:lambda"]},
        ],
    }
]
ELSEWHERE = Item(
    "aws:kms/key:Key",
    "payments-key",
    {"id": "p", "arn": "arn:aws:kms:us-east-2:210000000003:key/p"},
    provider="payments",
)
LOCKED_TARGET = GOOD.change("archive-logging", targetBucket=ARCHIVE)

CASES = [
    holds("LOG-01", "an organization trail", GOOD),
    fails(
        "LOG-01",
        "a trail of one account",
        GOOD.change("trail", isOrganizationTrail=False),
        "trail",
        "isOrganizationTrail",
        "false",
    ),
    fails(
        "LOG-01", "an organization without a trail", GOOD.without("trail"), "organization", "Trail", "missing"
    ),
    no_matter("LOG-01", "an application's stack", EMPTY),
    waits(
        "LOG-01",
        "not known yet",
        GOOD.unknown("trail", "isOrganizationTrail"),
        "trail",
        "isOrganizationTrail",
    ),
    holds("LOG-02", "all Regions", GOOD),
    fails(
        "LOG-02",
        "one Region",
        GOOD.change("trail", isMultiRegionTrail=False),
        "trail",
        "isMultiRegionTrail",
        "false",
    ),
    fails(
        "LOG-02",
        "Regions not said",
        GOOD.change("trail", isMultiRegionTrail=None),
        "trail",
        "isMultiRegionTrail",
        "not set",
    ),
    fails(
        "LOG-02",
        "no global services",
        GOOD.change("trail", includeGlobalServiceEvents=False),
        "trail",
        "includeGlobalServiceEvents",
        "false",
    ),
    fails("LOG-02", "stopped", GOOD.change("trail", enableLogging=False), "trail", "enableLogging", "false"),
    holds("LOG-02", "switched on by default", GOOD.change("trail", enableLogging=None)),
    no_matter("LOG-02", "no trail", GOOD.without("trail")),
    waits("LOG-02", "not known yet", GOOD.unknown("trail", "enableLogging"), "trail", "enableLogging"),
    holds("LOG-03", "digests on", GOOD),
    fails(
        "LOG-03",
        "digests off",
        GOOD.change("trail", enableLogFileValidation=False),
        "trail",
        "enableLogFileValidation",
        "false",
    ),
    no_matter("LOG-03", "no trail", GOOD.without("trail")),
    waits(
        "LOG-03",
        "not known yet",
        GOOD.unknown("trail", "enableLogFileValidation"),
        "trail",
        "enableLogFileValidation",
    ),
    holds("LOG-04", "the audit account's key", GOOD),
    holds("LOG-04", "the audit account's key, before either exists", GOOD, preview=True),
    fails("LOG-04", "no key", GOOD.change("trail", kmsKeyId=None), "trail", "kmsKeyId", "not set"),
    fails(
        "LOG-04",
        "a workload's key",
        GOOD.adding(ELSEWHERE).option("trail", refs={"kmsKeyId": "payments-key"}),
        "trail",
        "kmsKeyId",
        "payments-key",
    ),
    fails(
        "LOG-04",
        "a key of nobody here",
        GOOD.change("trail", kmsKeyId="arn:aws:kms:us-east-2:1:key/x"),
        "trail",
        "kmsKeyId",
        "key/x",
    ),
    no_matter("LOG-04", "no trail", GOOD.without("trail")),
    waits("LOG-04", "a key of unknown origin", GOOD.unknown("trail", "kmsKeyId"), "trail", "kmsKeyId"),
    holds("LOG-05", "both types and management", GOOD),
    holds(
        "LOG-05",
        "the classic spelling",
        GOOD.change("trail", advancedEventSelectors=None, eventSelectors=CLASSIC),
    ),
    fails(
        "LOG-05",
        "nothing selected",
        GOOD.change("trail", advancedEventSelectors=None),
        "trail",
        "advancedEventSelectors",
        "AWS::S3::Object: not recorded",
    ),
    fails(
        "LOG-05",
        "writes only",
        selectors(CATEGORY, OBJECTS, {"field": "readOnly", "equals": ["false"]}),
        "trail",
        "advancedEventSelectors",
        "AWS::S3::Object: write only",
    ),
    fails(
        "LOG-05",
        "one bucket only",
        selectors(CATEGORY, OBJECTS, {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::one/"]}),
        "trail",
        "advancedEventSelectors",
        "not recorded",
    ),
    fails(
        "LOG-05",
        "all but the cards",
        selectors(CATEGORY, OBJECTS, {"field": "resources.ARN", "notStartsWiths": ["arn:aws:s3:::cards/"]}),
        "trail",
        "advancedEventSelectors",
        "not recorded",
    ),
    fails(
        "LOG-05",
        "data without management",
        selectors(CATEGORY, OBJECTS),
        "trail",
        "advancedEventSelectors",
        "management events: not recorded",
    ),
    no_matter("LOG-05", "no trail", GOOD.without("trail")),
    waits(
        "LOG-05",
        "not known yet",
        GOOD.unknown("trail", "advancedEventSelectors"),
        "trail",
        "advancedEventSelectors",
    ),
    holds("LOG-10", "to a log group", GOOD),
    fails(
        "LOG-10",
        "files only",
        GOOD.change("trail", cloudWatchLogsGroupArn=None),
        "trail",
        "cloudWatchLogsGroupArn",
        "not set",
    ),
    no_matter("LOG-10", "no trail", GOOD.without("trail")),
    decides_anyway(
        "LOG-10", "a log group that this update makes", GOOD.unknown("trail", "cloudWatchLogsGroupArn")
    ),
    holds("LOG-11", "a year and a key", GOOD),
    fails(
        "LOG-11",
        "three months",
        GOOD.change("trail-group", retentionInDays=90),
        "trail-group",
        "retentionInDays",
        "90",
    ),
    fails(
        "LOG-11",
        "without end",
        GOOD.change("trail-group", retentionInDays=0),
        "trail-group",
        "retentionInDays",
        "0",
    ),
    fails(
        "LOG-11", "no key", GOOD.change("trail-group", kmsKeyId=None), "trail-group", "kmsKeyId", "not set"
    ),
    no_matter("LOG-11", "no log group", GOOD.without("trail-group")),
    waits(
        "LOG-11",
        "not known yet",
        GOOD.unknown("trail-group", "retentionInDays"),
        "trail-group",
        "retentionInDays",
    ),
    holds("LOG-12", "plain buckets", GOOD),
    fails(
        "LOG-12",
        "access logs to the locked bucket",
        LOCKED_TARGET,
        "archive-logging",
        "targetBucket",
        "archive, an Object Lock bucket",
    ),
    fails(
        "LOG-12",
        "Config to the locked bucket",
        GOOD.change("channel", s3BucketName=ARCHIVE),
        "channel",
        "s3BucketName",
        "archive, an Object Lock bucket",
    ),
    no_matter("LOG-12", "no delivery", EMPTY),
    waits(
        "LOG-12",
        "a bucket of unknown name",
        GOOD.unknown("channel", "s3BucketName"),
        "channel",
        "s3BucketName",
    ),
    holds("LOG-14", "everything recorded", GOOD),
    fails(
        "LOG-14",
        "some types only",
        GOOD.change("recorder", recordingGroup={"allSupported": False, "includeGlobalResourceTypes": True}),
        "recorder",
        "recordingGroup.allSupported",
        "false",
    ),
    fails(
        "LOG-14",
        "global types nowhere",
        GOOD.change("recorder", recordingGroup={"allSupported": True}),
        "recorder",
        "recordingGroup.includeGlobalResourceTypes",
        "false",
    ),
    fails(
        "LOG-14",
        "switched off",
        GOOD.change("recorder-on", isEnabled=False),
        "recorder-on",
        "isEnabled",
        "false",
    ),
    fails(
        "LOG-14", "never switched on", GOOD.without("recorder-on"), "recorder", "RecorderStatus", "missing"
    ),
    fails("LOG-14", "delivered nowhere", GOOD.without("channel"), "recorder", "DeliveryChannel", "missing"),
    fails(
        "LOG-14",
        "one Region gathered",
        GOOD.change("aggregator", organizationAggregationSource={"regions": ["us-east-2"]}),
        "aggregator",
        "organizationAggregationSource.regions",
        "us-east-2",
    ),
    fails(
        "LOG-14",
        "no recorder",
        GOOD.without("recorder", "recorder-on", "channel"),
        "organization",
        "Recorder",
        "missing",
    ),
    fails(
        "LOG-14",
        "no aggregator",
        GOOD.without("aggregator"),
        "organization",
        "ConfigurationAggregator",
        "missing",
    ),
    no_matter("LOG-14", "no recorder and no organization", EMPTY),
    waits("LOG-14", "not known yet", GOOD.unknown("recorder-on", "isEnabled"), "recorder-on", "isEnabled"),
]

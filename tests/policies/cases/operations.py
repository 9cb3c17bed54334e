"""OPS: tags, protection, providers. Exemptions have a file of their own (`test_exemptions.py`)."""

import json

from tests.policies.cases import decides_anyway, fails, holds, no_matter, waits
from tests.policies.estate import estate
from tests.policies.world import World

GOOD = estate()
EMPTY = World({})
FEW_TAGS = json.dumps({"tags": {"owner": "a", "env": "prod", "data-class": "b", "pci-scope": "out"}})

CASES = [
    holds("OPS-01", "all tags", GOOD),
    fails(
        "OPS-01",
        "a tag forgotten",
        GOOD.change("payments", defaultTags=FEW_TAGS),
        "payments",
        "defaultTags.tags.cost-center",
        "not set",
    ),
    fails(
        "OPS-01",
        "no tags",
        GOOD.change("payments", defaultTags=None),
        "payments",
        "defaultTags.tags.owner",
        "not set",
    ),
    no_matter("OPS-01", "no provider", EMPTY),
    waits("OPS-01", "tags not known yet", GOOD.unknown("payments", "defaultTags"), "payments", "defaultTags"),
    holds("OPS-02", "all protected", GOOD),
    fails(
        "OPS-02",
        "an unprotected key",
        GOOD.option("audit-key", protect=False),
        "audit-key",
        "protect",
        "false",
    ),
    fails("OPS-02", "an unprotected trail", GOOD.option("trail", protect=False), "trail", "protect", "false"),
    no_matter("OPS-02", "a test stack", EMPTY.adding(GOOD.items["small-table"]).named("test-x")),
    decides_anyway("OPS-02", "protection is an option, known always", GOOD),
    holds("OPS-03", "pinned", GOOD),
    fails(
        "OPS-03",
        "the default provider",
        GOOD.option("charge", provider="default_7_51_1"),
        "charge",
        "provider",
        "the default provider",
    ),
    fails("OPS-03", "no provider", GOOD.option("charge", provider=""), "charge", "provider", "not set"),
    fails(
        "OPS-03",
        "any account",
        GOOD.change("payments", allowedAccountIds=None),
        "payments",
        "allowedAccountIds",
        "not set",
    ),
    fails(
        "OPS-03",
        "two accounts",
        GOOD.change("payments", allowedAccountIds='["1","2"]'),
        "payments",
        "allowedAccountIds",
        '["1", "2"]',
    ),
    fails("OPS-03", "no Region", GOOD.change("payments", region=None), "payments", "region", "not set"),
    no_matter("OPS-03", "nothing of AWS", EMPTY),
    waits(
        "OPS-03",
        "an account that this update makes",
        GOOD.unknown("payments", "allowedAccountIds"),
        "payments",
        "allowedAccountIds",
    ),
    holds("OPS-04", "no exemptions", GOOD),
    decides_anyway("OPS-04", "exemptions are a file, known always", GOOD),
]

"""KMS-01: symmetric keys rotate by themselves. Asymmetric and HMAC keys, and imported material, cannot."""

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import KEY
from policies.framework.values import is_true, number

SYMMETRIC = ("", "SYMMETRIC_DEFAULT")
LONGEST_DAYS = 366


@resource_rule("KMS-01", KEY)
def rule(key: Resource, _context: Context) -> Results:
    if key.text("customerMasterKeySpec") not in SYMMETRIC:
        return
    yield key.check("enableKeyRotation", is_true, "true")
    yield key.check(
        "rotationPeriodInDays",
        lambda days: days is None or 0 < (number(days) or 0) <= LONGEST_DAYS,
        "a year at most",
    )

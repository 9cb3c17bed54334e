"""Which findings wake people, as EventBridge patterns: HIGH and CRITICAL, each once.

Security Hub repeats what the other services find, so its own pattern leaves those products out.
"""

from collections.abc import Mapping
from typing import Any

GUARDDUTY_HIGH = 7
"""Lowest GuardDuty severity of the band High (GuardDuty user guide: 7.0 to 8.9; Critical from 9.0)."""

REPEATED_BY_SECURITY_HUB = ["GuardDuty", "IAM Access Analyzer", "Inspector", "Macie"]

PATTERNS: Mapping[str, Mapping[str, Any]] = {
    "security-hub": {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {
            "findings": {
                "Severity": {"Label": ["HIGH", "CRITICAL"]},
                "RecordState": ["ACTIVE"],
                "Workflow": {"Status": ["NEW"]},
                "ProductName": [{"anything-but": REPEATED_BY_SECURITY_HUB}],
            }
        },
    },
    "guardduty": {
        "source": ["aws.guardduty"],
        "detail-type": ["GuardDuty Finding"],
        "detail": {"severity": [{"numeric": [">=", GUARDDUTY_HIGH]}]},
    },
    "macie": {
        "source": ["aws.macie"],
        "detail-type": ["Macie Finding"],
        "detail": {"severity": {"description": ["High"]}},
    },
    "access-analyzer": {
        "source": ["aws.access-analyzer"],
        "detail-type": ["Access Analyzer Finding"],
        "detail": {"status": ["ACTIVE"]},
    },
    "inspector": {
        "source": ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        "detail": {"severity": ["HIGH", "CRITICAL"], "status": ["ACTIVE"]},
    },
}
"""Rule name → event pattern. Access Analyzer grades no finding: any way in from outside counts as high."""

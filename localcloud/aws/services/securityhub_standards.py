"""Data: the standards that Security Hub offers.

Source: Security Hub user guide, "Standards reference", and the ARNs that DescribeStandards lists. A path that
starts with `ruleset/` is the one standard whose ARN carries no Region.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standard:
    """A standard: its path within an ARN, its name, and whether a new hub has it without asking."""

    path: str
    name: str
    default: bool = False

    def arn(self, partition: str, region: str) -> str:
        """The standard's ARN in a Region."""
        where = "" if self.path.startswith("ruleset/") else region
        return f"arn:{partition}:securityhub:{where}::{self.path}"

    def subscription(self, partition: str, region: str, account_id: str) -> str:
        """The ARN of an account's subscription to it."""
        tail = self.path.split("/", 1)[1]
        return f"arn:{partition}:securityhub:{region}:{account_id}:subscription/{tail}"


STANDARDS = (
    Standard(
        "standards/aws-foundational-security-best-practices/v/1.0.0",
        "AWS Foundational Security Best Practices v1.0.0",
        default=True,
    ),
    Standard("standards/aws-resource-tagging-standard/v/1.0.0", "AWS Resource Tagging Standard v1.0.0"),
    Standard(
        "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
        "CIS AWS Foundations Benchmark v1.2.0",
        default=True,
    ),
    Standard("standards/cis-aws-foundations-benchmark/v/1.4.0", "CIS AWS Foundations Benchmark v1.4.0"),
    Standard("standards/cis-aws-foundations-benchmark/v/3.0.0", "CIS AWS Foundations Benchmark v3.0.0"),
    Standard("standards/cis-aws-foundations-benchmark/v/5.0.0", "CIS AWS Foundations Benchmark v5.0.0"),
    Standard("standards/nist-800-53/v/5.0.0", "NIST Special Publication 800-53 Revision 5"),
    Standard("standards/nist-800-171/v/2.0.0", "NIST Special Publication 800-171 Revision 2"),
    Standard("standards/pci-dss/v/3.2.1", "PCI DSS v3.2.1"),
    Standard("standards/pci-dss/v/4.0.1", "PCI DSS v4.0.1"),
)

"""Physical names of the audit estate, derived from the naming helper so that policies know them before they exist."""

from dataclasses import dataclass

from components.naming import AUDIT, Naming

from .trail import trail_arn

AUDIT_ACCOUNT = "audit"
"""Catalogue key of the account that holds the logs."""
SECURITY_ACCOUNT = "security"
"""Catalogue key of the account that leads detection."""


@dataclass(frozen=True)
class AuditNames:
    """Names that more than one component, stack or guardrail refers to."""

    naming: Naming
    """The organization's naming helper."""
    home_region: str
    """Region of the trail."""

    def archive_bucket(self, region: str) -> str:
        """The locked bucket of a Region. The audit-bucket guardrail protects every bucket named so."""
        return self.naming.bucket(AUDIT, region)

    @property
    def bucket_prefix(self) -> str:
        """What the names of all log buckets begin with, locked and plain."""
        return self.naming.name(f"{AUDIT}-")

    def delivery_bucket(self, region: str) -> str:
        """The plain bucket of a Region for Config, GuardDuty and Macie."""
        return self.naming.bucket(f"{AUDIT}-delivery", region)

    def access_log_bucket(self, region: str) -> str:
        """The plain bucket of a Region for S3 server access logs."""
        return self.naming.bucket(f"{AUDIT}-access", region)

    @property
    def key_alias(self) -> str:
        """Alias of the audit key in every Region."""
        return self.naming.alias(AUDIT)

    @property
    def trail(self) -> str:
        """Name of the organization trail."""
        return self.naming.name(f"{AUDIT}-trail")

    @property
    def trail_arn(self) -> str:
        """ARN of the organization trail."""
        return trail_arn(self.trail, self.home_region, self.naming.partition_key)

    @property
    def trail_log_group(self) -> str:
        """Log group of the trail. The audit-trail guardrail protects every group named so."""
        return self.naming.log_group(f"{AUDIT}-trail")

    @property
    def finding_routes(self) -> str:
        """First part of the names that carry findings to people. The security-services guardrail protects them."""
        return self.naming.name("findings")

    @property
    def recorder_role(self) -> str:
        """Name of the Config recorder's role in every account."""
        return self.naming.name("config-recorder")

    @property
    def replication_role(self) -> str:
        """First part of the names of the replication roles."""
        return self.naming.name("log-replication")

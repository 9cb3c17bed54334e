"""Physical names: one place that spells them, so that a name is known at preview and the same in policies.

Owns the patterns. Guardrails (SCPs) and policies address resources by these patterns, so changing one here renames
resources *and* moves what the guardrails protect. It deliberately does not own Pulumi logical names: those are
literals at the call, because they are state.
"""

import re
from dataclasses import dataclass

from .errors import ConfigError

BUCKET_NAME_LIMIT = 63
"""Characters in an S3 bucket name (AWS S3 user guide, bucket naming rules)."""

PLATFORM_PATH = "/platform/"
"""Path above every role this program makes but the emergency ones; guardrails let nobody else touch a role under it."""

AUDIT_ROLE_PATH = "/platform/audit/"
"""Path of the roles that carry logs: replication, recorders, delivery."""

DEPLOY_ROLE_PATH = "/platform/deploy/"
"""Path of the roles the pipeline acts through. Guardrails exempt it; no workload may create a role under it."""

PLAN_ROLE_PATH = "/platform/plan/"
"""Path of the read-only roles a preview acts through."""

BREAK_GLASS_PATH = "/breakglass/"
"""Path of the emergency roles. Exempt from class E guardrails, bound by class N."""

AUDIT = "audit"
"""First word of everything the audit-trail and audit-bucket guardrails protect."""


@dataclass(frozen=True)
class Naming:
    """Physical names of one organization."""

    prefix: str
    """Short lower-case name of the organization; first word of every physical name."""
    partition_key: str
    """Makes globally unique names (buckets) ours: the management account's id."""

    def name(self, purpose: str) -> str:
        """A name that must be unique inside one account and Region, such as a topic, rule or role."""
        return f"{self.prefix}-{purpose}"

    def bucket(self, purpose: str, region: str) -> str:
        """A bucket name: unique in the world, carries its Region so that the two stacks never collide."""
        name = f"{self.prefix}-{purpose}-{self.partition_key}-{region}"
        if len(name) > BUCKET_NAME_LIMIT or not re.fullmatch(r"[a-z0-9][a-z0-9.-]+[a-z0-9]", name):
            raise ConfigError(
                f"bucket name '{name}'",
                f"S3 allows {BUCKET_NAME_LIMIT} characters of a-z, 0-9, dot and hyphen",
                "Shorten organization.name in components/catalogue/accounts.yaml or the bucket's purpose.",
            )
        return name

    def alias(self, purpose: str) -> str:
        """A KMS alias."""
        return f"alias/{self.prefix}-{purpose}"

    def log_group(self, purpose: str) -> str:
        """A CloudWatch Logs group; every group of the platform sits under one prefix."""
        return f"/{self.prefix}/{purpose}"

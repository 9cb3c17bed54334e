"""Which calls weaken a control, as CloudWatch Logs filter patterns over the organization trail.

The guardrails deny most of these in member accounts; the alarm also sees the attempt, and sees management, which no
guardrail binds (PCI DSS 10.7.2, 10.7.3). A pattern may have 1,024 characters (CloudWatch Logs quota).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class WatchedControl:
    """One control and the calls that weaken it."""

    source: str
    """Event source of the calls, such as `cloudtrail.amazonaws.com`."""
    calls: Sequence[str]
    """Event names."""
    meaning: str
    """What the person who is woken needs to know first."""

    @property
    def pattern(self) -> str:
        """The filter pattern: any of the calls of that service."""
        return watch_pattern(self.source, self.calls)


def watch_pattern(source: str, calls: Sequence[str]) -> str:
    """Filter pattern for any of these calls of a service."""
    names = " || ".join(f'($.eventName = "{call}")' for call in calls)
    return f'{{ ($.eventSource = "{source}") && ({names}) }}'


CONTROLS: Mapping[str, WatchedControl] = {
    "trail-changed": WatchedControl(
        "cloudtrail.amazonaws.com",
        ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "PutInsightSelectors"),
        "Someone stopped, deleted or narrowed a trail.",
    ),
    "recorder-stopped": WatchedControl(
        "config.amazonaws.com",
        (
            "StopConfigurationRecorder",
            "DeleteConfigurationRecorder",
            "DeleteDeliveryChannel",
            "DeleteConfigurationAggregator",
        ),
        "AWS Config stopped recording somewhere.",
    ),
    "detector-disabled": WatchedControl(
        "guardduty.amazonaws.com",
        (
            "DeleteDetector",
            "UpdateDetector",
            "UpdateOrganizationConfiguration",
            "DisableOrganizationAdminAccount",
            "DisassociateFromAdministratorAccount",
            "DisassociateMembers",
            "StopMonitoringMembers",
            "DeletePublishingDestination",
        ),
        "GuardDuty was switched off or narrowed somewhere.",
    ),
    "macie-disabled": WatchedControl(
        "macie2.amazonaws.com",
        (
            "DisableMacie",
            "DisableOrganizationAdminAccount",
            "UpdateMacieSession",
            "UpdateOrganizationConfiguration",
        ),
        "Macie was switched off or narrowed somewhere.",
    ),
    "hub-disabled": WatchedControl(
        "securityhub.amazonaws.com",
        (
            "DisableSecurityHub",
            "BatchDisableStandards",
            "DeleteFindingAggregator",
            "UpdateOrganizationConfiguration",
            "StartConfigurationPolicyDisassociation",
        ),
        "Security Hub or one of its standards was switched off somewhere.",
    ),
    "analyzer-deleted": WatchedControl(
        "access-analyzer.amazonaws.com",
        ("DeleteAnalyzer", "CreateArchiveRule"),
        "An access analyzer was deleted, or findings are being archived unseen.",
    ),
    "inspector-disabled": WatchedControl(
        "inspector2.amazonaws.com",
        ("Disable", "DisableDelegatedAdminAccount", "UpdateOrganizationConfiguration"),
        "Inspector was switched off or narrowed somewhere.",
    ),
    "organization-changed": WatchedControl(
        "organizations.amazonaws.com",
        (
            "CloseAccount",
            "DeletePolicy",
            "DeregisterDelegatedAdministrator",
            "DetachPolicy",
            "DisableAWSServiceAccess",
            "DisablePolicyType",
            "LeaveOrganization",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdatePolicy",
        ),
        "A guardrail was altered or detached, or an account moved or left.",
    ),
    "key-threatened": WatchedControl(
        "kms.amazonaws.com",
        ("DisableKey", "ScheduleKeyDeletion", "DisableKeyRotation", "PutKeyPolicy", "UpdatePrimaryRegion"),
        "A key was disabled, scheduled for deletion or given another policy.",
    ),
}
"""Name of the alarm → what it watches."""

ROOT_PATTERN = (
    '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) '
    '&& ($.eventType != "AwsServiceEvent") }'
)
"""A root user acted, in any account: members are refused it, management is bound by no guardrail (PCI DSS 8.6.1)."""

LOCK_CALLS = (
    "PutBucketObjectLockConfiguration",
    "PutObjectLockConfiguration",
    "PutBucketVersioning",
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "PutBucketLifecycle",
    "PutBucketLifecycleConfiguration",
    "DeleteBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketReplication",
    "PutBucketEncryption",
    "DeleteBucketEncryption",
    "PutBucketPublicAccessBlock",
    "DeleteBucketPublicAccessBlock",
    "PutBucketOwnershipControls",
    "PutBucketAcl",
    "DeleteBucket",
)
"""S3 calls that would weaken a log bucket. CloudTrail has recorded some of them under two names."""


def lock_pattern(bucket_prefix: str) -> str:
    """Filter pattern for a change of any bucket whose name begins so."""
    names = " || ".join(f'($.eventName = "{call}")' for call in LOCK_CALLS)
    bucket = f'($.requestParameters.bucketName = "{bucket_prefix}*")'
    return f'{{ ($.eventSource = "s3.amazonaws.com") && {bucket} && ({names}) }}'

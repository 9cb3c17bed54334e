"""Everything about audit and detection that each governed Region has: the same component in both stacks."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.accounts import Accounts
from components.errors import ConfigError
from components.keys.customer_key import CustomerKey, CustomerKeyArgs
from components.keys.replica_key import ReplicaKey, ReplicaKeyArgs
from components.settings import Settings

from .archive_copy import ArchiveCopy, ArchiveCopyArgs
from .audit_key import audit_key_policy
from .detection.regional import RegionalDetection, RegionalDetectionArgs
from .findings import FindingRoutes, FindingRoutesArgs
from .log_archive import LogArchive, LogArchiveArgs
from .log_bucket import ObjectLockArgs
from .names import AUDIT_ACCOUNT, SECURITY_ACCOUNT, AuditNames
from .recorders import Recorders, RecordersArgs

KEY_DESCRIPTION = "Logs of the whole organization: trail, Config, findings and access logs."


@dataclass(frozen=True)
class RegionalAuditArgs:
    """What a Region's audit is built from. It spans accounts, so it takes the door rather than one provider."""

    settings: Settings
    """The stack's settings; they say which Region this is and how long logs are locked."""
    accounts: Accounts
    """Door to the providers of the audit, security and every recorded account."""
    organization_id: pulumi.Input[str]
    """Id of the organization, which the log services must act for."""
    home_key_arn: pulumi.Input[str] | None = None
    """Audit key of the home Region, an output of the primary stack; None in that stack itself."""
    after: Sequence[pulumi.Resource] = ()
    """What must stand first: the organization with its trusted access and delegated administrators."""


class RegionalAudit(pulumi.ComponentResource):
    """Owns a Region's audit key, log storage, recorders, detection and the routing of findings.

    What AWS keeps once per account rather than per Region (the recorder's role) is made by the primary stack; the copy
    of the home archive is made by the standby stack (see `ArchiveCopy` for why).
    """

    key_arn: pulumi.Output[str]
    """Audit key in this Region."""
    archive_bucket: pulumi.Output[str]
    """Object Lock bucket of this Region."""
    delivery_bucket: pulumi.Output[str]
    """Plain bucket of this Region, for services that cannot write to a locked one."""
    findings_topic_arn: pulumi.Output[str]
    """Topic of the security team in this Region."""
    detector_id: pulumi.Output[str]
    """GuardDuty detector of the security account in this Region."""
    logs: LogArchive
    """The buckets, for those who must wait for them."""
    detection: RegionalDetection
    """The detection services, for those who must wait for them."""

    def __init__(
        self, name: str, args: RegionalAuditArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:RegionalAudit", name, None, opts)
        if args.settings.is_primary != (args.home_key_arn is None):
            raise ConfigError(
                f"component '{name}'",
                "the home Region makes the audit key and every other Region replicates it",
                "Pass home_key_arn, from the primary stack's outputs, in a standby stack and only there.",
            )
        self._name, self._args = name, args
        self._names = AuditNames(args.settings.naming, args.settings.catalogue.home_region)
        key = self._key()
        self.key_arn = key.arn
        self.logs = self._log_archive(key)
        recorders = Recorders(
            f"{name}-recorder",
            RecordersArgs(
                settings=args.settings,
                accounts=args.accounts,
                role_name=self._names.recorder_role,
                delivery_bucket=self.logs.delivery.name,
                key_arn=key.arn,
                after=[*args.after, *self.logs.delivery.ready],
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.detection = RegionalDetection(
            f"{name}-detection",
            RegionalDetectionArgs(
                settings=args.settings,
                accounts=args.accounts,
                export_bucket=self.logs.delivery.name,
                key_arn=key.arn,
                after=[*args.after, *self.logs.delivery.ready, recorders],
            ),
            pulumi.ResourceOptions(parent=self),
        )
        routes = FindingRoutes(
            f"{name}-findings",
            FindingRoutesArgs(
                account_id=args.accounts.id(SECURITY_ACCOUNT),
                region=args.settings.region,
                name_prefix=self._names.finding_routes,
                email=args.settings.catalogue.accounts[SECURITY_ACCOUNT].contacts["security"].email,
            ),
            args.accounts.opts(SECURITY_ACCOUNT, parent=self),
        )
        if args.home_key_arn is not None:
            self._copy_home_archive(key, args.home_key_arn)
        self.archive_bucket = self.logs.archive.name
        self.delivery_bucket = self.logs.delivery.name
        self.findings_topic_arn = routes.topic_arn
        self.detector_id = self.detection.detector_id
        self.register_outputs(
            {
                "keyArn": self.key_arn,
                "archiveBucket": self.archive_bucket,
                "deliveryBucket": self.delivery_bucket,
                "findingsTopicArn": self.findings_topic_arn,
            }
        )

    def _key(self) -> CustomerKey | ReplicaKey:
        settings, accounts = self._args.settings, self._args.accounts
        policy = pulumi.Output.all(
            accounts.id(AUDIT_ACCOUNT), self._args.organization_id, accounts.id(SECURITY_ACCOUNT)
        ).apply(
            lambda known: audit_key_policy(
                account_id=known[0],
                region=settings.region,
                organization_id=known[1],
                security_account_id=known[2],
                trail_arn=self._names.trail_arn,
                management_account_id=settings.management_account_id,
            )
        )
        opts = accounts.opts(AUDIT_ACCOUNT, parent=self, depends_on=self._args.after)
        if self._args.home_key_arn is not None:
            return ReplicaKey(
                f"{self._name}-key",
                ReplicaKeyArgs(
                    alias=self._names.key_alias,
                    description=KEY_DESCRIPTION,
                    policy=policy,
                    primary_key_arn=self._args.home_key_arn,
                    region=settings.region,
                ),
                opts,
            )
        return CustomerKey(
            f"{self._name}-key",
            CustomerKeyArgs(
                alias=self._names.key_alias,
                description=KEY_DESCRIPTION,
                policy=policy,
                region=settings.region,
                multi_region=True,
            ),
            opts,
        )

    def _log_archive(self, key: CustomerKey | ReplicaKey) -> LogArchive:
        settings, accounts = self._args.settings, self._args.accounts
        lock = settings.audit_lock
        return LogArchive(
            f"{self._name}-logs",
            LogArchiveArgs(
                account_id=accounts.id(AUDIT_ACCOUNT),
                region=settings.region,
                archive_bucket=self._names.archive_bucket(settings.region),
                delivery_bucket=self._names.delivery_bucket(settings.region),
                access_log_bucket=self._names.access_log_bucket(settings.region),
                replication_role_prefix=self._names.replication_role,
                key_arn=key.arn,
                object_lock=ObjectLockArgs(mode=lock.mode, days=lock.days),
                organization_id=self._args.organization_id,
                security_account_id=accounts.id(SECURITY_ACCOUNT),
                trail_arn=self._names.trail_arn if settings.is_primary else None,
            ),
            accounts.opts(AUDIT_ACCOUNT, parent=self, depends_on=[*self._args.after, key]),
        )

    def _copy_home_archive(self, key: CustomerKey | ReplicaKey, home_key_arn: pulumi.Input[str]) -> None:
        settings = self._args.settings
        home = settings.catalogue.home_region
        ArchiveCopy(
            f"{self._name}-copy",
            ArchiveCopyArgs(
                role_name=f"{self._names.replication_role}-copy-{settings.region}",
                home_bucket=self._names.archive_bucket(home),
                home_region=home,
                home_key_arn=home_key_arn,
                copy_bucket=self.logs.archive.name,
                copy_region=settings.region,
                copy_key_arn=key.arn,
            ),
            self._args.accounts.opts(AUDIT_ACCOUNT, parent=self, depends_on=list(self.logs.archive.ready)),
        )

"""What exists once for the whole organization: the trail, its alarms, and the two organization-wide views."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.accounts import Accounts
from components.catalogue.accounts import MANAGEMENT
from components.settings import Settings

from .alert_topic import ALARMS, AlertTopic, AlertTopicArgs
from .config_aggregator import ConfigAggregator, ConfigAggregatorArgs
from .control_alarms import ControlAlarms, ControlAlarmsArgs
from .detection.security_hub import (
    HubAccount,
    HubAccountArgs,
    HubAppointment,
    HubAppointmentArgs,
    HubOrganization,
    HubOrganizationArgs,
)
from .names import SECURITY_ACCOUNT, AuditNames
from .regional import RegionalAudit
from .trail import OrganizationTrail, OrganizationTrailArgs


@dataclass(frozen=True)
class CentralAuditArgs:
    """What the organization-wide audit is built from. It spans accounts, so it takes the door."""

    settings: Settings
    """The primary stack's settings."""
    accounts: Accounts
    """Door to the providers of the management and security accounts."""
    regional: RegionalAudit
    """The home Region's audit: the trail delivers to its archive under its key."""
    after: Sequence[pulumi.Resource] = ()
    """What must stand first: the organization with its trusted access and delegated administrators."""


class CentralAudit(pulumi.ComponentResource):
    """Owns the organization trail, the alarms on it, the Config aggregator and Security Hub's central configuration.

    It belongs to the primary stack and needs nothing of the standby's. The guardrails that forbid touching the trail
    and the archive are attached after this component, or they would forbid building it.
    """

    trail_arn: pulumi.Output[str]
    """ARN of the organization trail."""
    trail_log_group: pulumi.Output[str]
    """Log group of the trail in the management account, for metric filters."""
    alarm_topic_arn: pulumi.Output[str]
    """Topic in the management account, home Region, for alarms on the trail."""
    aggregator_arn: pulumi.Output[str]
    """Config aggregator in the security account."""

    def __init__(self, name: str, args: CentralAuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:CentralAudit", name, None, opts)
        self._name, self._args = name, args
        self._names = AuditNames(args.settings.naming, args.settings.catalogue.home_region)
        topic = self._alarm_topic()
        trail = self._trail(topic)
        ControlAlarms(
            f"{name}-alarms",
            ControlAlarmsArgs(
                region=args.settings.region,
                log_group=trail.log_group,
                topic_arn=topic.arn,
                name_prefix=args.settings.naming.name("control"),
                bucket_prefix=self._names.bucket_prefix,
            ),
            args.accounts.opts(MANAGEMENT, parent=self, depends_on=list(topic.ready)),
        )
        aggregator = ConfigAggregator(
            f"{name}-config-view",
            ConfigAggregatorArgs(
                account_id=args.accounts.id(SECURITY_ACCOUNT),
                aggregator_name=args.settings.naming.name("organization"),
                region=args.settings.region,
                source_regions=args.settings.catalogue.regions,
            ),
            args.accounts.opts(SECURITY_ACCOUNT, parent=self, depends_on=args.after),
        )
        self._security_hub()
        self.trail_arn = trail.arn
        self.trail_log_group = trail.log_group
        self.alarm_topic_arn = topic.arn
        self.aggregator_arn = aggregator.arn
        self.register_outputs(
            {
                "trailArn": self.trail_arn,
                "trailLogGroup": self.trail_log_group,
                "alarmTopicArn": self.alarm_topic_arn,
                "aggregatorArn": self.aggregator_arn,
            }
        )

    def _alarm_topic(self) -> AlertTopic:
        settings = self._args.settings
        return AlertTopic(
            f"{self._name}-alarm-topic",
            AlertTopicArgs(
                account_id=settings.management_account_id,
                region=settings.region,
                topic_name=settings.naming.name("alarms"),
                key_alias=settings.naming.alias("alarms"),
                publishers=[ALARMS],
                email=settings.catalogue.accounts[MANAGEMENT].contacts["security"].email,
                log_groups=[self._names.trail_log_group],
            ),
            self._args.accounts.opts(MANAGEMENT, parent=self),
        )

    def _trail(self, topic: AlertTopic) -> OrganizationTrail:
        args, names = self._args, self._names
        regions = args.settings.catalogue.regions
        log_buckets = [
            bucket(region)
            for region in regions
            for bucket in (names.archive_bucket, names.delivery_bucket, names.access_log_bucket)
        ]
        return OrganizationTrail(
            f"{self._name}-trail",
            OrganizationTrailArgs(
                trail_name=names.trail,
                region=args.settings.region,
                archive_bucket=args.regional.archive_bucket,
                key_arn=args.regional.key_arn,
                log_group_name=names.trail_log_group,
                log_group_key_arn=topic.key_arn,
                retention_days=args.settings.log_retention_days,
                log_buckets=log_buckets,
            ),
            args.accounts.opts(
                MANAGEMENT, parent=self, depends_on=[*args.after, *args.regional.logs.archive.ready]
            ),
        )

    def _security_hub(self) -> None:
        """Central configuration appoints the administrator in every linked Region by itself, and appointing switches
        Security Hub on. So it is switched on there first, by this stack, where it is then known and managed."""
        args = self._args
        linked = [region for region in args.settings.catalogue.regions if region != args.settings.region]
        switches = [
            HubAccount(
                f"{self._name}-hub-{account}-{region}",
                HubAccountArgs(region),
                args.accounts.opts(account, parent=self, depends_on=args.after),
            )
            for region in linked
            for account in (SECURITY_ACCOUNT, MANAGEMENT)
        ]
        appointment = HubAppointment(
            f"{self._name}-hub-appointment",
            HubAppointmentArgs(args.settings.region, args.accounts.id(SECURITY_ACCOUNT)),
            args.accounts.opts(
                MANAGEMENT, parent=self, depends_on=[*switches, *args.regional.detection.hub_accounts]
            ),
        )
        HubOrganization(
            f"{self._name}-hub",
            HubOrganizationArgs(
                home_region=args.settings.region,
                linked_regions=linked,
                policy_name=args.settings.naming.name("standards"),
                governed={
                    account: args.accounts.id(account)
                    for account in args.settings.catalogue.accounts
                    if account != SECURITY_ACCOUNT
                },
            ),
            args.accounts.opts(SECURITY_ACCOUNT, parent=self, depends_on=[appointment]),
        )

"""The detection services of one Region, in the order in which AWS lets them be built."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.accounts import Accounts
from components.audit.names import SECURITY_ACCOUNT
from components.catalogue.accounts import MANAGEMENT
from components.settings import Settings

from .access_analyzer import AccessAnalyzers, AccessAnalyzersArgs
from .account import AccountDetection, AccountDetectionArgs
from .delegation import DelegatedAdministration, DelegatedAdministrationArgs
from .guardduty import GuardDutyOrganization, GuardDutyOrganizationArgs
from .inspector import InspectorOrganization, InspectorOrganizationArgs
from .macie import MacieMember, MacieOrganization, MacieOrganizationArgs
from .security_hub import HubAccount, HubAccountArgs, HubStandards, HubStandardsArgs


@dataclass(frozen=True)
class RegionalDetectionArgs:
    """What a Region's detection is built from."""

    settings: Settings
    """The stack's settings."""
    accounts: Accounts
    """Door to the providers of the management and security accounts."""
    export_bucket: pulumi.Input[str]
    """Plain bucket that receives findings."""
    key_arn: pulumi.Input[str]
    """Audit key in this Region."""
    after: Sequence[pulumi.Resource]
    """What must stand first: organization, log storage, recorders (Security Hub's controls read them)."""


class RegionalDetection(pulumi.ComponentResource):
    """Owns GuardDuty, Macie, Inspector, Access Analyzer and Security Hub's standards in one Region.

    Not here: what Security Hub keeps once for the organization (`HubOrganization`). For that reason the home stack
    switches Security Hub on in the linked Regions too, before it links them, and only subscribes standards here.
    """

    detector_id: pulumi.Output[str]
    """Detector of the security account."""
    hub_accounts: Sequence[pulumi.Resource]
    """Security Hub's switches that this Region's stack owns; they come before the appointment."""

    def __init__(
        self, name: str, args: RegionalDetectionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:RegionalDetection", name, None, opts)
        self._name, self._args = name, args
        leader = self._switch_on(SECURITY_ACCOUNT)
        management = self._switch_on(MANAGEMENT)
        appointment = DelegatedAdministration(
            f"{name}-appointment",
            DelegatedAdministrationArgs(args.settings.region, args.accounts.id(SECURITY_ACCOUNT)),
            args.accounts.opts(MANAGEMENT, parent=self, depends_on=[leader, management]),
        )
        self._lead(leader, appointment)
        self._analyse_access()
        self.hub_accounts = self._security_hub()
        self.detector_id = leader.detector_id
        self.register_outputs({"detectorId": self.detector_id})

    def _switch_on(self, account: str) -> AccountDetection:
        return AccountDetection(
            f"{self._name}-{account}",
            AccountDetectionArgs(self._args.settings.region),
            self._args.accounts.opts(account, parent=self, depends_on=self._args.after),
        )

    def _lead(self, leader: AccountDetection, appointment: DelegatedAdministration) -> None:
        args, region = self._args, self._args.settings.region
        opts = args.accounts.opts(SECURITY_ACCOUNT, parent=self, depends_on=[appointment])
        led = {
            key: account
            for key, account in args.settings.catalogue.accounts.items()
            if key != SECURITY_ACCOUNT
        }
        GuardDutyOrganization(
            f"{self._name}-guardduty",
            GuardDutyOrganizationArgs(region, leader.detector_id, args.export_bucket, args.key_arn),
            opts,
        )
        MacieOrganization(
            f"{self._name}-macie",
            MacieOrganizationArgs(
                region=region,
                members={
                    key: MacieMember(args.accounts.id(key), account.email) for key, account in led.items()
                },
                export_bucket=args.export_bucket,
                key_arn=args.key_arn,
            ),
            opts,
        )
        InspectorOrganization(
            f"{self._name}-inspector",
            InspectorOrganizationArgs(
                region=region,
                administrator_id=args.accounts.id(SECURITY_ACCOUNT),
                members={key: args.accounts.id(key) for key in led},
            ),
            opts,
        )

    def _analyse_access(self) -> None:
        settings = self._args.settings
        AccessAnalyzers(
            f"{self._name}-access",
            AccessAnalyzersArgs(
                region=settings.region,
                external_name=settings.naming.name("external-access"),
                unused_name=settings.naming.name("unused-access") if settings.is_primary else None,
            ),
            self._args.accounts.opts(SECURITY_ACCOUNT, parent=self, depends_on=self._args.after),
        )

    def _security_hub(self) -> list[pulumi.Resource]:
        args, region = self._args, self._args.settings.region
        switches: list[pulumi.Resource] = []
        if args.settings.is_primary:
            switches = [
                HubAccount(
                    f"{self._name}-hub-{account}",
                    HubAccountArgs(region),
                    args.accounts.opts(account, parent=self, depends_on=args.after),
                )
                for account in (SECURITY_ACCOUNT, MANAGEMENT)
            ]
        HubStandards(
            f"{self._name}-standards",
            HubStandardsArgs(region),
            args.accounts.opts(SECURITY_ACCOUNT, parent=self, depends_on=[*args.after, *switches]),
        )
        return switches

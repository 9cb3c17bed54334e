"""The only door to a provider: account key in, `aws.Provider` out.

Owns: which role is assumed in which account, the account id a provider is pinned to, and the default tags of
everything in the account. A component acts in exactly one account, the one whose provider its options carry
(``Trail("trail", args, accounts.opts("audit"))``); its children inherit that provider through ``parent``. A
component's arguments therefore stay plain values, and any program can consume it. Regional resources spell
``region=`` at the call.

It deliberately does not create accounts or roles: `organization/` does, then hands them over with `admit`.
"""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from .catalogue.accounts import MANAGEMENT
from .errors import ConfigError, did_you_mean
from .settings import Settings

SESSION_NAME = "pulumi"
"""Shown in CloudTrail as the session of everything the program does."""


class Accounts:
    """Providers of this stack, one per account, made when first asked for."""

    def __init__(self, settings: Settings) -> None:
        """The management account is known from the start: its provider uses the caller's own credentials."""
        self._settings = settings
        self._ids: dict[str, pulumi.Input[str]] = {MANAGEMENT: settings.management_account_id}
        self._roles: dict[str, pulumi.Input[str]] = {}
        self._providers: dict[str, aws.Provider] = {}

    def admit(self, account: str, account_id: pulumi.Input[str], role_arn: pulumi.Input[str]) -> None:
        """Make a member account reachable through the role with this ARN."""
        self._known(account)
        self._ids[account] = account_id
        self._roles[account] = role_arn

    def id(self, account: str) -> pulumi.Output[str]:
        """The account's 12-digit id; unknown at preview while the account is still to be created."""
        return pulumi.Output.from_input(self._admitted(account))

    def provider(self, account: str) -> aws.Provider:
        """The provider of an account."""
        if account not in self._providers:
            account_id = self._admitted(account)
            roles = [self._roles[account]] if account in self._roles else []
            self._providers[account] = self._new(account, account, account_id, roles)
        return self._providers[account]

    def bootstrap_provider(self, account: str, account_id: pulumi.Input[str], role: str) -> aws.Provider:
        """The provider that creates the platform roles in a new account, through a role named with its path.

        Nothing else may use it: guardrails exempt the platform roles by path, not the role AWS makes with an account.
        """
        role_arn = pulumi.Output.format("arn:aws:iam::{0}:role{1}", account_id, role)
        return self._new(f"{account}-bootstrap", account, account_id, [role_arn])

    def opts(
        self,
        account: str,
        parent: pulumi.Resource | None = None,
        depends_on: Sequence[pulumi.Resource] | None = None,
    ) -> pulumi.ResourceOptions:
        """Options that put a component (and so its children) into an account."""
        return pulumi.ResourceOptions(parent=parent, provider=self.provider(account), depends_on=depends_on)

    def _new(
        self, name: str, account: str, account_id: pulumi.Input[str], roles: Sequence[pulumi.Input[str]]
    ) -> aws.Provider:
        # A dict in place of the Args class goes out as `role_arn`, which the provider does not read: the role
        # would silently not be assumed. `allowed_account_ids` makes any such mistake fail closed.
        return aws.Provider(
            name,
            region=self._settings.region,
            allowed_account_ids=[account_id],
            assume_roles=[
                aws.ProviderAssumeRoleArgs(role_arn=arn, session_name=SESSION_NAME) for arn in roles
            ]
            or None,
            default_tags=aws.ProviderDefaultTagsArgs(tags=self._settings.catalogue.accounts[account].tags),
        )

    def _known(self, account: str) -> None:
        catalogue = self._settings.catalogue.accounts
        if account not in catalogue:
            raise ConfigError(
                f"account '{account}'", "is not in the account catalogue", did_you_mean(account, catalogue)
            )

    def _admitted(self, account: str) -> pulumi.Input[str]:
        self._known(account)
        if account not in self._ids:
            raise ConfigError(
                f"account '{account}'",
                "is used before it is reachable in this stack",
                "Create its platform roles first, or read them from the primary stack's outputs.",
            )
        return self._ids[account]

"""The primary stack's first layer: the organization, its accounts, and the way into each of them.

Owns the order: organization, accounts, platform roles, then the door opens. A standby stack has the same foundation
by reading it (`components/outputs.py`). It deliberately stops before anything that lives inside an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.accounts import Accounts
from components.catalogue.accounts import CONTACT_KINDS, MANAGEMENT, Account
from components.catalogue.identity import Identity
from components.catalogue.services import Services, load_services
from components.naming import DEPLOY_ROLE_PATH, PLAN_ROLE_PATH
from components.settings import Settings

from .documents import BOOTSTRAP_ROLE
from .member_account import AlternateContactArgs, MemberAccount, MemberAccountArgs
from .organization import Organization, OrganizationArgs, UnitArgs
from .platform_roles import PLAN_ROLE, PlatformRoles, PlatformRolesArgs


@dataclass(frozen=True)
class Member:
    """One member account as the rest of the program sees it."""

    account_id: pulumi.Output[str]
    deploy_role_arn: pulumi.Output[str]
    plan_role_arn: pulumi.Output[str]

    def role_arn(self, access: str) -> pulumi.Output[str]:
        """The role for ``deploy`` or ``plan`` access."""
        return self.plan_role_arn if access == "plan" else self.deploy_role_arn


@dataclass(frozen=True)
class Foundation:
    """What every later layer needs to know, built in the primary stack and read in a standby."""

    organization_id: pulumi.Output[str]
    node_ids: Mapping[str, pulumi.Output[str]]
    """Id of the root (key ``root``) and of every unit."""
    members: Mapping[str, Member]
    ready: tuple[pulumi.Resource, ...] = ()
    """What organization-wide services must wait for; nothing in a standby."""


def build_foundation(settings: Settings, identity: Identity, accounts: Accounts) -> Foundation:
    """Create the organization and its accounts, and admit every account to the door."""
    services = load_services(
        settings.catalogue_dir / "services.yaml", settings.catalogue, "components/catalogue/services.yaml"
    )
    organization = Organization(
        "organization",
        OrganizationArgs(
            policy_types=services.policy_types,
            trusted_access=services.trusted_access,
            units=[UnitArgs(unit.key, unit.name, unit.parent) for unit in settings.catalogue.units.values()],
        ),
        accounts.opts(MANAGEMENT),
    )
    ready: list[pulumi.Resource] = [organization]
    members = {}
    for account in settings.catalogue.members:
        created = _account(account, organization, services, accounts)
        ready += created.delegated
        members[account.key] = _member(account.key, created, settings, identity, accounts)
    foundation = Foundation(organization.organization_id, organization.node_ids, members, tuple(ready))
    admit_members(foundation, settings, accounts)
    return foundation


def admit_members(foundation: Foundation, settings: Settings, accounts: Accounts) -> None:
    """Open the door to every member account, through the role the stack is configured to use."""
    for key, member in foundation.members.items():
        accounts.admit(key, member.account_id, member.role_arn(settings.member_access))


def _account(
    account: Account, organization: Organization, services: Services, accounts: Accounts
) -> MemberAccount:
    contacts = [(kind, account.contacts[kind]) for kind in CONTACT_KINDS]
    return MemberAccount(
        account.key,
        MemberAccountArgs(
            account_name=account.key,
            email=account.email,
            unit_id=organization.node_ids[account.unit or "root"],
            tags=account.tags,
            contacts=[
                AlternateContactArgs(kind, contact.name, contact.title, contact.email, contact.phone)
                for kind, contact in contacts
            ],
            delegations=[row.principal for row in services.delegations if row.account == account.key],
        ),
        accounts.opts(MANAGEMENT, depends_on=[organization]),
    )


def _member(
    key: str, created: MemberAccount, settings: Settings, identity: Identity, accounts: Accounts
) -> Member:
    # A read-only preview may not use the role AWS made: its administrator rights are for the first update alone.
    entry = f"{PLAN_ROLE_PATH}{PLAN_ROLE}" if settings.member_access == "plan" else f"/{BOOTSTRAP_ROLE}"
    roles = PlatformRoles(
        f"{key}-platform-roles",
        PlatformRolesArgs(
            management_account_id=settings.management_account_id,
            deployer_arns=_deployers(settings, identity),
            planner_arns=[f"arn:aws:iam::{settings.management_account_id}:role{PLAN_ROLE_PATH}*"],
        ),
        pulumi.ResourceOptions(provider=accounts.bootstrap_provider(key, created.account_id, entry)),
    )
    return Member(created.account_id, roles.deploy_role_arn, roles.plan_role_arn)


def _deployers(settings: Settings, identity: Identity) -> list[str]:
    """Who may enter member accounts to change them: the pipeline, named operators, and holders of `deploys` sets."""
    roles = f"arn:aws:iam::{settings.management_account_id}:role"
    holders = [
        f"{roles}/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_{permission_set.key}_*"
        for permission_set in identity.permission_sets.values()
        if permission_set.deploys
    ]
    return [f"{roles}{DEPLOY_ROLE_PATH}*", *holders, *settings.operator_role_arns]

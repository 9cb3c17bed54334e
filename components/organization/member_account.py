"""One member account and the people AWS may reach about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import BOOTSTRAP_ROLE


@dataclass(frozen=True)
class AlternateContactArgs:
    """Someone AWS may write to or call."""

    kind: str
    """security, billing or operations."""
    name: str
    """A team or a person."""
    title: str
    """Their role."""
    email: str
    """A team mailbox."""
    phone: str
    """+ and digits."""


@dataclass(frozen=True)
class MemberAccountArgs:
    """One account of the catalogue."""

    account_name: str
    """Name AWS shows; the catalogue's key."""
    email: str
    """Address of the account's root user; unique in all of AWS."""
    unit_id: pulumi.Input[str]
    """Unit it sits in. Changing it moves the account."""
    tags: dict[str, str]
    """owner, env, data-class, pci-scope, cost-center."""
    contacts: Sequence[AlternateContactArgs]
    """Alternate contacts (PCI DSS 12.10.1)."""
    delegations: Sequence[str]
    """Service principals this account administers for the organization."""


class MemberAccount(pulumi.ComponentResource):
    """Owns an account, its contacts and what it administers. It acts in the management account.

    The account is protected and never closed by a deletion: leaving is a life cycle (suspended unit, emptied, closed
    by hand, removed here), not a side effect. Deliberately not here: anything inside the account.
    """

    account_id: pulumi.Output[str]
    """12 digits; unknown at preview until the account exists."""

    def __init__(
        self, name: str, args: MemberAccountArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:MemberAccount", name, None, opts)
        account = aws.organizations.Account(
            name,
            name=args.account_name,
            email=args.email,
            parent_id=args.unit_id,
            role_name=BOOTSTRAP_ROLE,
            close_on_deletion=False,
            tags=args.tags,
            # AWS never returns the role's name; without this an imported account would be replaced.
            opts=pulumi.ResourceOptions(parent=self, protect=True, ignore_changes=["roleName"]),
        )
        for contact in args.contacts:
            aws.account.AlternativeContact(
                f"{name}-{contact.kind}-contact",
                account_id=account.id,
                alternate_contact_type=contact.kind.upper(),
                name=contact.name,
                title=contact.title,
                email_address=contact.email,
                phone_number=contact.phone,
                opts=pulumi.ResourceOptions(parent=self),
            )
        # Delegations to wait for before using them. Not an output: it is for this program alone.
        self.delegated: Sequence[pulumi.Resource] = [
            aws.organizations.DelegatedAdministrator(
                f"{name}-administers-{principal.removesuffix('.amazonaws.com')}",
                account_id=account.id,
                service_principal=principal,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for principal in args.delegations
        ]
        self.account_id = account.id
        self.register_outputs({"accountId": self.account_id})

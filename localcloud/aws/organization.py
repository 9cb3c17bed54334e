"""Who belongs to whom: the organization of an account, as the emulated services need to see it.

Services that an organization administers from a delegated account (GuardDuty, Macie, Security Hub, ...)
share one rule set: the management account designates the administrator, the administrator configures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.core.utils import utcnow
from moto.organizations.models import FakeDelegatedAdministrator, organizations_backends
from moto.utilities.utils import get_partition


@dataclass(frozen=True)
class Organization:
    """An organization as seen from one of its accounts."""

    id: str
    management_account_id: str
    #: every active account, the management account included
    account_ids: tuple[str, ...]
    _backend: Any

    def delegated_administrators(self, service_principal: str) -> tuple[str, ...]:
        """The accounts registered as delegated administrators of a service."""
        return tuple(
            admin.account.id for admin in self._backend.admins if service_principal in admin.services
        )

    def delegate(self, account_id: str, service_principal: str) -> None:
        """Registers an account as a service's delegated administrator; nothing when it is one already.

        The services do this themselves when an administrator is designated through them.
        """
        if account_id in (self.management_account_id, *self.delegated_administrators(service_principal)):
            return
        registered = {admin.account.id: admin for admin in self._backend.admins}
        admin = registered.get(account_id)
        if admin is None:
            admin = FakeDelegatedAdministrator(self._backend.get_account_by_id(account_id))
            self._backend.admins.append(admin)
        admin.services[service_principal] = {
            "ServicePrincipal": service_principal,
            "DelegationEnabledDate": utcnow().timestamp(),
        }

    def trust(self, service_principal: str) -> None:
        """Enables a service's trusted access; nothing when it is enabled already."""
        trusted = {service["ServicePrincipal"] for service in self._backend.services}
        if service_principal not in trusted:
            self._backend.enable_aws_service_access(ServicePrincipal=service_principal)

    def ancestors(self, account_id: str) -> tuple[str, ...]:
        """The organizational units above an account, nearest first, then the root."""
        parents = {unit.id: unit.parent_id for unit in self._backend.ou if unit.id != unit.parent_id}
        current = next((each.parent_id for each in self._backend.accounts if each.id == account_id), None)
        chain: list[str] = []
        while current and current not in chain:
            chain.append(current)
            current = parents.get(current)
        return tuple(chain)


def organization_of(account_id: str, region: str) -> Organization | None:
    """The organization that an account belongs to, or None."""
    partition = get_partition(region)
    owner, partition = organizations_backends.master_accounts.get(account_id, (account_id, partition))
    backend = organizations_backends[owner][partition]
    if backend.org is None:
        return None
    active = tuple(account.id for account in backend.accounts if account.status == "ACTIVE")
    return Organization(backend.org.id, owner, active, backend)

"""What GuardDuty, Macie, Security Hub and Inspector share: administration of an organization's accounts.

Per Region, the management account designates one administrator; only that account may read or set how the
organization's accounts are enrolled. Each service keeps its own error codes and its own configuration.
"""

from __future__ import annotations

from typing import ClassVar

from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import RegionalState
from localcloud.aws.organization import Organization, organization_of


class AdministeredState(RegionalState):
    """State of a service that a delegated account administers for an organization, Region by Region."""

    #: the principal that Organizations knows the service by
    principal: ClassVar[str]
    #: error codes for a caller in the wrong account, for a target outside the organization, for a second administrator
    wrong_caller: ClassVar[str]
    wrong_target: ClassVar[str]
    occupied: ClassVar[str]

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        #: set in the management account's state alone
        self.designated: str | None = None

    @property
    def organization(self) -> Organization | None:
        """The caller's organization, looked up afresh: accounts come and go."""
        return organization_of(self.account_id, self.region)

    def administrator(self) -> str | None:
        """The organization's administrator of this service in this Region, if one was designated."""
        organization = self.organization
        if organization is None:
            return None
        return self.elsewhere(organization.management_account_id).designated

    def as_management(self) -> Organization:
        """The organization that the caller manages; the service's refusal for any other caller."""
        organization = self.organization
        if organization is None or organization.management_account_id != self.account_id:
            raise ApiError(
                self.wrong_caller,
                "The request is rejected because the current account is not the management account of an organization.",
            )
        return organization

    def as_administrator(self) -> Organization:
        """The organization that the caller administers; the service's refusal for any other caller."""
        organization = self.organization
        if organization is None or self.administrator() != self.account_id:
            raise ApiError(
                self.wrong_caller,
                f"The request is rejected because account {self.account_id} is not the delegated administrator "
                "of the organization in this Region.",
            )
        return organization

    def members(self) -> list[str]:
        """The accounts that the caller administers, without itself."""
        return [account for account in self.as_administrator().account_ids if account != self.account_id]

    def designate(self, account_id: str) -> None:
        """Makes an account the administrator, and registers it with Organizations as the real services do."""
        organization = self.as_management()
        if account_id not in organization.account_ids:
            raise ApiError(
                self.wrong_target,
                f"The request is rejected because account {account_id} is not an active member of the organization.",
            )
        if self.designated not in (None, account_id):
            raise ApiError(
                self.occupied,
                f"The request is rejected because account {self.designated} is the delegated administrator already.",
            )
        organization.trust(self.principal)
        organization.delegate(account_id, self.principal)
        self.designated = account_id

    def dismiss(self, account_id: str) -> None:
        """Ends an administrator's role in this Region. Its registration with Organizations is a separate step."""
        self.as_management()
        if self.designated != account_id:
            raise ApiError(
                self.wrong_target,
                f"The request is rejected because account {account_id} is not the delegated administrator.",
            )
        self.designated = None

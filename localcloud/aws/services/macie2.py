"""Macie: the session of an account, organization administration, result export, automated discovery settings.

Settings are kept and checked; no bucket is inspected and no finding produced.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from localcloud.aws.buckets import bucket_exists
from localcloud.aws.calls import ApiError
from localcloud.aws.macie_members import MacieMembers
from localcloud.aws.modelled import Request, Response, serve


class Macie(MacieMembers):
    """Macie of one account in one Region."""

    service = "macie2"
    principal = "macie.amazonaws.com"
    wrong_caller = "AccessDeniedException"
    wrong_target = "ValidationException"
    occupied = "ConflictException"

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.session: dict[str, Any] | None = None
        self.auto_enable = False
        #: accounts that were there when enrolment was switched on, so not new
        self.known: frozenset[str] = frozenset()
        self.export: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {"status": "DISABLED", "autoEnableOrganizationMembers": "NONE"}

    # --- session

    def enable_macie(self, request: Request) -> Response:
        """Starts the session; a second start is refused."""
        self._enrol()
        if self.session:
            raise ApiError("ConflictException", "Macie has already been enabled")
        self._start(request.get("findingPublishingFrequency"), request.get("status"))
        return {}

    def get_macie_session(self, _request: Request) -> Response:
        """The session, or the refusal that tells that there is none."""
        return dict(self._enabled())

    def update_macie_session(self, request: Request) -> Response:
        """Suspends or resumes the session, and sets how often findings are published."""
        session = self._enabled()
        session.update(request)
        session["updatedAt"] = datetime.now(UTC)
        return {}

    def disable_macie(self, _request: Request) -> Response:
        """Ends the session and forgets its settings; a member leaves this to its administrator."""
        self._enabled()
        if self._is_member():
            raise ApiError(
                "ConflictException", "Cannot disable Macie while associated with an administrator account"
            )
        designated = self.designated
        self.__init__(self.account_id, self.region)  # type: ignore[misc]  # every setting goes with the session
        self.designated = designated
        return {}

    def _start(self, frequency: str | None, status: str | None) -> None:
        now = datetime.now(UTC)
        self.session = {
            "createdAt": now,
            "updatedAt": now,
            "findingPublishingFrequency": frequency or "FIFTEEN_MINUTES",
            "status": status or "ENABLED",
            "serviceRole": f"arn:{self.partition}:iam::{self.account_id}:role/aws-service-role/"
            "macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
        }

    def _enabled(self) -> dict[str, Any]:
        self._enrol()
        if self.session is None:
            raise ApiError("AccessDeniedException", "Macie is not enabled")
        return self.session

    def _is_member(self) -> bool:
        administrator = self.administrator()
        if administrator in (None, self.account_id):
            return False
        chief = self.elsewhere(administrator)
        admitted = chief.admitted.get(self.account_id)
        if admitted:
            return admitted.status != "Removed"
        return chief.auto_enable and self.account_id not in chief.known

    def _enrol(self) -> None:
        """Accounts that joined after enrolment was switched on have Macie without asking."""
        if self.session is None and self._is_member():
            self._start(None, None)

    # --- organization

    def enable_organization_admin_account(self, request: Request) -> Response:
        """Designates the administrator."""
        self.designate(request["adminAccountId"])
        return {}

    def disable_organization_admin_account(self, request: Request) -> Response:
        """Ends the administrator's role in this Region."""
        self.dismiss(request["adminAccountId"])
        return {}

    def list_organization_admin_accounts(self, _request: Request) -> Response:
        """The administrator, told to the management account."""
        self.as_management()
        return {
            "adminAccounts": [{"accountId": self.designated, "status": "ENABLED"}] if self.designated else []
        }

    def describe_organization_configuration(self, _request: Request) -> Response:
        """Whether new accounts are enrolled."""
        self._enabled()
        self.as_administrator()
        return {"autoEnable": self.auto_enable, "maxAccountLimitReached": False}

    def update_organization_configuration(self, request: Request) -> Response:
        """Sets whether accounts that join from now on are enrolled."""
        self._enabled()
        organization = self.as_administrator()
        self.auto_enable = request["autoEnable"]
        self.known = frozenset(organization.account_ids)
        return {}

    def get_administrator_account(self, _request: Request) -> Response:
        """Who administers this account, if anyone does."""
        self._enabled()
        if not self._is_member():
            return {}
        return {"administrator": {"accountId": self.administrator(), "relationshipStatus": "Enabled"}}

    # --- results and discovery

    def get_classification_export_configuration(self, _request: Request) -> Response:
        """Where results are kept."""
        self._enabled()
        return {"configuration": self.export}

    def put_classification_export_configuration(self, request: Request) -> Response:
        """Sets where results are kept: a bucket that must exist, or nowhere."""
        self._enabled()
        destination = request["configuration"].get("s3Destination")
        if destination and not bucket_exists(destination["bucketName"]):
            raise self.invalid(
                f"The request failed because bucket {destination['bucketName']} does not exist."
            )
        self.export = {"s3Destination": dict(destination)} if destination else {}
        return {"configuration": self.export}

    def get_automated_discovery_configuration(self, _request: Request) -> Response:
        """Whether buckets are sampled continually."""
        self._enabled()
        return dict(self.discovery)

    def update_automated_discovery_configuration(self, request: Request) -> Response:
        """Switches continual sampling; enrolling members is the administrator's."""
        self._enabled()
        if "autoEnableOrganizationMembers" in request:
            self.as_administrator()
        now = datetime.now(UTC)
        moment = "firstEnabledAt" if request["status"] == "ENABLED" else "disabledAt"
        self.discovery.setdefault(moment, now)
        self.discovery.update(request, lastUpdatedAt=now)
        return {}


def install() -> None:
    """Puts this Macie in the place of moto's."""
    serve(Macie)

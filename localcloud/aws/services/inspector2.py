"""Inspector: which resource types are scanned in which account, and the organization's administration of it.

Settings are kept and checked; nothing is scanned.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from localcloud.aws.administered import AdministeredState
from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response, serve

#: resource types as requests name them, and as answers do
SCANS = {
    "EC2": "ec2",
    "ECR": "ecr",
    "LAMBDA": "lambda",
    "LAMBDA_CODE": "lambdaCode",
    "CODE_REPOSITORY": "codeRepository",
}
ON, OFF = "ENABLED", "DISABLED"


class Inspector(AdministeredState):
    """Inspector of one account in one Region."""

    service = "inspector2"
    principal = "inspector2.amazonaws.com"
    wrong_caller = "AccessDeniedException"
    wrong_target = "ValidationException"
    occupied = "ConflictException"

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.scans: dict[str, bool] = dict.fromkeys(SCANS, False)
        self.enrolment: dict[str, bool] = {"ec2": False, "ecr": False}
        #: accounts that were there when enrolment was set, so not new
        self.known: frozenset[str] = frozenset()
        #: accounts that the administrator took in one by one
        self.associated: set[str] = set()
        self.since = datetime.now(UTC)
        #: whether enrolment has been applied to this account
        self.enrolled = False

    # --- scans

    def enable(self, request: Request) -> Response:
        """Switches scans on, here or (for the administrator) in other accounts."""
        return self._each(request, switch=True)

    def disable(self, request: Request) -> Response:
        """Switches scans off: those named, or all."""
        return self._each(request, switch=False)

    def batch_get_account_status(self, request: Request) -> Response:
        """The state of every scan, per account."""
        accounts, failed = [], []
        for account_id in request.get("accountIds") or [self.account_id]:
            if not self._reaches(account_id):
                failed.append(_denied(account_id))
                continue
            target = self.elsewhere(account_id)
            target._enrol()
            states = {SCANS[scan]: _state(on) for scan, on in target.scans.items()}
            accounts.append(
                {
                    "accountId": account_id,
                    "state": _state(any(target.scans.values())),
                    "resourceState": states,
                }
            )
        return {"accounts": accounts, "failedAccounts": failed}

    def _each(self, request: Request, *, switch: bool) -> Response:
        accounts, failed = [], []
        for account_id in request.get("accountIds") or [self.account_id]:
            if not self._reaches(account_id):
                failed.append(_denied(account_id))
                continue
            target = self.elsewhere(account_id)
            target._enrol()
            target._switch(request.get("resourceTypes") or list(SCANS), switch)
            statuses = {SCANS[scan]: ON if on else OFF for scan, on in target.scans.items()}
            overall = ON if any(target.scans.values()) else OFF
            accounts.append({"accountId": account_id, "status": overall, "resourceStatus": statuses})
        return {"accounts": accounts, "failedAccounts": failed}

    def _switch(self, scans: list[str], switch: bool) -> None:
        for scan in scans:
            self.scans[scan] = switch
        if switch and self.scans["LAMBDA_CODE"]:
            self.scans["LAMBDA"] = True  # code scanning includes the standard scan
        if not switch and "LAMBDA" in scans:
            self.scans["LAMBDA_CODE"] = False

    def _reaches(self, account_id: str) -> bool:
        if account_id == self.account_id:
            return True
        organization = self.organization
        return (
            organization is not None
            and self.administrator() == self.account_id
            and account_id in organization.account_ids
        )

    def _enrol(self) -> None:
        """Applies the administrator's enrolment to an account that joined after it was set."""
        administrator = self.administrator()
        if self.enrolled or administrator in (None, self.account_id):
            return
        chief = self.elsewhere(administrator)
        if chief.known and self.account_id not in chief.known:
            self.enrolled = True
            self._switch([scan for scan, name in SCANS.items() if chief.enrolment.get(name)], True)

    # --- organization

    def enable_delegated_admin_account(self, request: Request) -> Response:
        """Designates the administrator."""
        self.designate(request["delegatedAdminAccountId"])
        return {"delegatedAdminAccountId": request["delegatedAdminAccountId"]}

    def disable_delegated_admin_account(self, request: Request) -> Response:
        """Ends the administrator's role in this Region."""
        self.dismiss(request["delegatedAdminAccountId"])
        return {"delegatedAdminAccountId": request["delegatedAdminAccountId"]}

    def list_delegated_admin_accounts(self, _request: Request) -> Response:
        """The administrator, told to the management account."""
        self.as_management()
        found = [{"accountId": self.designated, "status": "ENABLED"}] if self.designated else []
        return {"delegatedAdminAccounts": found}

    def get_delegated_admin_account(self, _request: Request) -> Response:
        """The administrator, told to any account of the organization."""
        administrator = self.administrator()
        if administrator is None:
            raise ApiError("ResourceNotFoundException", "No delegated administrator account exists.")
        return {"delegatedAdmin": {"accountId": administrator, "relationshipStatus": "ENABLED"}}

    def describe_organization_configuration(self, _request: Request) -> Response:
        """Which scans new accounts start with."""
        self.as_administrator()
        return {"autoEnable": self.enrolment, "maxAccountLimitReached": False}

    def update_organization_configuration(self, request: Request) -> Response:
        """Sets which scans new accounts start with."""
        organization = self.as_administrator()
        wanted = dict(request["autoEnable"])
        if wanted.get("lambdaCode") and not wanted.get("lambda"):
            raise self.invalid("Lambda code scanning cannot be enabled without Lambda standard scanning.")
        self.enrolment = wanted
        self.known = frozenset(organization.account_ids)
        return {"autoEnable": wanted}

    def associate_member(self, request: Request) -> Response:
        """Takes an account of the organization under administration."""
        if request["accountId"] not in self.members():
            raise ApiError(
                "ValidationException",
                f"Account {request['accountId']} is not another account of the organization.",
            )
        self.associated.add(request["accountId"])
        return {"accountId": request["accountId"]}

    def disassociate_member(self, request: Request) -> Response:
        """Lets an account go."""
        self._associated(request)
        self.associated.discard(request["accountId"])
        return {"accountId": request["accountId"]}

    def get_member(self, request: Request) -> Response:
        """One account under administration."""
        return {"member": self._associated(request)}

    def list_members(self, _request: Request) -> Response:
        """The accounts that the administrator looks after."""
        return {"members": [self._member(account_id) for account_id in self.members()]}

    def _associated(self, request: Request) -> dict[str, Any]:
        self.as_administrator()
        if request["accountId"] not in self.associated:
            raise ApiError("ResourceNotFoundException", f"Account {request['accountId']} is not associated.")
        return self._member(request["accountId"])

    def _member(self, account_id: str) -> dict[str, Any]:
        return {
            "accountId": account_id,
            "delegatedAdminAccountId": self.account_id,
            "relationshipStatus": "ENABLED",
            "updatedAt": self.since,
        }


def _state(on: bool) -> dict[str, Any]:
    return {"status": ON if on else OFF, "errorCode": "ALREADY_ENABLED", "errorMessage": "none"}


def _denied(account_id: str) -> dict[str, Any]:
    message = f"Account {account_id} is not administered by the caller."
    return {"accountId": account_id, "errorCode": "ACCESS_DENIED", "errorMessage": message}


def install() -> None:
    """Puts this Inspector in the place of moto's."""
    serve(Inspector)

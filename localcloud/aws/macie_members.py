"""Macie: the accounts that an administrator takes in one by one, beside those that enrolment brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.administered import AdministeredState
from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response


@dataclass
class Member:
    """An account as its administrator knows it."""

    account_id: str
    email: str
    status: str = "Enabled"
    tags: dict[str, str] = field(default_factory=dict)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))


class MacieMembers(AdministeredState):
    """The administrator's own list. Within an organization an account is taken in without an invitation."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.admitted: dict[str, Member] = {}

    def create_member(self, request: Request) -> Response:
        """Takes an account of the organization in, which switches Macie on there."""
        organization = self.as_administrator()
        account_id = request["account"]["accountId"]
        if account_id not in organization.account_ids or account_id == self.account_id:
            raise self.invalid(f"Account {account_id} is not another account of the organization.")
        self.admitted.setdefault(
            account_id, Member(account_id, request["account"]["email"], tags=dict(request.get("tags") or {}))
        )
        return {"arn": self.arn(f"member/{account_id}")}

    def get_member(self, request: Request) -> Response:
        """One account, as the administrator sees it."""
        return self._described(self._member(request["id"]))

    def list_members(self, _request: Request) -> Response:
        """Every account taken in."""
        self.as_administrator()
        return {"members": [self._described(member) for member in self.admitted.values()]}

    def update_member_session(self, request: Request) -> Response:
        """Suspends or resumes Macie in a member."""
        self._member(request["id"]).status = request["status"].capitalize()
        return {}

    def disassociate_member(self, request: Request) -> Response:
        """Lets an account go; it stays listed as removed."""
        self._member(request["id"]).status = "Removed"
        return {}

    def delete_member(self, request: Request) -> Response:
        """Forgets an account."""
        del self.admitted[self._member(request["id"]).account_id]
        return {}

    def tag_resource(self, request: Request) -> Response:
        """Adds tags to a member."""
        self._tagged(request).tags.update(request["tags"])
        return {}

    def untag_resource(self, request: Request) -> Response:
        """Takes tags off a member."""
        for key in request["tagKeys"]:
            self._tagged(request).tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, request: Request) -> Response:
        """The tags of a member."""
        return {"tags": self._tagged(request).tags}

    def _member(self, account_id: str) -> Member:
        self.as_administrator()
        if account_id not in self.admitted:
            raise ApiError(
                "ResourceNotFoundException", f"The account {account_id} is not associated with your account"
            )
        return self.admitted[account_id]

    def _tagged(self, request: Request) -> Member:
        return self._member(request["resourceArn"].rsplit("/", 1)[-1])

    def _described(self, member: Member) -> dict[str, Any]:
        return {
            "accountId": member.account_id,
            "administratorAccountId": self.account_id,
            "masterAccountId": self.account_id,
            "arn": self.arn(f"member/{member.account_id}"),
            "email": member.email,
            "relationshipStatus": member.status,
            "tags": dict(member.tags),
            "invitedAt": member.since,
            "updatedAt": member.since,
        }

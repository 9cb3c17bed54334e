"""GuardDuty for an organization: its administrator, and the members that the administrator enrols.

The detector of an enrolled member appears the first time the member is looked at, which also covers accounts
created later.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.modelled import Request, Response
from localcloud.aws.services.guardduty_destinations import PublishingDestinations
from localcloud.aws.services.guardduty_plans import (
    AGENTS,
    PLANS,
    Detector,
    Enrolment,
    as_enrolment,
    enrolled_sources_of,
    text_of,
)

MEMBER = "The request is rejected because the current account is a member of an administrator account."


class Enrolments(PublishingDestinations):
    """The organization's side of GuardDuty in one account and Region."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.enrolment = Enrolment()

    def enable_organization_admin_account(self, request: Request) -> Response:
        """Designates the administrator. Its detector is its own business: GuardDuty does not create it."""
        self.designate(request["AdminAccountId"])
        return {}

    def disable_organization_admin_account(self, request: Request) -> Response:
        """Ends the administrator's role in this Region."""
        self.dismiss(request["AdminAccountId"])
        return {}

    def list_organization_admin_accounts(self, _request: Request) -> Response:
        """The administrator, told to the management account."""
        self.as_management()
        found = [{"AdminAccountId": self.designated, "AdminStatus": "ENABLED"}] if self.designated else []
        return {"AdminAccounts": found}

    def describe_organization_configuration(self, request: Request) -> Response:
        """How accounts are enrolled; answered to the administrator alone."""
        self.owned(request)
        self.as_administrator()
        enrolment = self.enrolment
        features = []
        for plan, setting in enrolment.plans.items():
            agents = enrolment.agents.get(plan, {})
            feature: dict[str, Any] = {"Name": plan, "AutoEnable": setting}
            if agents:
                feature["AdditionalConfiguration"] = [
                    {"Name": name, "AutoEnable": chosen} for name, chosen in agents.items()
                ]
            features.append(feature)
        return {
            "AutoEnable": enrolment.members in ("NEW", "ALL"),
            "AutoEnableOrganizationMembers": enrolment.members,
            "MemberAccountLimitReached": False,
            "DataSources": enrolled_sources_of(enrolment),
            "Features": features,
        }

    def update_organization_configuration(self, request: Request) -> Response:
        """Sets how accounts are enrolled; accounts there now are the known ones."""
        self.owned(request)
        organization = self.as_administrator()
        enrolment = self.enrolment
        if "AutoEnableOrganizationMembers" in request:
            enrolment.members = request["AutoEnableOrganizationMembers"]
        elif "AutoEnable" in request:
            enrolment.members = "NEW" if request["AutoEnable"] else "NONE"
        else:
            raise self.invalid(
                "The request is rejected because neither autoEnable nor autoEnableOrganizationMembers is given."
            )
        for feature in request.get("Features") or as_enrolment(request.get("DataSources") or {}):
            plan = feature["Name"]
            if plan not in PLANS:
                raise self.invalid(f"The request is rejected because {plan} is not offered in this Region.")
            enrolment.plans[plan] = feature["AutoEnable"]
            for agent in feature.get("AdditionalConfiguration") or []:
                if agent["Name"] not in AGENTS.get(plan, ()):
                    raise self.invalid(
                        f"The request is rejected because {agent['Name']} is not an additional configuration of {plan}."
                    )
                enrolment.agents[plan][agent["Name"]] = agent["AutoEnable"]
        enrolment.known = frozenset(organization.account_ids)
        return {}

    def list_members(self, request: Request) -> Response:
        """The enrolled accounts, told to the administrator."""
        self.owned(request)
        listed = []
        for account_id in self.members():
            member = self.elsewhere(account_id)
            member.enrol()
            if member.detector and member.is_member():
                listed.append(
                    {
                        "AccountId": account_id,
                        "DetectorId": member.detector.id,
                        "MasterId": self.account_id,
                        "AdministratorId": self.account_id,
                        "Email": f"{account_id}@example.com",
                        "RelationshipStatus": "Enabled",
                        "UpdatedAt": text_of(member.detector.updated),
                    }
                )
        return {"Members": listed}

    def get_administrator_account(self, request: Request) -> Response:
        """Who administers this account, if anyone does."""
        self.owned(request)
        if not self.is_member():
            return {"Administrator": {}}
        return {"Administrator": {"AccountId": self.administrator(), "RelationshipStatus": "Enabled"}}

    def is_member(self) -> bool:
        """Whether the administrator enrols this account."""
        organization, administrator = self.organization, self.administrator()
        if organization is None or administrator in (None, self.account_id):
            return False
        if organization.management_account_id == self.account_id:
            return False  # GuardDuty cannot be switched on there by anyone but the account itself
        enrolment = self.elsewhere(administrator).enrolment
        return enrolment.covers(enrolment.members, self.account_id)

    def enrol(self) -> None:
        """Gives a member that the administrator enrols its detector, and the plans that are set for it."""
        if not self.is_member():
            return
        enrolment = self.elsewhere(self.administrator()).enrolment
        if self.detector is None:
            now = datetime.now(UTC)
            self.detector = Detector(
                id=uuid.uuid4().hex,
                enabled=True,
                frequency="SIX_HOURS",
                tags={},
                plans=dict.fromkeys(PLANS, False),
                agents={plan: dict.fromkeys(agents, False) for plan, agents in AGENTS.items()},
                created=now,
                updated=now,
            )
        for plan, setting in enrolment.plans.items():
            if enrolment.covers(setting, self.account_id):
                self.detector.plans[plan] = True
            for agent, chosen in enrolment.agents.get(plan, {}).items():
                if enrolment.covers(chosen, self.account_id):
                    self.detector.agents[plan][agent] = True

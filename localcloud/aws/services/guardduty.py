"""GuardDuty: detectors with their protection plans, and the organization's administration of them.

One detector per account and Region. With automatic enrolment (`AutoEnableOrganizationMembers`), the detector
of a member appears the first time the member is looked at, which also covers accounts created later.
No findings are produced: nothing here watches traffic.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.modelled import Request, Response, serve
from localcloud.aws.services.guardduty_destinations import NOT_OWNED, PublishingDestinations
from localcloud.aws.services.guardduty_plans import (
    AGENTS,
    PLANS,
    Detector,
    Enrolment,
    as_enrolment,
    as_features,
    data_sources_of,
    enrolled_sources_of,
    features_of,
    status_of,
    text_of,
)

EXISTS = "The request is rejected because a detector already exists for the current account."
MEMBER = "The request is rejected because the current account is a member of an administrator account."


class GuardDuty(PublishingDestinations):
    """GuardDuty of one account in one Region."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.enrolment = Enrolment()

    # --- detectors

    def create_detector(self, request: Request) -> Response:
        """Creates the account's detector; a second one is refused."""
        self.enrol()
        if self.detector:
            raise self.invalid(EXISTS)
        now = datetime.now(UTC)
        detector = Detector(
            id=uuid.uuid4().hex,
            enabled=request["Enable"],
            frequency=request.get("FindingPublishingFrequency", "SIX_HOURS"),
            tags=dict(request.get("Tags") or {}),
            plans=dict(PLANS),
            agents={plan: dict.fromkeys(agents, False) for plan, agents in AGENTS.items()},
            created=now,
            updated=now,
        )
        self._switch(detector, request)
        self.detector = detector
        return {"DetectorId": detector.id}

    def get_detector(self, request: Request) -> Response:
        """The detector with every plan's state, as GuardDuty lists them."""
        detector = self.owned(request)
        return {
            "CreatedAt": text_of(detector.created),
            "UpdatedAt": text_of(detector.updated),
            "FindingPublishingFrequency": detector.frequency,
            "ServiceRole": f"arn:{self.partition}:iam::{self.account_id}:role/aws-service-role/"
            "guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
            "Status": status_of(detector.enabled),
            "DataSources": data_sources_of(detector),
            "Tags": detector.tags,
            "Features": features_of(detector),
        }

    def update_detector(self, request: Request) -> Response:
        """Suspends or resumes the detector, and switches plans. A member leaves this to its administrator."""
        detector = self.owned(request)
        if self._is_member():
            raise self.invalid(MEMBER)
        self._switch(detector, request)
        detector.enabled = request.get("Enable", detector.enabled)
        detector.frequency = request.get("FindingPublishingFrequency", detector.frequency)
        detector.updated = datetime.now(UTC)
        return {}

    def delete_detector(self, request: Request) -> Response:
        """Deletes the detector with all that hangs on it; refused to an enrolled member."""
        self.owned(request)
        if self._is_member():
            raise self.invalid(MEMBER)
        self.detector = None
        return {}

    def list_detectors(self, _request: Request) -> Response:
        """The one detector's id, or none."""
        self.enrol()
        return {"DetectorIds": [self.detector.id] if self.detector else []}

    def _switch(self, detector: Detector, request: Request) -> None:
        features = request.get("Features")
        sources = request.get("DataSources")
        if features is not None and sources is not None:
            raise self.invalid(
                "The request is rejected because both dataSources and features were specified."
            )
        plans, agents = dict(detector.plans), {plan: dict(found) for plan, found in detector.agents.items()}
        for feature in features or as_features(sources or {}):
            plan = feature["Name"]
            if plan not in PLANS:
                raise self.invalid(f"The request is rejected because {plan} is not offered in this Region.")
            plans[plan] = feature["Status"] == "ENABLED"
            for agent in feature.get("AdditionalConfiguration") or []:
                if agent["Name"] not in AGENTS.get(plan, ()):
                    raise self.invalid(
                        f"The request is rejected because {agent['Name']} is not an additional configuration of {plan}."
                    )
                agents[plan][agent["Name"]] = agent["Status"] == "ENABLED"
        if plans["RUNTIME_MONITORING"] and plans["EKS_RUNTIME_MONITORING"]:
            raise self.invalid(
                "The request is rejected because RUNTIME_MONITORING and EKS_RUNTIME_MONITORING exclude each other."
            )
        detector.plans, detector.agents = plans, agents

    # --- organization

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
            if member.detector and member._is_member():
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
        if not self._is_member():
            return {"Administrator": {}}
        return {"Administrator": {"AccountId": self.administrator(), "RelationshipStatus": "Enabled"}}

    def _is_member(self) -> bool:
        organization, administrator = self.organization, self.administrator()
        if organization is None or administrator in (None, self.account_id):
            return False
        if organization.management_account_id == self.account_id:
            return False  # GuardDuty cannot be switched on there by anyone but the account itself
        enrolment = self.elsewhere(administrator).enrolment
        return enrolment.covers(enrolment.members, self.account_id)

    def enrol(self) -> None:
        """Gives a member that the administrator enrols its detector, and the plans that are set for it."""
        if not self._is_member():
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

    # --- tags

    def tag_resource(self, request: Request) -> Response:
        """Adds tags to the detector or a destination."""
        self._tags_of(request["ResourceArn"]).update(request["Tags"])
        return {}

    def untag_resource(self, request: Request) -> Response:
        """Takes tags off the detector or a destination."""
        tags = self._tags_of(request["ResourceArn"])
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, request: Request) -> Response:
        """The tags of the detector or a destination."""
        return {"Tags": self._tags_of(request["ResourceArn"])}

    def _tags_of(self, arn: str) -> dict[str, str]:
        self.enrol()
        if self.detector is None:
            raise self.invalid(NOT_OWNED)
        own = self.arn(f"detector/{self.detector.id}")
        if arn == own:
            return self.detector.tags
        for name, destination in self.detector.destinations.items():
            if arn == f"{own}/publishingDestination/{name}":
                tags: dict[str, str] = destination["Tags"]
                return tags
        raise self.invalid(NOT_OWNED)


def install() -> None:
    """Puts this GuardDuty in the place of moto's."""
    serve(GuardDuty)

"""GuardDuty: the detector of an account in a Region, its protection plans, its tags.

One detector per account and Region. The organization's administration is in `guardduty_enrolment`, the export of
findings in `guardduty_destinations`. No findings are produced: nothing here watches traffic.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from localcloud.aws.modelled import Request, Response, serve
from localcloud.aws.services.guardduty_destinations import NOT_OWNED
from localcloud.aws.services.guardduty_enrolment import MEMBER, Enrolments
from localcloud.aws.services.guardduty_plans import (
    AGENTS,
    PLANS,
    Detector,
    as_features,
    data_sources_of,
    features_of,
    status_of,
    text_of,
)

EXISTS = "The request is rejected because a detector already exists for the current account."


class GuardDuty(Enrolments):
    """GuardDuty of one account in one Region."""

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
        if self.is_member():
            raise self.invalid(MEMBER)
        self._switch(detector, request)
        detector.enabled = request.get("Enable", detector.enabled)
        detector.frequency = request.get("FindingPublishingFrequency", detector.frequency)
        detector.updated = datetime.now(UTC)
        return {}

    def delete_detector(self, request: Request) -> Response:
        """Deletes the detector with all that hangs on it; refused to an enrolled member."""
        self.owned(request)
        if self.is_member():
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

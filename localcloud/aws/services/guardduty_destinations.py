"""GuardDuty's detector of an account, as far as the export of its findings needs it; and that export."""

from __future__ import annotations

import uuid
from typing import Any

from localcloud.aws.administered import AdministeredState
from localcloud.aws.buckets import bucket_exists
from localcloud.aws.modelled import Request, Response
from localcloud.aws.services.guardduty_plans import Detector

NOT_OWNED = "The request is rejected because the input detectorId is not owned by the current account."


class PublishingDestinations(AdministeredState):
    """Where a detector's findings are exported to: one bucket, under a key that must be named."""

    service = "guardduty"
    principal = "guardduty.amazonaws.com"
    invalid_input = wrong_caller = wrong_target = occupied = "BadRequestException"

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.detector: Detector | None = None

    def enrol(self) -> None:
        """Brings the account to what its organization sets for it, before it is looked at."""
        raise NotImplementedError

    def owned(self, request: Request) -> Detector:
        """The detector that a request names; the service's refusal when it is not this account's."""
        self.enrol()
        if self.detector is None or self.detector.id != request["DetectorId"]:
            raise self.invalid(NOT_OWNED)
        return self.detector

    def create_publishing_destination(self, request: Request) -> Response:
        """Exports findings to a bucket that must exist, under a key that must be named; one per detector."""
        detector = self.owned(request)
        properties = self._checked_destination(request["DestinationProperties"])
        if detector.destinations:
            raise self.invalid("The request is rejected because a publishing destination exists already.")
        destination_id = uuid.uuid4().hex
        detector.destinations[destination_id] = {
            "DestinationId": destination_id,
            "DestinationType": request["DestinationType"],
            "Status": "PUBLISHING",
            "PublishingFailureStartTimestamp": 0,
            "DestinationProperties": properties,
            "Tags": dict(request.get("Tags") or {}),
        }
        return {"DestinationId": destination_id}

    def describe_publishing_destination(self, request: Request) -> Response:
        """One destination."""
        return dict(self._destination(request))

    def update_publishing_destination(self, request: Request) -> Response:
        """Points a destination elsewhere."""
        destination = self._destination(request)
        changed = {**destination["DestinationProperties"], **(request.get("DestinationProperties") or {})}
        destination["DestinationProperties"] = self._checked_destination(changed)
        return {}

    def delete_publishing_destination(self, request: Request) -> Response:
        """Stops exporting."""
        self._destination(request)
        self.owned(request).destinations.pop(request["DestinationId"])
        return {}

    def list_publishing_destinations(self, request: Request) -> Response:
        """The destinations, in brief."""
        brief = ("DestinationId", "DestinationType", "Status")
        found = self.owned(request).destinations.values()
        return {"Destinations": [{name: each[name] for name in brief} for each in found]}

    def _destination(self, request: Request) -> dict[str, Any]:
        found = self.owned(request).destinations.get(request["DestinationId"])
        if found is None:
            raise self.invalid("The request is rejected because the input destinationId does not exist.")
        return found

    def _checked_destination(self, properties: dict[str, Any]) -> dict[str, Any]:
        bucket = (
            properties.get("DestinationArn", "").removeprefix(f"arn:{self.partition}:s3:::").split("/")[0]
        )
        if not properties.get("KmsKeyArn") or not bucket_exists(bucket):
            raise self.invalid(
                "The request failed because the GuardDuty service principal does not have permission to the KMS key "
                "or the resource specified by the destinationArn parameter."
            )
        return dict(properties)

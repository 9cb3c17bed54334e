"""Security Hub: the hub of an account and its standards, obeying what the organization sets.

Administration is in `securityhub_central`, configuration policies in `securityhub_policies`, findings in
`securityhub_findings`. Standards are kept and checked, but no control is evaluated.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.config.models import config_backends

from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response, serve
from localcloud.aws.services.securityhub_findings import Findings
from localcloud.aws.services.securityhub_governance import governing_policy
from localcloud.aws.services.securityhub_standards import STANDARDS, Standard


class SecurityHub(Findings):
    """Security Hub of one account in one Region."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.hub: dict[str, Any] | None = None
        self.tags: dict[str, str] = {}
        self.subscriptions: dict[str, Standard] = {}

    # --- hub

    def enable_security_hub(self, request: Request) -> Response:
        """Enables the hub, with the default standards unless told otherwise."""
        self._enrol()
        if self.hub:
            raise ApiError("ResourceConflictException", "Account is already subscribed to Security Hub")
        self._start(request.get("EnableDefaultStandards", True))
        hub = self.enabled()
        hub["ControlFindingGenerator"] = request.get("ControlFindingGenerator", "SECURITY_CONTROL")
        self.tags = dict(request.get("Tags") or {})
        return {}

    def describe_hub(self, request: Request) -> Response:
        """The hub."""
        hub = self.enabled()
        if request.get("HubArn", hub["HubArn"]) != hub["HubArn"]:
            raise ApiError("ResourceNotFoundException", f"Hub {request['HubArn']} does not exist")
        return dict(hub)

    def update_security_hub_configuration(self, request: Request) -> Response:
        """Changes how controls are enabled and reported."""
        hub = self.enabled()
        self._ungoverned()
        hub.update(request)
        return {}

    def disable_security_hub(self, _request: Request) -> Response:
        """Disables the hub; its standards, findings and settings go with it."""
        self.enabled()
        self._ungoverned()
        designated = self.designated
        self.__init__(self.account_id, self.region)  # type: ignore[misc]  # every setting goes with the hub
        self.designated = designated
        return {}

    def enabled(self) -> dict[str, Any]:
        """The hub; the service's refusal when there is none."""
        self._enrol()
        if self.hub is None:
            raise ApiError(
                "InvalidAccessException", f"Account {self.account_id} is not subscribed to AWS Security Hub"
            )
        return self.hub

    def _start(self, default_standards: bool) -> None:
        self.hub = {
            "HubArn": self.arn("hub/default"),
            "SubscribedAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "AutoEnableControls": True,
            "ControlFindingGenerator": "SECURITY_CONTROL",
        }
        if default_standards:
            for standard in STANDARDS:
                if standard.default:
                    self._subscribe(standard)

    def _enrol(self) -> None:
        """Brings the hub to what the organization sets for this account, without anyone asking."""
        policy = governing_policy(self)
        if policy is not None:
            self._obey(policy)
            return
        administrator = self.administrator()
        if self.hub or administrator in (None, self.account_id):
            return
        chief = self.elsewhere(administrator)
        if chief.auto_enable and self.account_id not in chief.known:
            self._start(chief.auto_standards == "DEFAULT")

    def _obey(self, policy: dict[str, Any]) -> None:
        organization = self.organization
        manages = organization is not None and organization.management_account_id == self.account_id
        if self.hub is None and policy.get("ServiceEnabled") and not manages:
            self._start(default_standards=False)
        if not policy.get("ServiceEnabled"):
            self.hub = None
        wanted = {arn.split("::", 1)[1] for arn in policy.get("EnabledStandardIdentifiers") or []}
        self.subscriptions.clear()
        for standard in STANDARDS:
            if self.hub and standard.path in wanted:
                self._subscribe(standard)

    def _ungoverned(self) -> None:
        """Refuses a change to an account that a configuration policy governs."""
        if governing_policy(self) is not None:
            raise ApiError(
                "InvalidAccessException",
                f"Account {self.account_id} is centrally managed: change its configuration policy instead",
            )

    # --- standards

    def describe_standards(self, _request: Request) -> Response:
        """Every standard on offer in this Region."""
        self.enabled()
        offered = [
            {
                "StandardsArn": standard.arn(self.partition, self.region),
                "Name": standard.name,
                "Description": standard.name,
                "EnabledByDefault": standard.default,
                "StandardsManagedBy": {"Company": "AWS", "Product": "Security Hub"},
            }
            for standard in STANDARDS
        ]
        return {"Standards": offered}

    def batch_enable_standards(self, request: Request) -> Response:
        """Subscribes to standards; one that is not offered here refuses the whole request."""
        self.enabled()
        self._ungoverned()
        offered = {standard.arn(self.partition, self.region): standard for standard in STANDARDS}
        wanted = [each["StandardsArn"] for each in request["StandardsSubscriptionRequests"]]
        unknown = [arn for arn in wanted if arn not in offered]
        if unknown:
            raise self.invalid(f"StandardsArn {unknown[0]} is not supported in this Region")
        return {"StandardsSubscriptions": [self._shown(self._subscribe(offered[arn])) for arn in wanted]}

    def batch_disable_standards(self, request: Request) -> Response:
        """Ends subscriptions."""
        self.enabled()
        self._ungoverned()
        arns = request["StandardsSubscriptionArns"]
        unknown = [arn for arn in arns if arn not in self.subscriptions]
        if unknown:
            raise self.invalid(f"Standard subscription {unknown[0]} does not exist")
        ended = [{**self._shown(arn), "StandardsStatus": "DELETING"} for arn in arns]
        for arn in arns:
            self.subscriptions.pop(arn)
        return {"StandardsSubscriptions": ended}

    def get_enabled_standards(self, request: Request) -> Response:
        """The subscriptions: all, or those asked for."""
        self.enabled()
        wanted = request.get("StandardsSubscriptionArns")
        found = [arn for arn in self.subscriptions if not wanted or arn in wanted]
        return {"StandardsSubscriptions": [self._shown(arn) for arn in found]}

    def _subscribe(self, standard: Standard) -> str:
        arn = standard.subscription(self.partition, self.region, self.account_id)
        self.subscriptions[arn] = standard
        return arn

    def _shown(self, arn: str) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "StandardsSubscriptionArn": arn,
            "StandardsArn": self.subscriptions[arn].arn(self.partition, self.region),
            "StandardsInput": {},
            "StandardsStatus": "READY",
            "StandardsControlsUpdatable": "READY_FOR_UPDATES",
        }
        if not self._recording():
            reason = {"StatusReasonCode": "NO_AVAILABLE_CONFIGURATION_RECORDER"}
            shown.update(StandardsStatus="INCOMPLETE", StandardsStatusReason=reason)
        return shown

    def _recording(self) -> bool:
        """Whether Config records here: without it, no control can be evaluated."""
        recorders = config_backends[self.account_id][self.region].recorders.values()
        return any(recorder.status.recording for recorder in recorders)

    # --- tags

    def tag_resource(self, request: Request) -> Response:
        """Adds tags to the hub or a configuration policy."""
        self.tags_of(request["ResourceArn"]).update(request["Tags"])
        return {}

    def untag_resource(self, request: Request) -> Response:
        """Takes tags off."""
        for key in request["TagKeys"]:
            self.tags_of(request["ResourceArn"]).pop(key, None)
        return {}

    def list_tags_for_resource(self, request: Request) -> Response:
        """The tags of the hub or a configuration policy."""
        return {"Tags": self.tags_of(request["ResourceArn"])}

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of a resource, to read or change."""
        if arn == self.enabled()["HubArn"]:
            return self.tags
        for policy in self.policies.values():
            if policy["Arn"] == arn:
                tags: dict[str, str] = policy["Tags"]
                return tags
        raise ApiError("ResourceNotFoundException", f"Resource {arn} does not exist")


def install() -> None:
    """Puts this Security Hub in the place of moto's."""
    serve(SecurityHub)

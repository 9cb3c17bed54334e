"""Security Hub: the hub of an account, its standards and findings, and their administration.

Central configuration (aggregator, policies, associations) is in `securityhub_central`. Standards are kept and
checked, but no control is evaluated: findings are those that someone imports, and each import is an event on
the account's default event bus, as on AWS.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from moto.config.models import config_backends
from moto.events.models import events_backends

from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response, serve
from localcloud.aws.services.securityhub_central import CentralConfiguration
from localcloud.aws.services.securityhub_governance import governing_policy
from localcloud.aws.services.securityhub_standards import STANDARDS, Standard


class SecurityHub(CentralConfiguration):
    """Security Hub of one account in one Region."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.hub: dict[str, Any] | None = None
        self.tags: dict[str, str] = {}
        self.subscriptions: dict[str, Standard] = {}
        self.findings: dict[tuple[str, str], dict[str, Any]] = {}

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

    # --- findings

    def batch_import_findings(self, request: Request) -> Response:
        """Keeps findings (a known id is updated) and announces them on the default event bus."""
        self.enabled()
        failed = []
        for finding in request["Findings"]:
            if not finding["Resources"]:
                message = "Finding does not adhere to the finding format: it names no resource"
                failed.append({"Id": finding["Id"], "ErrorCode": "InvalidInput", "ErrorMessage": message})
                continue
            key = (finding["ProductArn"], finding["Id"])
            defaults = {"Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE"}
            self.findings[key] = {**defaults, **self.findings.get(key, {}), **finding}
            self._announce(self.findings[key])
        succeeded = len(request["Findings"]) - len(failed)
        return {"FailedCount": len(failed), "SuccessCount": succeeded, "FailedFindings": failed}

    def get_findings(self, request: Request) -> Response:
        """The findings. Filters on text members with EQUALS are applied; others are refused by name."""
        self.enabled()
        found = list(self.findings.values())
        for name, criteria in (request.get("Filters") or {}).items():
            if any(each.get("Comparison") != "EQUALS" for each in criteria):
                raise ApiError(
                    "NotImplemented", f"securityhub:GetFindings: filter {name} is not emulated", 501
                )
            wanted = {each["Value"] for each in criteria}
            found = [each for each in found if _text_of(each, name) in wanted]
        return {"Findings": found[: request.get("MaxResults", 100)]}

    def batch_update_findings(self, request: Request) -> Response:
        """Changes what the customer may change of a finding: workflow, note, severity."""
        self.enabled()
        changes = {name: value for name, value in request.items() if name in ("Workflow", "Note", "Severity")}
        processed, unprocessed = [], []
        for identifier in request["FindingIdentifiers"]:
            finding = self.findings.get((identifier["ProductArn"], identifier["Id"]))
            if finding is None:
                reason = {"ErrorCode": "FindingNotFound", "ErrorMessage": "Finding Not Found"}
                unprocessed.append({"FindingIdentifier": identifier, **reason})
            else:
                finding.update(changes)
                processed.append(identifier)
        return {"ProcessedFindings": processed, "UnprocessedFindings": unprocessed}

    def _announce(self, finding: dict[str, Any]) -> None:
        event = {
            "Source": "aws.securityhub",
            "DetailType": "Security Hub Findings - Imported",
            "Detail": json.dumps({"findings": [finding]}, default=str),
            "Resources": [f"{finding['ProductArn']}/{finding['Id']}"],
        }
        events_backends[self.account_id][self.region].put_events([event])

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


def _text_of(finding: dict[str, Any], filter_name: str) -> str | None:
    nested = {"SeverityLabel": ("Severity", "Label"), "WorkflowStatus": ("Workflow", "Status")}
    outer, inner = nested.get(filter_name, (filter_name, None))
    value = finding.get(outer)
    value = value.get(inner) if inner and isinstance(value, dict) else value
    return value if isinstance(value, str) else None


def install() -> None:
    """Puts this Security Hub in the place of moto's."""
    serve(SecurityHub)

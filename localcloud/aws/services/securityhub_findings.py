"""Security Hub's findings: those that someone imports, since no control is evaluated.

Each import is an event on the account's default event bus, as on AWS.
"""

from __future__ import annotations

import json
from typing import Any

from moto.events.models import events_backends

from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response
from localcloud.aws.services.securityhub_policies import ConfigurationPolicies


class Findings(ConfigurationPolicies):
    """The findings of one account in one Region."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.findings: dict[tuple[str, str], dict[str, Any]] = {}

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


def _text_of(finding: dict[str, Any], filter_name: str) -> str | None:
    nested = {"SeverityLabel": ("Severity", "Label"), "WorkflowStatus": ("Workflow", "Status")}
    outer, inner = nested.get(filter_name, (filter_name, None))
    value = finding.get(outer)
    value = value.get(inner) if inner and isinstance(value, dict) else value
    return value if isinstance(value, str) else None

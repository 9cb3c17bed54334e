"""IAM Access Analyzer: analyzers of every type, their archive rules and tags.

Analyzers are kept and checked; no policy is analyzed and no finding produced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import RegionalState, Request, Response, serve
from localcloud.aws.organization import organization_of

PRINCIPAL = "access-analyzer.amazonaws.com"
DEFAULT_AGE = 90  # days
LONGEST_AGE = 365  # days
#: analyzers of a type per account and Region, where one is the limit
SINGLE = ("ACCOUNT", "ACCOUNT_UNUSED_ACCESS", "ACCOUNT_INTERNAL_ACCESS", "ORGANIZATION_INTERNAL_ACCESS")


@dataclass
class Analyzer:
    """An analyzer and the archive rules that hang on it."""

    name: str
    arn: str
    type: str
    created: datetime
    configuration: dict[str, Any]
    tags: dict[str, str]
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """As the service shows it."""
        shown = {
            "name": self.name,
            "arn": self.arn,
            "type": self.type,
            "createdAt": self.created,
            "status": "ACTIVE",
            "tags": self.tags,
        }
        return {**shown, "configuration": self.configuration} if self.configuration else shown


class AccessAnalyzer(RegionalState):
    """Access Analyzer of one account in one Region."""

    service = "accessanalyzer"
    arn_service = "access-analyzer"

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.analyzers: dict[str, Analyzer] = {}

    def create_analyzer(self, request: Request) -> Response:
        """Creates an analyzer; one of the organization only where the organization allows it."""
        name, kind = request["analyzerName"], request["type"]
        if kind.startswith("ORGANIZATION"):
            self._require_organization()
        if name in self.analyzers:
            raise self._conflict(f"An analyzer named {name} already exists.", self.analyzers[name].arn)
        if kind in SINGLE and any(other.type == kind for other in self.analyzers.values()):
            raise ApiError(
                "ServiceQuotaExceededException", f"You have reached the maximum of 1 analyzer of type {kind}."
            )
        analyzer = Analyzer(
            name=name,
            arn=self.arn(f"analyzer/{name}"),
            type=kind,
            created=datetime.now(UTC),
            configuration=self._checked(kind, request.get("configuration") or {}),
            tags=dict(request.get("tags") or {}),
        )
        for rule in request.get("archiveRules") or []:
            self._add_rule(analyzer, rule["ruleName"], rule["filter"])
        self.analyzers[name] = analyzer
        return {"arn": analyzer.arn}

    def get_analyzer(self, request: Request) -> Response:
        """One analyzer."""
        return {"analyzer": self._analyzer(request).described()}

    def list_analyzers(self, request: Request) -> Response:
        """The analyzers, of one type when asked so."""
        wanted = request.get("type")
        return {
            "analyzers": [each.described() for each in self.analyzers.values() if wanted in (None, each.type)]
        }

    def update_analyzer(self, request: Request) -> Response:
        """Changes what is analyzed; the age of unused access is fixed at creation."""
        analyzer = self._analyzer(request)
        wanted = request.get("configuration") or {}
        age = wanted.get("unusedAccess", {}).get("unusedAccessAge")
        current = analyzer.configuration.get("unusedAccess", {}).get("unusedAccessAge")
        if age is not None and age != current:
            raise self.invalid("The unusedAccessAge of an analyzer cannot be changed.")
        merged = {kind: {**analyzer.configuration.get(kind, {}), **part} for kind, part in wanted.items()}
        analyzer.configuration = self._checked(analyzer.type, {**analyzer.configuration, **merged})
        return {"configuration": analyzer.configuration}

    def delete_analyzer(self, request: Request) -> Response:
        """Deletes an analyzer with its rules."""
        self.analyzers.pop(self._analyzer(request).name)
        return {}

    def create_archive_rule(self, request: Request) -> Response:
        """Adds a rule that archives findings."""
        analyzer = self._analyzer(request)
        name = request["ruleName"]
        if name in analyzer.rules:
            raise self._conflict(f"An archive rule named {name} already exists.", analyzer.arn)
        self._add_rule(analyzer, name, request["filter"])
        return {}

    def get_archive_rule(self, request: Request) -> Response:
        """One rule."""
        return {"archiveRule": self._rule(request)}

    def update_archive_rule(self, request: Request) -> Response:
        """Replaces a rule's filter."""
        self._rule(request).update(filter=dict(request["filter"]), updatedAt=datetime.now(UTC))
        return {}

    def delete_archive_rule(self, request: Request) -> Response:
        """Deletes a rule; its absence is no error."""
        self._analyzer(request).rules.pop(request["ruleName"], None)
        return {}

    def list_archive_rules(self, request: Request) -> Response:
        """The rules of an analyzer."""
        return {"archiveRules": list(self._analyzer(request).rules.values())}

    def tag_resource(self, request: Request) -> Response:
        """Adds tags to an analyzer."""
        self._tagged(request).tags.update(request["tags"])
        return {}

    def untag_resource(self, request: Request) -> Response:
        """Takes tags off an analyzer."""
        analyzer = self._tagged(request)
        for key in request["tagKeys"]:
            analyzer.tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, request: Request) -> Response:
        """The tags of an analyzer."""
        return {"tags": self._tagged(request).tags}

    def _require_organization(self) -> None:
        organization = organization_of(self.account_id, self.region)
        if organization is None:
            raise self.invalid(
                "You must create an organization in AWS Organizations before you create the analyzer."
            )
        allowed = (organization.management_account_id, *organization.delegated_administrators(PRINCIPAL))
        if self.account_id not in allowed:
            raise ApiError(
                "AccessDeniedException",
                "Only the management account or a delegated administrator can create an analyzer of the organization.",
            )

    def _checked(self, kind: str, configuration: dict[str, Any]) -> dict[str, Any]:
        if not kind.endswith("UNUSED_ACCESS"):
            if "unusedAccess" in configuration:
                raise self.invalid(
                    f"The unusedAccess configuration does not apply to an analyzer of type {kind}."
                )
            return dict(configuration)
        unused = {"unusedAccessAge": DEFAULT_AGE, **configuration.get("unusedAccess", {})}
        if not 1 <= unused["unusedAccessAge"] <= LONGEST_AGE:
            raise self.invalid(f"The unusedAccessAge must be between 1 and {LONGEST_AGE} days.")
        return {"unusedAccess": unused}

    def _add_rule(self, analyzer: Analyzer, name: str, criteria: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        analyzer.rules[name] = {
            "ruleName": name,
            "filter": dict(criteria),
            "createdAt": now,
            "updatedAt": now,
        }

    def _analyzer(self, request: Request) -> Analyzer:
        name = request["analyzerName"]
        if name not in self.analyzers:
            raise self._missing(f"Analyzer {name} does not exist.", self.arn(f"analyzer/{name}"), "Analyzer")
        return self.analyzers[name]

    def _rule(self, request: Request) -> dict[str, Any]:
        analyzer, name = self._analyzer(request), request["ruleName"]
        if name not in analyzer.rules:
            raise self._missing(f"Archive rule {name} does not exist.", name, "ArchiveRule")
        return analyzer.rules[name]

    def _tagged(self, request: Request) -> Analyzer:
        arn = request["resourceArn"]
        for analyzer in self.analyzers.values():
            if analyzer.arn == arn:
                return analyzer
        raise self._missing(f"Resource {arn} does not exist.", arn, "Analyzer")

    @staticmethod
    def _missing(message: str, resource: str, kind: str) -> ApiError:
        return ApiError("ResourceNotFoundException", message, resourceId=resource, resourceType=kind)

    @staticmethod
    def _conflict(message: str, resource: str) -> ApiError:
        return ApiError("ConflictException", message, resourceId=resource, resourceType="Analyzer")


def install() -> None:
    """Adds Access Analyzer, which moto does not have."""
    serve(AccessAnalyzer)

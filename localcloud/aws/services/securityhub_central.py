"""Security Hub's administration of an organization: administrator, enrolment, aggregation of findings.

Configuration policies are in `securityhub_policies`.
"""

from __future__ import annotations

import uuid
from typing import Any

from localcloud.aws.administered import AdministeredState
from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response

LINKING_MODES = ("ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS")


class CentralConfiguration(AdministeredState):
    """The part of Security Hub that looks beyond one account and Region."""

    service = "securityhub"
    principal = "securityhub.amazonaws.com"
    invalid_input = "InvalidInputException"
    wrong_caller = "InvalidAccessException"
    wrong_target = "InvalidInputException"
    occupied = "InvalidInputException"

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.auto_enable = False
        self.auto_standards = "DEFAULT"
        self.configuration_type = "LOCAL"
        #: accounts that were there when enrolment was set, so not new
        self.known: frozenset[str] = frozenset()
        self.aggregator: dict[str, Any] | None = None

    def enabled(self) -> dict[str, Any]:
        """The hub; the service's refusal when there is none."""
        raise NotImplementedError

    def forget_policies(self) -> None:
        """Drops what only central configuration has; called when it ends."""
        raise NotImplementedError

    # --- administrator and enrolment

    def enable_organization_admin_account(self, request: Request) -> Response:
        """Designates the administrator."""
        self.designate(request["AdminAccountId"])
        return {"AdminAccountId": request["AdminAccountId"]}

    def disable_organization_admin_account(self, request: Request) -> Response:
        """Ends the administrator's role in this Region."""
        self.dismiss(request["AdminAccountId"])
        return {"AdminAccountId": request["AdminAccountId"]}

    def list_organization_admin_accounts(self, _request: Request) -> Response:
        """The administrator, told to the management account."""
        self.as_management()
        return {
            "AdminAccounts": [{"AccountId": self.designated, "Status": "ENABLED"}] if self.designated else []
        }

    def get_administrator_account(self, _request: Request) -> Response:
        """Who administers this account, if anyone does."""
        self.enabled()
        administrator = self.administrator()
        if administrator in (None, self.account_id):
            return {}
        return {"Administrator": {"AccountId": administrator, "MemberStatus": "Enabled"}}

    def describe_organization_configuration(self, _request: Request) -> Response:
        """How accounts are enrolled and configured."""
        self.enabled()
        self.as_administrator()
        return {
            "AutoEnable": self.auto_enable,
            "AutoEnableStandards": self.auto_standards,
            "MemberAccountLimitReached": False,
            "OrganizationConfiguration": {"ConfigurationType": self.configuration_type, "Status": "ENABLED"},
        }

    def update_organization_configuration(self, request: Request) -> Response:
        """Sets enrolment; central configuration excludes it, and needs a finding aggregator in this Region."""
        self.enabled()
        organization = self.as_administrator()
        auto_enable = request["AutoEnable"]
        standards = request.get("AutoEnableStandards", self.auto_standards)
        kind = (request.get("OrganizationConfiguration") or {}).get(
            "ConfigurationType", self.configuration_type
        )
        if kind == "CENTRAL" and (auto_enable or standards != "NONE"):
            raise self.invalid(
                "AutoEnable must be false and AutoEnableStandards must be NONE when ConfigurationType is CENTRAL"
            )
        if kind == "CENTRAL" and self.aggregator is None:
            raise ApiError(
                "InvalidAccessException",
                "Central configuration requires a finding aggregator in its home Region",
            )
        if kind == "LOCAL" and self.configuration_type == "CENTRAL":
            self.forget_policies()
        self.auto_enable, self.auto_standards, self.configuration_type = auto_enable, standards, kind
        self.known = frozenset(organization.account_ids)
        return {}

    # --- finding aggregator

    def create_finding_aggregator(self, request: Request) -> Response:
        """Makes this Region the one where findings come together; an account has one such Region."""
        self.enabled()
        if self._home() is not None:
            raise ApiError("InvalidAccessException", "A finding aggregator already exists for this account")
        arn = self.arn(f"finding-aggregator/{uuid.uuid4()}")
        self.aggregator = {
            "FindingAggregatorArn": arn,
            "FindingAggregationRegion": self.region,
            **_linking(self, request),
        }
        return dict(self.aggregator)

    def get_finding_aggregator(self, request: Request) -> Response:
        """The aggregator, asked in any Region."""
        return dict(self._aggregator(request["FindingAggregatorArn"]))

    def update_finding_aggregator(self, request: Request) -> Response:
        """Changes which Regions are linked."""
        aggregator = self._aggregator(request["FindingAggregatorArn"])
        linking = _linking(self, request)
        aggregator.pop("Regions", None)
        aggregator.update(linking)
        return dict(aggregator)

    def delete_finding_aggregator(self, request: Request) -> Response:
        """Ends aggregation; central configuration depends on it."""
        self._aggregator(request["FindingAggregatorArn"])
        home = self._home()
        if home is not None:
            if home.configuration_type == "CENTRAL":
                raise ApiError("InvalidAccessException", "Central configuration uses the finding aggregator")
            home.aggregator = None
        return {}

    def list_finding_aggregators(self, _request: Request) -> Response:
        """The one aggregator, asked in any Region."""
        self.enabled()
        home = self._home()
        found = home.aggregator if home else None
        return {
            "FindingAggregators": [{"FindingAggregatorArn": found["FindingAggregatorArn"]}] if found else []
        }

    def _home(self) -> CentralConfiguration | None:
        own = (state for state in self.everywhere() if state.account_id == self.account_id)
        return next((state for state in own if state.aggregator is not None), None)

    def _aggregator(self, arn: str) -> dict[str, Any]:
        self.enabled()
        home = self._home()
        if home is None or home.aggregator is None or home.aggregator["FindingAggregatorArn"] != arn:
            raise ApiError("ResourceNotFoundException", f"Finding aggregator {arn} does not exist")
        return home.aggregator


def _linking(state: CentralConfiguration, request: Request) -> dict[str, Any]:
    mode, regions = request["RegionLinkingMode"], request.get("Regions")
    if mode not in LINKING_MODES:
        raise state.invalid(f"RegionLinkingMode must be one of {', '.join(LINKING_MODES)}")
    if (mode in ("ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS")) != bool(regions):
        raise state.invalid(
            f"Regions must be given with SPECIFIED modes and only then; RegionLinkingMode is {mode}"
        )
    return {"RegionLinkingMode": mode, **({"Regions": list(regions)} if regions else {})}

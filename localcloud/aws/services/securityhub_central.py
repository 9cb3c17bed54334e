"""Security Hub's administration of an organization: administrator, enrolment, aggregation, configuration policies.

What a configuration policy does to the accounts under it is in `securityhub_governance`.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.administered import AdministeredState
from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response

LINKING_MODES = ("ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS")
SELF_MANAGED = "SELF_MANAGED_SECURITY_HUB"
TARGETS = {"AccountId": "ACCOUNT", "OrganizationalUnitId": "ORGANIZATIONAL_UNIT", "RootId": "ROOT"}


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
        self.policies: dict[str, dict[str, Any]] = {}
        self.associations: dict[str, dict[str, Any]] = {}

    def enabled(self) -> dict[str, Any]:
        """The hub; the service's refusal when there is none."""
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
            self.policies.clear()
            self.associations.clear()
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

    # --- configuration policies

    def create_configuration_policy(self, request: Request) -> Response:
        """Creates a policy; only under central configuration."""
        self._central()
        if any(policy["Name"] == request["Name"] for policy in self.policies.values()):
            raise ApiError(
                "ResourceConflictException", f"A configuration policy named {request['Name']} exists"
            )
        identifier, now = str(uuid.uuid4()), datetime.now(UTC)
        self.policies[identifier] = {
            "Id": identifier,
            "Arn": self.arn(f"configuration-policy/{identifier}"),
            "Name": request["Name"],
            "Description": request.get("Description", ""),
            "ConfigurationPolicy": self._checked(request["ConfigurationPolicy"]),
            "CreatedAt": now,
            "UpdatedAt": now,
            "Tags": dict(request.get("Tags") or {}),
        }
        return self._shown_policy(identifier)

    def get_configuration_policy(self, request: Request) -> Response:
        """One policy, by id or ARN."""
        return self._shown_policy(self._policy_id(request["Identifier"]))

    def update_configuration_policy(self, request: Request) -> Response:
        """Changes a policy."""
        identifier = self._policy_id(request["Identifier"])
        changes = {name: request[name] for name in ("Name", "Description") if name in request}
        if "ConfigurationPolicy" in request:
            changes["ConfigurationPolicy"] = self._checked(request["ConfigurationPolicy"])
        self.policies[identifier].update(changes, UpdatedAt=datetime.now(UTC))
        return self._shown_policy(identifier)

    def delete_configuration_policy(self, request: Request) -> Response:
        """Deletes a policy that no target is associated with."""
        identifier = self._policy_id(request["Identifier"])
        if any(each["ConfigurationPolicyId"] == identifier for each in self.associations.values()):
            raise ApiError(
                "ResourceConflictException", "The configuration policy is associated with a target"
            )
        self.policies.pop(identifier)
        return {}

    def list_configuration_policies(self, _request: Request) -> Response:
        """The policies, in brief."""
        self._central()
        brief = ("Id", "Arn", "Name", "Description", "UpdatedAt")
        return {
            "ConfigurationPolicySummaries": [
                {
                    **{name: policy[name] for name in brief},
                    "ServiceEnabled": policy["ConfigurationPolicy"]["SecurityHub"].get(
                        "ServiceEnabled", False
                    ),
                }
                for policy in self.policies.values()
            ]
        }

    def start_configuration_policy_association(self, request: Request) -> Response:
        """Puts an account, an OU or the root under a policy (or under self-management)."""
        self._central()
        wanted = request["ConfigurationPolicyIdentifier"]
        identifier = wanted if wanted == SELF_MANAGED else self._policy_id(wanted)
        name, target = self._target(request["Target"])
        self.associations[target] = {
            "ConfigurationPolicyId": identifier,
            "TargetId": target,
            "TargetType": TARGETS[name],
            "AssociationType": "APPLIED",
            "AssociationStatus": "SUCCESS",
            "UpdatedAt": datetime.now(UTC),
        }
        return dict(self.associations[target])

    def start_configuration_policy_disassociation(self, request: Request) -> Response:
        """Takes a target out of a policy."""
        self._association(request)
        self.associations.pop(self._target(request["Target"])[1])
        return {}

    def get_configuration_policy_association(self, request: Request) -> Response:
        """The association of a target."""
        return dict(self._association(request))

    def list_configuration_policy_associations(self, request: Request) -> Response:
        """The associations, filtered by policy, type or status."""
        self._central()
        filters = request.get("Filters") or {}
        found = [each for each in self.associations.values() if all(each[k] == v for k, v in filters.items())]
        return {"ConfigurationPolicyAssociationSummaries": found}

    def _central(self) -> None:
        self.enabled()
        self.as_administrator()
        if self.configuration_type != "CENTRAL":
            raise ApiError("InvalidAccessException", "Central configuration is not enabled in this Region")

    def _checked(self, policy: dict[str, Any]) -> dict[str, Any]:
        hub = policy.get("SecurityHub", {})
        standards = hub.get("EnabledStandardIdentifiers")
        controls = hub.get("SecurityControlsConfiguration")
        if not hub.get("ServiceEnabled") and (standards or controls):
            raise self.invalid("Standards and controls cannot be configured when ServiceEnabled is false")
        if hub.get("ServiceEnabled") and (standards is None or controls is None):
            raise self.invalid("Standards and controls must be configured when ServiceEnabled is true")
        both = {"EnabledSecurityControlIdentifiers", "DisabledSecurityControlIdentifiers"}
        if controls and both <= controls.keys():
            raise self.invalid("Give either enabled or disabled security controls, not both")
        return policy

    def _policy_id(self, identifier: str) -> str:
        self._central()
        for policy in self.policies.values():
            if identifier in (policy["Id"], policy["Arn"]):
                found: str = policy["Id"]
                return found
        raise ApiError("ResourceNotFoundException", f"Configuration policy {identifier} does not exist")

    def _shown_policy(self, identifier: str) -> dict[str, Any]:
        return {name: value for name, value in self.policies[identifier].items() if name != "Tags"}

    def _target(self, target: dict[str, str]) -> tuple[str, str]:
        chosen = [(name, target[name]) for name in TARGETS if target.get(name)]
        if len(chosen) != 1:
            raise self.invalid("Give exactly one of AccountId, OrganizationalUnitId and RootId as the target")
        return chosen[0]

    def _association(self, request: Request) -> dict[str, Any]:
        self._central()
        _, target = self._target(request["Target"])
        if target not in self.associations:
            raise ApiError("ResourceNotFoundException", f"No configuration policy association for {target}")
        return self.associations[target]


def _linking(state: CentralConfiguration, request: Request) -> dict[str, Any]:
    mode, regions = request["RegionLinkingMode"], request.get("Regions")
    if mode not in LINKING_MODES:
        raise state.invalid(f"RegionLinkingMode must be one of {', '.join(LINKING_MODES)}")
    if (mode in ("ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS")) != bool(regions):
        raise state.invalid(
            f"Regions must be given with SPECIFIED modes and only then; RegionLinkingMode is {mode}"
        )
    return {"RegionLinkingMode": mode, **({"Regions": list(regions)} if regions else {})}

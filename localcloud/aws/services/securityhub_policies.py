"""Security Hub's configuration policies and what they are associated with.

They exist only under central configuration. What a policy does to the accounts under it is in
`securityhub_governance`.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.calls import ApiError
from localcloud.aws.modelled import Request, Response
from localcloud.aws.services.securityhub_central import CentralConfiguration

SELF_MANAGED = "SELF_MANAGED_SECURITY_HUB"
TARGETS = {"AccountId": "ACCOUNT", "OrganizationalUnitId": "ORGANIZATIONAL_UNIT", "RootId": "ROOT"}


class ConfigurationPolicies(CentralConfiguration):
    """The administrator's policies in its home Region."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__(account_id, region)
        self.policies: dict[str, dict[str, Any]] = {}
        self.associations: dict[str, dict[str, Any]] = {}

    def forget_policies(self) -> None:
        """Policies and associations end with central configuration."""
        self.policies.clear()
        self.associations.clear()

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

"""The organization itself: features, trusted access, units, central root management, delegated administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class UnitArgs:
    """One organizational unit."""

    key: str
    """Key in the catalogue."""
    name: str
    """Name AWS shows."""
    parent: str | None
    """Key of the unit above; None hangs it under the root."""


@dataclass(frozen=True)
class OrganizationArgs:
    """What the organization allows, and its tree."""

    policy_types: Sequence[str]
    """Policy types to enable."""
    trusted_access: Sequence[str]
    """Service principals that may act in every account."""
    units: Sequence[UnitArgs]
    """The tree, parents anywhere in the list."""


class Organization(pulumi.ComponentResource):
    """Owns the organization with ALL features, its units and central root management. It acts in management.

    Central root management lets the program's people delete the root credentials of member accounts, so that no
    member root password exists to be lost or stolen. Deliberately not here: accounts (`MemberAccount`) and policies
    (`Guardrails`).
    """

    organization_id: pulumi.Output[str]
    """Such as o-1234567890; what `aws:PrincipalOrgID` is compared with."""
    root_id: pulumi.Output[str]
    """Id of the root."""
    node_ids: Mapping[str, pulumi.Output[str]]
    """Id of the root (key ``root``) and of every unit by key."""

    def __init__(self, name: str, args: OrganizationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:Organization", name, None, opts)
        organization = aws.organizations.Organization(
            name,
            feature_set="ALL",
            enabled_policy_types=list(args.policy_types),
            aws_service_access_principals=list(args.trusted_access),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        aws.iam.OrganizationsFeatures(
            f"{name}-central-root",
            enabled_features=["RootCredentialsManagement", "RootSessions"],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[organization]),
        )
        self.organization_id = organization.id
        self.root_id = organization.roots[0].id
        self.node_ids = {"root": self.root_id, **self._units(args.units)}
        self.register_outputs({"organizationId": self.organization_id, "rootId": self.root_id})

    def _units(self, units: Sequence[UnitArgs]) -> dict[str, pulumi.Output[str]]:
        ids: dict[str, pulumi.Output[str]] = {}
        waiting = list(units)
        while waiting:
            # The catalogue has checked that parents exist and that there is no cycle, so each round places one.
            for unit in [unit for unit in waiting if unit.parent is None or unit.parent in ids]:
                resource = aws.organizations.OrganizationalUnit(
                    unit.key,
                    name=unit.name,
                    parent_id=self.root_id if unit.parent is None else ids[unit.parent],
                    opts=pulumi.ResourceOptions(parent=self, protect=True),
                )
                ids[unit.key] = resource.id
                waiting.remove(unit)
        return ids

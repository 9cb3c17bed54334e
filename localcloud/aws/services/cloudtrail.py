"""CloudTrail as a landing zone needs it: organization trails seen from member accounts, exact selectors.

moto 5.2.5 hides an organization trail from members, lets a second CreateTrail overwrite the first, appends insight
selectors at every put, keeps both kinds of event selectors, and never says that a trail has them. Closed here.
No log file is written to the trail's bucket (recorded only).
"""

from __future__ import annotations

from typing import Any

from moto.cloudtrail import models as cloudtrail

from localcloud.aws.calls import ApiError, Call, before, operation
from localcloud.aws.patching import replace
from localcloud.aws.services.organizations import backend_of

SERVICE = "cloudtrail.amazonaws.com"


@before("cloudtrail", "CreateTrail", "UpdateTrail")
def trail_is_permitted(call: Call) -> None:
    """No second trail of a name; an organization trail needs the management account and trusted access."""
    name = str(call.params["Name"])
    backend = cloudtrail.cloudtrail_backends[call.account][call.region]
    if call.operation == "CreateTrail" and name in backend.trails:
        raise ApiError(
            "TrailAlreadyExistsException", f"Trail {name} already exists for customer: {call.account}"
        )
    if not call.params.get("IsOrganizationTrail"):
        return
    organization = backend_of(call.account)
    if organization.account_id != call.account:
        message = "The request was made by an account that is not the management account of the organization."
        raise ApiError("NotOrganizationMasterAccountException", message)
    if not any(entry["ServicePrincipal"] == SERVICE for entry in organization.services):
        message = "AWS CloudTrail service access is not enabled for the organization."
        raise ApiError("CloudTrailAccessNotEnabledException", message)


@before(
    "cloudtrail", "StopLogging", "StartLogging", "DeleteTrail", "PutEventSelectors", "PutInsightSelectors"
)
def members_do_not_touch_the_organization_trail(call: Call) -> None:
    name = str(call.params.get("Name") or call.params.get("TrailName"))
    own = cloudtrail.cloudtrail_backends[call.account][call.region].describe_trails(
        include_shadow_trails=True
    )
    for trail in own:
        if trail.account_id != call.account and name in (trail.trail_name, trail.arn):
            message = "The organization trail can be changed by the management account only."
            raise ApiError("NotOrganizationMasterAccountException", message)


@operation("cloudtrail", "DeleteTrail")
def delete_trail(call: Call) -> dict[str, Any]:
    """By name or ARN; a trail that does not exist is an error."""
    backend = cloudtrail.cloudtrail_backends[call.account][call.region]
    trail = backend.get_trail(call.params["Name"])
    del backend.trails[trail.trail_name]
    return {}


@operation("cloudtrail", "RegisterOrganizationDelegatedAdmin", "DeregisterOrganizationDelegatedAdmin")
def delegated_admin(call: Call) -> dict[str, Any]:
    """CloudTrail's own door to the registration that Organizations keeps."""
    backend = backend_of(call.account)
    if backend.account_id != call.account:
        raise ApiError(
            "NotOrganizationManagementAccountException", "Only the management account may do this."
        )
    if call.operation.startswith("Register"):
        account = str(call.params["MemberAccountId"])
        if not any(entry["ServicePrincipal"] == SERVICE for entry in backend.services):
            backend.enable_aws_service_access(ServicePrincipal=SERVICE)
        registered = any(a.account.id == account and SERVICE in a.services for a in backend.admins)
        if registered:
            raise ApiError("AccountRegisteredException", f"{account} is already registered.")
        backend.register_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    else:
        account = str(call.params["DelegatedAdminAccountId"])
        if not any(a.account.id == account and SERVICE in a.services for a in backend.admins):
            raise ApiError("AccountNotRegisteredException", f"{account} is not registered.")
        backend.deregister_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    return {}


def _organization_trails(account: str) -> list[Any]:
    """Organization trails of the management account, as a member sees them."""
    try:
        manager = backend_of(account).account_id
    except ApiError:
        return []
    if manager == account:
        return []
    regions = dict.values(cloudtrail.cloudtrail_backends[manager])
    return [trail for backend in list(regions) for trail in backend.trails.values() if trail.is_org_trail]


def install() -> None:
    """Put members' view and the exact selectors under moto's code paths."""
    backend, trail = cloudtrail.CloudTrailBackend, cloudtrail.Trail
    describe, description, get_trail = backend.describe_trails, trail.description, backend.get_trail

    def describe_trails(self: Any, include_shadow_trails: bool) -> list[Any]:
        shadows = [
            shared
            for shared in _organization_trails(self.account_id)
            if shared.region_name == self.region_name or (include_shadow_trails and shared.is_multi_region)
        ]
        return [*describe(self, include_shadow_trails), *shadows]

    def find(self: Any, name_or_arn: str) -> Any:
        for seen in describe_trails(self, include_shadow_trails=True):
            if name_or_arn in (seen.trail_name, seen.arn):
                return seen
        return get_trail(self, name_or_arn)

    def put_event_selectors(
        self: Any, event_selectors: list[Any], advanced_event_selectors: list[Any]
    ) -> None:
        self.event_selectors = list(event_selectors or [])
        self.advanced_event_selectors = [] if self.event_selectors else list(advanced_event_selectors or [])

    def put_insight_selectors(self: Any, insight_selectors: list[dict[str, str]]) -> None:
        self.insight_selectors = list(insight_selectors)

    def described(self: Any, include_region: bool = False) -> dict[str, Any]:
        data = dict(description(self, include_region))
        data["HasCustomEventSelectors"] = bool(self.event_selectors or self.advanced_event_selectors)
        data["HasInsightSelectors"] = bool(self.insight_selectors)
        return data

    replace(backend, describe_trails=describe_trails, get_trail=find)
    replace(trail, put_event_selectors=put_event_selectors, put_insight_selectors=put_insight_selectors)
    replace(trail, description=described)

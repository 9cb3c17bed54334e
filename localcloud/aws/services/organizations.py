"""AWS Organizations: who may ask, accounts, OUs, trusted services and delegated administrators.

moto 5.2.5 lets a member account call anything (on an organization of its own), knows few delegated services, accepts
the same e-mail address twice and deletes OUs that are in use. Closed here; policies are in `organizations_policies`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from moto.organizations import models as org
from moto.organizations import utils

from localcloud.aws.calls import ApiError, Call, Reply, after, before, operation

CATALOGUE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("organizations.yaml").read_text())

_READS = (
    "DescribeAccount", "DescribeOrganizationalUnit", "DescribePolicy", "DescribeCreateAccountStatus",
    "DescribeEffectivePolicy", "DescribeResourcePolicy", "ListAWSServiceAccessForOrganization", "ListAccounts",
    "ListAccountsForParent", "ListChildren", "ListCreateAccountStatus", "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount", "ListOrganizationalUnitsForParent", "ListParents", "ListPolicies",
    "ListPoliciesForTarget", "ListRoots", "ListTagsForResource", "ListTargetsForPolicy",
)  # fmt: skip
_WRITES = (
    "AttachPolicy", "CloseAccount", "CreateAccount", "CreateOrganizationalUnit", "CreatePolicy",
    "DeleteOrganization", "DeleteOrganizationalUnit", "DeletePolicy", "DeleteResourcePolicy",
    "DeregisterDelegatedAdministrator", "DetachPolicy", "DisableAWSServiceAccess", "DisablePolicyType",
    "EnableAWSServiceAccess", "EnableAllFeatures", "EnablePolicyType", "MoveAccount", "PutResourcePolicy",
    "RegisterDelegatedAdministrator", "RemoveAccountFromOrganization", "TagResource", "UntagResource",
    "UpdateOrganizationalUnit", "UpdatePolicy",
)  # fmt: skip


def backend_of(account: str) -> Any:
    """moto's state of the organization that the account manages or belongs to."""
    manager, partition = org.organizations_backends.master_accounts.get(account, (account, "aws"))
    backend = org.organizations_backends[manager][partition]
    if backend.org is None:
        raise ApiError(
            "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
        )
    return backend


@before("organizations", *_READS, *_WRITES)
def members_may_not(call: Call) -> None:
    """Only the management account writes; it and delegated administrators read. A member is answered in its stead."""
    backend = backend_of(call.account)
    if backend.account_id == call.account:
        return
    delegated = any(admin.account.id == call.account for admin in backend.admins)
    own = call.operation == "DescribeEffectivePolicy" and call.params.get("TargetId") in (None, call.account)
    if call.operation in _WRITES or not (delegated or own):
        message = "You don't have permissions to access this resource."
        raise ApiError("AccessDeniedException", message)
    call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = backend.account_id


@operation("organizations", "CreateAccount")
def create_account(call: Call) -> dict[str, Any] | Reply:
    """As on AWS the request is accepted and its status tells that the e-mail address is in use."""
    backend = backend_of(call.account)
    email = str(call.params["Email"])
    if not any(account.email.lower() == email.lower() for account in backend.accounts):
        return call.forward()
    return {
        "CreateAccountStatus": {
            "Id": utils.make_random_create_account_status_id(),
            "AccountName": call.params["AccountName"],
            "State": "FAILED",
            "FailureReason": "EMAIL_ALREADY_EXISTS",
        }
    }


@before("organizations", "CreateOrganizationalUnit", "UpdateOrganizationalUnit")
def sibling_names_differ(call: Call) -> None:
    backend = backend_of(call.account)
    own = call.params.get("OrganizationalUnitId")
    parent = call.params.get("ParentId") or backend.get_organizational_unit_by_id(own).parent_id
    if not any(unit.id == parent for unit in backend.ou):
        raise ApiError("ParentNotFoundException", "You specified parent that doesn't exist.")
    if any(u.parent_id == parent and u.name == call.params.get("Name") and u.id != own for u in backend.ou):
        message = "An OU with the same name already exists under this parent."
        raise ApiError("DuplicateOrganizationalUnitException", message)


@operation("organizations", "UpdateOrganizationalUnit")
def rename(call: Call) -> dict[str, Any]:
    """moto refuses an OU its own present name, and any name used anywhere in the tree."""
    unit = backend_of(call.account).get_organizational_unit_by_id(call.params["OrganizationalUnitId"])
    unit.name = call.params.get("Name", unit.name)
    return dict(unit.describe())


@before("organizations", "DeleteOrganizationalUnit")
def only_empty_units(call: Call) -> None:
    backend = backend_of(call.account)
    unit = next((unit for unit in backend.ou if unit.id == call.params["OrganizationalUnitId"]), None)
    if unit is None:
        message = "You specified an organizational unit that doesn't exist."
        raise ApiError("OrganizationalUnitNotFoundException", message)
    if any(child.parent_id == unit.id for child in [*backend.ou, *backend.accounts]):
        message = "The specified OU is not empty. Move all accounts and child OUs away first."
        raise ApiError("OrganizationalUnitNotEmptyException", message)
    call.notes["unit"] = unit


@after("organizations", "DeleteOrganizationalUnit")
def policies_let_go(call: Call, _: Reply) -> None:
    """moto leaves the deleted OU among a policy's targets, so that the policy can never be deleted."""
    unit = call.notes["unit"]
    for policy in unit.attached_policies:
        if unit in policy.attachments:
            policy.attachments.remove(unit)


@before("organizations", "MoveAccount")
def source_is_the_parent(call: Call) -> None:
    backend = backend_of(call.account)
    account = backend.get_account_by_id(call.params["AccountId"])
    if account.parent_id != call.params["SourceParentId"]:
        raise ApiError(
            "SourceParentNotFoundException", "The account is not in the source root or OU you specified."
        )
    if not any(unit.id == call.params["DestinationParentId"] for unit in backend.ou):
        raise ApiError(
            "DestinationParentNotFoundException", "We can't find the destination container you specified."
        )


@before("organizations", "RegisterDelegatedAdministrator")
def service_is_trusted(call: Call) -> None:
    """AWS registers a delegated administrator only for a service with trusted access."""
    backend = backend_of(call.account)
    service = call.params["ServicePrincipal"]
    if service not in CATALOGUE["delegatedServices"]:
        raise ApiError("InvalidInputException", "You specified an unrecognized service principal.")
    if not any(entry["ServicePrincipal"] == service for entry in backend.services):
        message = f"Trusted access is not enabled for {service}: call EnableAWSServiceAccess first."
        raise ApiError("ConstraintViolationException", message, Reason="SERVICE_ACCESS_NOT_ENABLED")


def install() -> None:
    """Teach moto the services of the catalogue."""
    org.FakeServiceAccess.TRUSTED_SERVICES.extend(CATALOGUE["trustedServices"])
    org.FakeDelegatedAdministrator.SUPPORTED_SERVICES[:] = CATALOGUE["delegatedServices"]

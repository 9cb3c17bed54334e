"""IAM's central root access (organizations features), which moto 5.2.5 lacks. The features are recorded; no root
credential of a member is removed by them."""

from __future__ import annotations

from typing import Any

from localcloud.aws.calls import ApiError, Call, operation
from localcloud.aws.services.organizations import backend_of

FEATURES = {
    "OrganizationsRootCredentialsManagement": "RootCredentialsManagement",
    "OrganizationsRootSessions": "RootSessions",
}
"""Tail of the operation's name → name of the feature."""

_enabled: dict[str, set[str]] = {}
"""By organization id."""


@operation(
    "iam",
    "ListOrganizationsFeatures",
    *(f"{verb}{tail}" for verb in ("Enable", "Disable") for tail in FEATURES),
)
def organizations_features(call: Call) -> dict[str, Any]:
    """Enable, disable or list, from the management account, once IAM has trusted access."""
    try:
        backend = backend_of(call.account)
    except ApiError:
        raise ApiError(
            "OrganizationNotFoundException", "The account is not in an organization.", 400
        ) from None
    if backend.account_id != call.account:
        message = "The calling account is not the management account."
        raise ApiError("CallerIsNotManagementAccountException", message, 400)
    if not any(entry["ServicePrincipal"] == "iam.amazonaws.com" for entry in backend.services):
        message = "Service access is not enabled for iam.amazonaws.com."
        raise ApiError("ServiceAccessNotEnabledException", message, 400)
    enabled = _enabled.setdefault(backend.org.id, set())
    for verb, change in (("Enable", enabled.add), ("Disable", enabled.discard)):
        if call.operation.startswith(verb):
            change(FEATURES[call.operation.removeprefix(verb)])
    return {"OrganizationId": backend.org.id, "EnabledFeatures": sorted(enabled)}

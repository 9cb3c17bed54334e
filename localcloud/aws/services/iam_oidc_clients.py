"""IAM: the client ids and thumbprints of an existing OpenID Connect provider, which moto 5.2.5 cannot change."""

from __future__ import annotations

from typing import Any

from moto.iam import models as iam

from localcloud.aws.calls import ApiError, Call, operation


def _provider(call: Call) -> Any:
    arn = call.params["OpenIDConnectProviderArn"]
    providers = iam.iam_backends[call.account]["aws"].open_id_providers
    if arn not in providers:
        raise ApiError("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}", 404)
    return providers[arn]


@operation("iam", "AddClientIDToOpenIDConnectProvider")
def add_client(call: Call) -> None:
    """Adding one that is there already changes nothing, as on AWS."""
    provider = _provider(call)
    if call.params["ClientID"] not in provider.client_id_list:
        provider.client_id_list = [*provider.client_id_list, call.params["ClientID"]]


@operation("iam", "RemoveClientIDFromOpenIDConnectProvider")
def remove_client(call: Call) -> None:
    """Removing one that is not there changes nothing, as on AWS."""
    provider = _provider(call)
    provider.client_id_list = [name for name in provider.client_id_list if name != call.params["ClientID"]]

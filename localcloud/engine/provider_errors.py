"""gRPC errors of a provider, as the engine's errors."""

from __future__ import annotations

from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from localcloud.engine import wire
from localcloud.engine.errors import InitFailedError, ProviderError

_STATUS_DETAILS = "grpc-status-details-bin"


def translate(error: grpc.aio.AioRpcError) -> ProviderError:
    """The error as a ProviderError; an InitFailedError when the provider says the object exists."""
    failed = provider_pb2.ErrorResourceInitFailed()
    for detail in _details(error):
        if detail.Unpack(failed):
            return InitFailedError(
                failed.id,
                wire.from_struct(failed.properties),
                wire.from_struct(failed.inputs),
                list(failed.reasons),
            )
    if error.code() == grpc.StatusCode.UNAVAILABLE:
        lost = "the connection to the provider was lost; whether the operation was carried out is not known"
        return ProviderError(f"{lost}. Run the command again: it goes on from here ({error.details()})")
    return ProviderError(error.details() or str(error.code()))


def configure_error(error: grpc.aio.AioRpcError) -> ProviderError:
    """The error of a Configure call, naming the settings that it misses."""
    missing = provider_pb2.ConfigureErrorMissingKeys()
    for detail in _details(error):
        if detail.Unpack(missing):
            listed = "".join(f"\n\t* {key.name}: {key.description}" for key in missing.missingKeys)
            return ProviderError(f"provider is missing required configuration:{listed}")
    return translate(error)


def _details(error: grpc.aio.AioRpcError) -> list[Any]:
    metadata: Any = error.trailing_metadata() or ()
    for key, value in metadata:
        if key == _STATUS_DETAILS:
            status = status_pb2.Status()
            status.ParseFromString(value)
            return list(status.details)
    return []

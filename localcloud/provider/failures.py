"""How an RPC fails: a message for the user, or a resource that exists but is not as asked."""

from typing import Any, NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from localcloud.provider.errors import PartialFailureError
from localcloud.provider.model import Call, ResourceType
from localcloud.provider.wire import Props, encode


def encoded(row: ResourceType, outputs: Props, secrets: set[str]) -> Any:
    """Outputs on the wire; what was secret, or always is, stays secret."""
    return encode(outputs, secrets | row.sensitive)


def fail(context: Any, message: str) -> NoReturn:
    """End the RPC with a message for the user."""
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError("abort raises")


def fail_partially(
    context: Any, call: Call, failure: PartialFailureError, secrets: set[str], subject: str
) -> NoReturn:
    """The object exists, but is not as asked: the engine keeps it, with the reasons."""
    detail = pb.ErrorResourceInitFailed(
        id=failure.physical_id,
        properties=encoded(call.type, failure.state, secrets),
        reasons=failure.reasons,
        inputs=encode(call.inputs, secrets),
    )
    message = f"{subject}: {'; '.join(failure.reasons)}"
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    fail(context, message)

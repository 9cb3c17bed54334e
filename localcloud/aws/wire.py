"""Between HTTP and API calls: which operation is this, what are its parameters, how is an answer written.

Uses moto's own request parsers and response serializers, driven by botocore's service models, so that an added
service needs no knowledge of any protocol. Deliberately does not decide who answers (`gateway`).
"""

from __future__ import annotations

import re
import uuid
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qs

from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from localcloud.aws.calls import ApiError, Reply
from localcloud.aws.signing_names import SERVICES

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/]+/([^/]+)/([^/]+)/aws4_request")
_CBOR_PATH = re.compile(r"^/service/[^/]+/operation/([A-Za-z0-9]+)$")


class Signature:
    """What the signature of a request tells: key, Region and signing name."""

    def __init__(self, access_key: str, region: str, service: str) -> None:
        self.access_key = access_key
        self.region = region
        self.service = service


def signature_of(environ: dict[str, Any]) -> Signature | None:
    """From the Authorization header or a presigned query string; None for an unsigned request."""
    match = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if match:
        return Signature(match.group(1), match.group(2), match.group(3).lower())
    query = environ.get("QUERY_STRING", "")
    if "X-Amz-Credential" in query:
        parts = parse_qs(query)["X-Amz-Credential"][0].split("/")
        if len(parts) == 5:
            return Signature(parts[0], parts[2], parts[3].lower())
    return None


@cache
def _knows(service: str, operation: str) -> bool:
    return operation in get_service_model(service).operation_names


def resolve(
    environ: dict[str, Any], signing_name: str, body: bytes
) -> tuple[str, str, dict[str, Any]] | None:
    """(service, operation, parameters in the path) of a request, or None when no model knows it."""
    candidates = SERVICES.get(signing_name, [signing_name])
    name = _named_operation(environ, body)
    try:
        if name is not None:
            service = next((s for s in candidates if _knows(s, name)), None)
            return (service, name, {}) if service else None
        if signing_name == "s3":
            control = environ.get("PATH_INFO", "").startswith("/v20180820/")
            candidates = ["s3control"] if control else ["s3"]
        request = Request({**environ, "wsgi.input": _stream(body)})
        for service in candidates:
            try:
                operation, in_path = get_service_router(service).match(request)
            except HTTPException:
                continue
            return service, str(operation.name), in_path
    except (NotImplementedError, ValueError):
        return None
    except Exception as error:
        if type(error).__name__ == "UnknownServiceError":
            return None
        raise
    return None


def _named_operation(environ: dict[str, Any], body: bytes) -> str | None:
    """Operation named by header (json), by path (rpc-v2-cbor) or by the form (query, ec2)."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return str(target).rsplit(".", 1)[-1]
    cbor = _CBOR_PATH.match(environ.get("PATH_INFO", ""))
    if cbor:
        return cbor.group(1)
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded") and b"Action=" in body:
        action = parse_qs(body.decode("utf-8", "replace")).get("Action")
        if action:
            return action[0]
    return None


def parse(
    service: str, operation: str, in_path: dict[str, Any], environ: dict[str, Any], body: bytes
) -> dict[str, Any]:
    """Input of the operation. Raises `ApiError` (SerializationException) when it is not readable."""
    model = get_service_model(service)
    request = Request({**environ, "wsgi.input": _stream(body)})
    try:
        protocol = determine_request_protocol(model, request.content_type)
        parser = PROTOCOL_PARSERS[protocol](model.operation_model(operation))
        parsed = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": body,
                "url_path": request.path,
                "url_params": in_path,
            }
        )
    except (NotImplementedError, KeyError):
        return {}
    except Exception as error:
        raise ApiError("SerializationException", f"the request body is not readable: {error}", 400) from error
    return cast(dict[str, Any], dict(parsed))


def write(service: str, operation: str, environ: dict[str, Any], answer: object) -> Reply:
    """Serialize an output (dict) or an `ApiError` for the client's protocol."""
    model = get_service_model(service)
    operation_model = _operation_model(model, operation)
    try:
        protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE", ""))
    except NotImplementedError:
        protocol = str(model.protocol)
    serializer = get_serializer_class(service, protocol)(operation_model)
    written = serializer.serialize(answer if answer is not None else {})
    status = written["status_code"]
    if isinstance(answer, ApiError) and answer.status is not None:
        status = answer.status
    body = written["body"]
    headers = [(str(k), str(v)) for k, v in written["headers"].items()]
    headers.append(("x-amzn-RequestId", str(uuid.uuid4())))
    return Reply(status, headers, body if isinstance(body, bytes) else str(body).encode())


def _operation_model(model: ServiceModel, operation: str) -> OperationModel:
    return cast(OperationModel, model.operation_model(operation))


def _stream(body: bytes) -> Any:
    import io

    return io.BytesIO(body)

"""HTTP APIs (API Gateway v2) that answer: a loopback listener turns requests into payload-format-2.0 events for the
integrated Lambda function, and its result into the response.

The address of an API is `http://127.0.0.1:PORT/<api id>/<path>` (stage `$default`) or `.../<api id>/<stage>/<path>`;
a Host header `<api id>.execute-api...` works too. Deliberately does not: evaluate authorizers, CORS settings,
throttling or WAF, and does not serve REST (v1) or WebSocket APIs.

Source of the event's shape: API Gateway Developer Guide, "AWS Lambda proxy integrations for HTTP APIs", format 2.0.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from moto.apigatewayv2 import models as apis
from moto.awslambda import models as lambdas
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from localcloud.aws import lifecycle, state_pages
from localcloud.aws.http_routes import route_of, stage_of
from localcloud.aws.lambda_runner import Throttled
from localcloud.aws.services.lambda_functions import run

LOG = logging.getLogger("localcloud.aws")

_ports: list[int] = []


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log_request(self, *_: Any, **__: Any) -> None:
        """Functions write their own log."""


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """WSGI entry of the listener."""
    try:
        response = answer(Request(environ))
    except Exception:
        LOG.exception("API Gateway")
        response = _message(500, "Internal Server Error")
    return response(environ, start_response)


def answer(request: Request) -> Response:
    """Find API, stage and route; run the function; translate its result."""
    api, rest = _api_of(request)
    if api is None:
        return _message(404, "Not Found")
    stage, path = stage_of(api, rest)
    found = route_of(api, request.method, path)
    if stage is None or found is None:
        return _message(404, "Not Found")
    route, parameters = found
    function = _function_of(api, route)
    if function is None:
        return _message(500, "Internal Server Error")
    try:
        outcome = run(function, event(request, api, stage, route.route_key, path, parameters))
    except Throttled:
        return _message(503, "Service Unavailable")
    if outcome.errored:
        return _message(500, "Internal Server Error")
    return _response(json.loads(outcome.payload))


def event(
    request: Request, api: Any, stage: str, key: str, path: str, parameters: dict[str, str]
) -> dict[str, Any]:
    """The event in payload format 2.0."""
    body = request.get_data()
    text, encoded = _text(body)
    query = parse_qsl(request.query_string.decode(), keep_blank_values=True)
    raw_path = path if stage == "$default" else f"/{stage}{path}"
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": raw_path,
        "rawQueryString": request.query_string.decode(),
        "headers": _joined(
            (name.lower(), value) for name, value in request.headers.items() if name != "Cookie"
        ),
        "requestContext": {
            "accountId": api.backend.account_id,
            "apiId": api.api_id,
            "domainName": f"{api.api_id}.execute-api.{api.backend.region_name}.amazonaws.com",
            "domainPrefix": api.api_id,
            "http": {
                "method": request.method,
                "path": raw_path,
                "protocol": str(request.environ.get("SERVER_PROTOCOL", "HTTP/1.1")),
                "sourceIp": request.remote_addr or "127.0.0.1",
                "userAgent": request.headers.get("User-Agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": key,
            "stage": stage,
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": encoded,
    }
    cookies = request.headers.get("Cookie")
    for name, value in (
        ("cookies", [c.strip() for c in cookies.split(";")] if cookies else None),
        ("queryStringParameters", _joined(query) or None),
        ("pathParameters", parameters or None),
        ("stageVariables", dict(getattr(api.stages.get(stage), "stage_variables", None) or {}) or None),
        ("body", text if body else None),
    ):
        if value is not None:
            made[name] = value
    return made


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Repeated names become one, their values joined by commas."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}


def _text(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _response(result: Any) -> Response:
    """A result with `statusCode` is a response; anything else is its JSON body with status 200."""
    if not isinstance(result, dict) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result)
        return Response(body, 200, content_type="application/json")
    content = result.get("body") or ""
    content = content if isinstance(content, str) else json.dumps(content)
    data = base64.b64decode(content) if result.get("isBase64Encoded") else content.encode()
    response = Response(data, int(result["statusCode"]))
    headers = {str(k).lower(): str(v) for k, v in (result.get("headers") or {}).items()}
    response.headers["Content-Type"] = headers.pop("content-type", "application/json")
    for name, value in headers.items():
        response.headers[name] = value
    for cookie in result.get("cookies") or []:
        response.headers.add("Set-Cookie", cookie)
    return response


def _message(status: int, text: str) -> Response:
    return Response(json.dumps({"message": text}), status, content_type="application/json")


def every_api() -> list[Any]:
    """All HTTP APIs of all accounts and Regions."""
    regions = [b for account in list(apis.apigatewayv2_backends.values()) for b in list(dict.values(account))]
    return [api for backend in regions for api in list(backend.apis.values()) if api.protocol_type == "HTTP"]


def _api_of(request: Request) -> tuple[Any, str]:
    by_id = {api.api_id: api for api in every_api()}
    host = request.host.split(".")[0]
    if ".execute-api" in request.host and host in by_id:
        return by_id[host], request.path
    identifier, _, rest = request.path.lstrip("/").partition("/")
    return by_id.get(identifier), f"/{rest}"


def _function_of(api: Any, route: Any) -> Any:
    """The Lambda function behind a route's integration (by ARN, or by the invocation URI that contains it)."""
    identifier = (route.target or "").removeprefix("integrations/")
    integration = api.integrations.get(identifier)
    uri = str(getattr(integration, "integration_uri", "") or "")
    start = uri.find("arn:aws:lambda:")
    if start < 0:
        return None
    arn = uri[start:].removesuffix("/invocations")
    _, _, _, region, account, _, name = arn.split(":", 6)
    function, _, qualifier = name.partition(":")
    return lambdas.lambda_backends[account][region].get_function(function, qualifier or None)


@state_pages.section("api")
def addresses() -> dict[str, str]:
    """Name → address of every HTTP API (for `status`)."""
    return (
        {str(api.name): f"http://127.0.0.1:{_ports[0]}/{api.api_id}" for api in every_api()} if _ports else {}
    )


@lifecycle.at_start
def listen(_: int) -> None:
    """Open the listener on a free port."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    _ports.append(server.port)
    threading.Thread(target=server.serve_forever, name="api-gateway", daemon=True).start()

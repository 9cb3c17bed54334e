"""HTTP APIs answer on the loopback listener, with payload format 2.0 in front of the same handler."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from localcloud.aws import control
from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME
from tests.localcloud.aws.functions import deploy

SOURCE = """
    import json
    def handle(event, context):
        if event["rawPath"] == "/boom":
            raise RuntimeError("x")
        if event["rawPath"] == "/plain":
            return {"just": "data"}
        return {"statusCode": 201, "headers": {"X-Kind": "test"}, "cookies": ["a=b"], "body": json.dumps(event)}
"""


@pytest.fixture
def address(world: World, organization: dict[str, str], unique: str) -> str:
    session = world.session("payments", HOME)
    function = deploy(session, f"api-{unique}", SOURCE, Timeout=20)
    client = session.client("apigatewayv2")
    api = client.create_api(Name=f"merchant-{unique}", ProtocolType="HTTP")["ApiId"]
    integration = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    for key in ("GET /payments/{id}", "POST /payments", "ANY /files/{rest+}", "GET /boom", "GET /plain"):
        client.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return str(control.status()["api"][f"merchant-{unique}"])


def call(address: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Any:
    request = urllib.request.Request(address + path, data=body, method=method, headers=headers)
    try:
        return urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        return error


def test_the_handler_gets_the_request_and_its_response_is_returned(address: str) -> None:
    answer = call(address, "/payments?b=1&b=2", "POST", b'{"amount": 5}', Cookie="c=d; e=f")
    event = json.loads(answer.read())
    assert (answer.status, answer.headers["X-Kind"], answer.headers["Set-Cookie"]) == (201, "test", "a=b")
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "POST /payments", "/payments")
    assert event["queryStringParameters"] == {"b": "1,2"}
    assert event["cookies"] == ["c=d", "e=f"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"amount": 5}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["stage"] == "$default"


def test_path_parameters_are_found(address: str) -> None:
    assert json.loads(call(address, "/payments/p1").read())["pathParameters"] == {"id": "p1"}
    assert json.loads(call(address, "/files/a/b").read())["pathParameters"] == {"rest": "a/b"}


def test_a_binary_body_is_encoded(address: str) -> None:
    event = json.loads(call(address, "/payments", "POST", b"\xff\x00").read())
    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_a_result_without_a_status_is_the_body(address: str) -> None:
    answer = call(address, "/plain")
    assert (answer.status, json.loads(answer.read())) == (200, {"just": "data"})


@pytest.mark.parametrize(("path", "status"), [("/boom", 500), ("/nowhere", 404)])
def test_failures_look_like_the_gateways(address: str, path: str, status: int) -> None:
    answer = call(address, path)
    assert answer.status == status
    assert set(json.loads(answer.read())) == {"message"}

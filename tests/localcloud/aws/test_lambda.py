"""Lambda functions run their own code, with AWS's errors and limits."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, eventually
from tests.localcloud.aws.functions import deploy, package


@pytest.fixture
def session(world: World, organization: dict[str, str]) -> Any:
    return world.session("payments", HOME)


def invoke(session: Any, name: str, event: Any = None, **settings: Any) -> tuple[str | None, Any]:
    answer = session.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}), **settings)
    return answer.get("FunctionError"), json.loads(answer["Payload"].read() or "null")


def test_a_function_acts_in_its_own_account_under_its_role(
    session: Any, unique: str, organization: dict[str, str]
) -> None:
    source = """
        import boto3, os
        def handle(event, context):
            who = boto3.client("sts").get_caller_identity()
            return {"account": who["Account"], "arn": who["Arn"], "name": context.function_name,
                    "left": context.get_remaining_time_in_millis(), "mode": os.environ["MODE"], "given": event,
                    "memory": context.memory_limit_in_mb, "home": os.environ.get("LOCALCLOUD_HOME")}
    """
    deploy(session, f"who-{unique}", source, Environment={"Variables": {"MODE": "test"}}, Timeout=20)
    error, result = invoke(session, f"who-{unique}", {"a": 1})
    assert error is None
    assert result["account"] == organization["payments"]
    assert ":assumed-role/function/" in result["arn"]
    assert (result["name"], result["mode"], result["given"]) == (f"who-{unique}", "test", {"a": 1})
    assert (result["memory"], result["home"]) == ("128", None)
    assert 0 < result["left"] <= 20_000


def test_an_environment_stays_warm_until_the_function_changes(session: Any, unique: str) -> None:
    name = f"warm-{unique}"
    counter = "calls = 0\ndef handle(event, context):\n    global calls\n    calls += 1\n    return calls\n"
    deploy(session, name, counter)
    assert [invoke(session, name)[1] for _ in range(3)] == [1, 2, 3]
    session.client("lambda").update_function_code(
        FunctionName=name, ZipFile=package(counter.replace("calls = 0", "calls = 9"))
    )
    assert invoke(session, name)[1] == 10
    session.client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": {"A": "1"}}
    )
    assert invoke(session, name)[1] == 10


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("raise ValueError('no')", "ValueError", "no"),
        ("return object()", "Runtime.MarshalError", "Unable to marshal response"),
        ("import os; os._exit(3)", "Runtime.ExitError", "exit status 3"),
        ("import sys; sys.exit(1)", "Runtime.ExitError", "exit status 1"),
        ("x = bytearray(900 * 1024 * 1024); return len(x)", "Runtime.OutOfMemory", "signal: killed"),
    ],
)
def test_errors_have_the_types_of_the_managed_runtime(
    session: Any, unique: str, body: str, kind: str, message: str
) -> None:
    deploy(session, f"bad-{unique}", f"def handle(event, context):\n    {body}\n")
    for _ in range(2):  # a spoiled environment is replaced
        error, result = invoke(session, f"bad-{unique}")
        assert (error, result["errorType"]) == ("Unhandled", kind)
        assert message in result["errorMessage"]


@pytest.mark.parametrize(
    ("source", "handler", "kind"),
    [
        ("import nothing_of_this_name", "handler.handle", "Runtime.ImportModuleError"),
        ("x = 1", "handler.handle", "Runtime.HandlerNotFound"),
        ("def handle(:", "handler.handle", "Runtime.UserCodeSyntaxError"),
        ("raise KeyError('setting')", "handler.handle", "KeyError"),
    ],
)
def test_failures_of_the_init_phase_are_named(
    session: Any, unique: str, source: str, handler: str, kind: str
) -> None:
    deploy(session, f"init-{unique}", source, Handler=handler)
    error, result = invoke(session, f"init-{unique}")
    assert (error, result["errorType"]) == ("Unhandled", kind)


def test_a_timeout_ends_the_invocation_and_the_environment(session: Any, unique: str) -> None:
    source = "import time\ndef handle(event, context):\n    time.sleep(event.get('seconds', 0))\n    return 'awake'\n"
    deploy(session, f"slow-{unique}", source, Timeout=1)
    error, result = invoke(session, f"slow-{unique}", {"seconds": 30})
    assert (error, result["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert "Task timed out after 1.00 seconds" in result["errorMessage"]
    assert invoke(session, f"slow-{unique}") == (None, "awake")


def test_what_a_function_prints_is_its_log(session: Any, unique: str) -> None:
    name = f"log-{unique}"
    deploy(session, name, "def handle(event, context):\n    print('seen', event['n'])\n")
    answer = session.client("lambda").invoke(FunctionName=name, Payload='{"n": 7}', LogType="Tail")
    assert "seen 7" in base64.b64decode(answer["LogResult"]).decode()
    logs = session.client("logs")
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    assert "seen 7" in [event["message"] for event in found]


def test_invocations_run_side_by_side_up_to_the_reserved_concurrency(session: Any, unique: str) -> None:
    name = f"many-{unique}"
    source = "import time\ndef handle(event, context):\n    time.sleep(1.0)\n    return 1\n"
    deploy(session, name, source, Timeout=30)
    session.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)

    def attempt(_: int) -> str:
        try:
            return str(invoke(session, name)[1])
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    with ThreadPoolExecutor(3) as pool:
        results = sorted(pool.map(attempt, range(3)))
    assert results[:2] == ["1", "1"]
    assert results[2] in ("1", "TooManyRequestsException")  # the SDK retries a throttled call, as on AWS


def test_an_event_invocation_is_carried_out_later_and_retried(session: Any, unique: str) -> None:
    bucket, name = f"marks-{unique}", f"later-{unique}"
    session.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": HOME})
    source = f"""
        import boto3
        def handle(event, context):
            s3 = boto3.client("s3")
            tries = s3.list_objects_v2(Bucket="{bucket}").get("KeyCount", 0)
            s3.put_object(Bucket="{bucket}", Key=str(tries), Body=b"")
            if tries == 0:
                raise RuntimeError("first try fails")
    """
    deploy(session, name, source, Timeout=30)
    answer = session.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload="{}")
    assert answer["StatusCode"] == 202
    s3 = session.client("s3")
    eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("KeyCount", 0) == 2)


def test_an_unknown_function_is_an_error(session: Any) -> None:
    with pytest.raises(ClientError) as error:
        invoke(session, "nobody")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"

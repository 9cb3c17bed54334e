"""Small Lambda functions for the specifications of this folder."""

from __future__ import annotations

import contextlib
import io
import textwrap
import time
import zipfile
from typing import Any


def package(source: str) -> bytes:
    """A deployment zip with one module, `handler.py`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("handler.py", textwrap.dedent(source))
    return content.getvalue()


def deploy(session: Any, name: str, source: str, **settings: Any) -> str:
    """Create the function with a role of its own account; returns its ARN."""
    account = session.client("sts").get_caller_identity()["Account"]
    iam = session.client("iam")
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="function", AssumeRolePolicyDocument="{}")
    client = session.client("lambda")
    made = client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{account}:role/function",
        Handler=settings.pop("Handler", "handler.handle"),
        Code={"ZipFile": package(source)},
        **settings,
    )
    return str(made["FunctionArn"])


def wait(execution: str, states: Any, seconds: float = 30.0) -> dict[str, Any]:
    """The execution once it has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        described = dict(states.describe_execution(executionArn=execution))
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.05)
    raise AssertionError("the execution did not end")

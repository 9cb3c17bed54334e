"""Evaluates one stack of the whole program in this process and prints its graph as JSON.

``python -m tests.program.evaluate STACK [PRIMARY_OUTPUTS_FILE]``. A process of its own, because an evaluated program
leaves module state behind. The monitor is the SDK's mock monitor, corrected in two ways: URNs are those of the real
engine, and a URN registered twice is an error.
"""

import asyncio
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pulumi
import yaml
from google.protobuf import json_format
from pulumi.runtime import mocks
from pulumi.runtime.stack import run_in_stack, set_root_resource

from tests.program.answers import ProgramMocks

ROOT = Path(__file__).resolve().parent.parent.parent


class RecordingMonitor(mocks.MockMonitor):
    """Keeps every registration as it was sent."""

    def __init__(self, answers: mocks.Mocks) -> None:
        super().__init__(answers)
        self.requests: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, Any] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        above = parent.split("::")[2] if parent else "pulumi:pulumi:Stack"
        qualified = type_ if above == "pulumi:pulumi:Stack" else f"{above}${type_}"
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        # set_mocks registers a stack before the program runs in one of its own.
        if urn in self.requests and request.type != "pulumi:pulumi:Stack":
            raise RuntimeError(f"Duplicate resource URN '{urn}'")
        self.requests[urn] = json_format.MessageToDict(request)
        return super().RegisterResource(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if "pulumi:pulumi:Stack::" in request.urn:
            self.outputs = json_format.MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)


def evaluate(stack: str, primary_outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    """The registrations and outputs of one stack, with everything created."""
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    pulumi.runtime.set_all_config(
        {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    )
    answers = ProgramMocks(primary_outputs or {})
    monitor = RecordingMonitor(answers)
    mocks.set_mocks(answers, project="payments", stack=stack, preview=False, monitor=monitor)
    # set_mocks has made a stack already, and a program may run in one stack only.
    set_root_resource(None)
    program = run_in_stack(lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"))
    asyncio.get_event_loop().run_until_complete(program)
    return {"resources": monitor.requests, "outputs": monitor.outputs}


if __name__ == "__main__":
    outputs = json.loads(Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else None
    json.dump(evaluate(sys.argv[1], outputs), sys.stdout)

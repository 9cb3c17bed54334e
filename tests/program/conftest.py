"""Both stacks, evaluated once each and shared by every test of the folder."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Node:
    """One registered resource, as the engine would have been told about it."""

    urn: str
    request: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.request["type"])

    @property
    def name(self) -> str:
        return str(self.request["name"])

    @property
    def custom(self) -> bool:
        return bool(self.request.get("custom"))

    @property
    def inputs(self) -> dict[str, Any]:
        return dict(self.request.get("object", {}))

    @property
    def parent(self) -> str:
        return str(self.request.get("parent", ""))

    @property
    def protect(self) -> bool:
        return bool(self.request.get("protect"))

    @property
    def account(self) -> str:
        """Catalogue key of the account: the name of the provider."""
        provider = str(self.request.get("provider", ""))
        return provider.split("::")[-2] if provider else ""

    @property
    def aws(self) -> bool:
        """Whether an AWS provider makes it."""
        return self.type.startswith("aws:")


@dataclass(frozen=True)
class Graph:
    """What one stack registers and exports."""

    nodes: dict[str, Node]
    outputs: dict[str, Any]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def of(self, type_: str) -> list[Node]:
        return [node for node in self if node.type == type_]


@pytest.fixture(scope="session")
def primary() -> Graph:
    """prod-primary with everything created."""
    return _evaluate("prod-primary")


@pytest.fixture(scope="session")
def standby(primary: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """prod-standby, reading what prod-primary exports."""
    outputs = tmp_path_factory.mktemp("outputs") / "primary.json"
    outputs.write_text(json.dumps(primary.outputs))
    return _evaluate("prod-standby", str(outputs))


@pytest.fixture(params=["primary", "standby"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """Each stack in turn."""
    found: Graph = request.getfixturevalue(request.param)
    return found


def _evaluate(*arguments: str) -> Graph:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.program.evaluate", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout)
    nodes = {urn: Node(urn, request) for urn, request in result["resources"].items()}
    return Graph(nodes, result["outputs"])

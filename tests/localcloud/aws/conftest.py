"""One emulated AWS for the whole folder, in a temporary home; every test makes its own accounts and names."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.aws import control
from localcloud.aws.client import World

HOME, STANDBY = "us-east-2", "us-west-2"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The emulated AWS alone (no provider), started and stopped as the command line does."""
    before = os.environ.get("LOCALCLOUD_HOME")
    os.environ["LOCALCLOUD_HOME"] = str(tmp_path_factory.mktemp("localcloud"))
    try:
        control.start(with_provider=False)
        yield World.current()
    finally:
        control.stop()
        os.environ.pop("LOCALCLOUD_HOME")
        if before is not None:
            os.environ["LOCALCLOUD_HOME"] = before


@pytest.fixture(scope="session")
def organization(world: World) -> dict[str, str]:
    """An organization with the accounts `audit` and `payments` (name → id)."""
    client = world.session().client("organizations")
    client.create_organization(FeatureSet="ALL")
    return {
        name: client.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"][
            "AccountId"
        ]
        for name in ("audit", "payments")
    }


_numbers = itertools.count(1)


@pytest.fixture
def unique() -> str:
    """A name part that no other test uses."""
    return f"{os.getpid()}-{next(_numbers)}"


def eventually(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """The first truthy result of `condition`; fails the test after `seconds`. For work done in the background."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty LOCALCLOUD_HOME of its own."""
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path))
    return tmp_path

"""Fixtures of the engine's specifications."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.engine.secrets import PassphraseSecrets

from .lab.provider import LabProvider
from .lab.stack import LAB_PASSPHRASE, Stack


@pytest.fixture(scope="session")
def secrets() -> PassphraseSecrets:
    """One key for all tests: deriving it takes a moment."""
    return PassphraseSecrets.create(LAB_PASSPHRASE)


@pytest.fixture
def lab() -> Iterator[LabProvider]:
    provider = LabProvider()
    yield provider
    provider.stop()


@pytest.fixture
def stack(tmp_path: Path, lab: LabProvider, secrets: PassphraseSecrets) -> Stack:
    return Stack(tmp_path, lab, secrets)

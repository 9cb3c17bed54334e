"""Catalogue files with one thing changed."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

CATALOGUE = Path(__file__).resolve().parents[3] / "components" / "catalogue"

Change = Callable[[Any], None]


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[str, Change], Path]:
    """A copy of the committed catalogue in which one YAML file's data was changed; returns that file."""

    def alter(name: str, change: Change) -> Path:
        directory = tmp_path / "catalogue"
        shutil.copytree(CATALOGUE, directory, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        data = yaml.safe_load((directory / name).read_text())
        change(data)
        (directory / name).write_text(yaml.safe_dump(data, sort_keys=False))
        return directory / name

    return alter

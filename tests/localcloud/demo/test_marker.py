"""One demo at a time on a world, and a killed one is known."""

import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.demo import marker
from localcloud.errors import UserError

KILLED = """
import os, signal, sys
from pathlib import Path
from localcloud.demo import marker
with marker.only_demo(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_first_demo_was_not_interrupted_and_neither_is_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        with marker.only_demo(tmp_path) as interrupted:
            assert not interrupted


def test_a_killed_demo_is_known_once(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    with marker.only_demo(tmp_path) as interrupted:
        assert interrupted
    with marker.only_demo(tmp_path) as interrupted:
        assert not interrupted


def test_a_demo_that_failed_was_not_killed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="broken"), marker.only_demo(tmp_path):
        raise UserError("step", "broken", "Mend it")
    with marker.only_demo(tmp_path) as interrupted:
        assert not interrupted


def test_a_second_demo_at_the_same_time_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with marker.only_demo(tmp_path):
        with pytest.raises(UserError, match=r"another demo runs on this world \(process \d+\)"):
            marker.only_demo(tmp_path).__enter__()
        assert (tmp_path / marker.NAME).exists()

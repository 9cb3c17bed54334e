"""Condenses the progress of a long update to a line every few seconds; everything else passes through.

Works on the text of both engines: a progress row begins with an operation sign and ends in a state such as
`created`. The whole text is kept in a log file, which is named when the command fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

ROW = re.compile(r"^ ?[+~\-<>=]{1,2} +\S+ +\S+ +(?P<state>\S.*)$")
FINISHED = re.compile(r"^(created|updated|deleted|replaced|refreshed|read)\b")
EVERY = 3.0
"""Seconds between two lines where no terminal is watched."""


def run(command: list[str], cwd: Path, env: Mapping[str, str], log: Path) -> int:
    """Runs a command with condensed progress; returns its exit code."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as kept:
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        _follow(_copied(process.stdout, kept), sys.stdout.isatty())
        code = process.wait()
    if code:
        print(f"(every row is in {log})", flush=True)
    return code


def _copied(lines: Iterable[str], kept: TextIO) -> Iterable[str]:
    for line in lines:
        kept.write(line)
        yield line


def _follow(lines: Iterable[str], terminal: bool) -> None:
    """Prints what is not progress, and a running count instead of what is. A failed row is always printed."""
    done, told, last = 0, 0, time.monotonic()
    for line in lines:
        row = ROW.match(line.rstrip("\n"))
        if row is None or "failed" in row["state"]:
            if terminal and told:
                print("\r\033[K", end="")
                told = 0
            print(line, end="", flush=True)
            continue
        done += bool(FINISHED.match(row["state"]))
        if done > told and time.monotonic() - last >= (0.1 if terminal else EVERY):
            text = f"  {done} resources done"
            print(f"\r\033[K{text}" if terminal else text, end="" if terminal else "\n", flush=True)
            told, last = done, time.monotonic()

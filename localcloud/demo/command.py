"""`python -m localcloud demo`: the whole main job, as the commands a person would type, then what came of it.

Owns the order, the recovery and the two reports. Every step is a child process of the public command line, so the
demo cannot do what a user could not. Exit code 0 only if both stacks are up, a second preview shows no change,
the packs pass on the state, and no drift is found.

Recovery: an update that was killed goes on from its journal. If the emulated AWS died, its world is replaced by a
new one at start. If a half-made object cannot be matched to the state, the world is rebuilt once, and that is said.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud import home
from localcloud.demo import marker, page, progress, summary
from localcloud.demo.engines import PACK, Embedded, Engine, Genuine, genuine_available, localcloud_argv
from localcloud.demo.estate import resources_of
from localcloud.demo.result import DemoResult, PackResult
from localcloud.errors import UserError
from policies.framework.pack import policies_of

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("prod-primary", "prod-standby")
CONSUMER = ("dev", "examples/consumer")
"""Stack and folder of the application team's project."""


def main(argv: list[str]) -> int:
    """Runs the demo; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="localcloud demo", description="Bring up both stacks and show the result."
    )
    parser.add_argument("--fresh", action="store_true", help="begin with a new, empty emulated AWS")
    parser.add_argument(
        "--embedded", action="store_true", help="use the embedded engine even if pulumi is on PATH"
    )
    arguments = parser.parse_args(argv)
    with marker.only_demo(home.make()) as interrupted:
        if arguments.fresh:
            _forget_world()
        elif interrupted:
            print("The last demo did not finish: going on from the state it left.", flush=True)
        try:
            result = _attempt(arguments.embedded)
        except StepFailedError as failed:
            if not interrupted:
                raise
            print(f"\n{failed}\nAn interrupted step cannot be continued: rebuilding the world.", flush=True)
            _forget_world()
            result = _attempt(arguments.embedded)
    return _report(result)


class StepFailedError(UserError):
    """A command of the demo ended with an error; its own output has said why."""


def _attempt(embedded: bool) -> DemoResult:
    """One pass over all steps."""
    began = time.monotonic()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    runner = Runner(Embedded(ROOT))
    runner.show(localcloud_argv("start"))
    status = json.loads(runner.quietly(localcloud_argv("status", "--json")))
    if not embedded and genuine_available():
        runner.engine = Genuine(ROOT, int(status["provider"]))
    result = DemoResult(started, runner.engine.name, steps=runner.steps)
    for stack in STACKS:
        for command in runner.engine.prepare(stack):
            runner.show(command)
        runner.show(runner.engine.up(stack))
    for stack in STACKS:
        runner.show(runner.engine.no_changes(stack))
        result.exports[stack] = json.loads(runner.quietly(runner.engine.export(stack)))
        result.outputs[stack] = json.loads(runner.quietly(runner.engine.output(stack)))
        result.packs.append(_analyze(runner, stack, result.exports[stack]))
        result.drift[stack] = json.loads(
            runner.quietly(localcloud_argv("drift", stack, "--json"), allowed=(0, 1))
        )
    if isinstance(runner.engine, Embedded):
        stack, folder = CONSUMER
        runner.show(localcloud_argv("up", stack, "-C", folder, "--yes"))
    result.status = json.loads(runner.quietly(localcloud_argv("status", "--json")))
    result.seconds = time.monotonic() - began
    return result


def _analyze(runner: Runner, stack: str, export: dict[str, Any]) -> PackResult:
    """The packs on the state: what preview had to skip for unknown values is checked here."""
    state = home.world() / "run" / f"{stack}.export.json"
    state.write_text(json.dumps(export))
    command = localcloud_argv("policy", "analyze", "--file", str(state), "--policy-pack", PACK, "--json")
    lines = runner.quietly(command, allowed=(0, 1)).splitlines()
    said = [e["policyEvent"] for e in map(json.loads, lines) if "policyEvent" in e]
    violations = [
        {"policy": e["policyName"], "urn": e.get("resourceUrn", ""), "message": e["message"],
         "enforcement": e["enforcementLevel"]} for e in said
    ]  # fmt: skip
    return PackResult(stack, PACK, _policies_in(Path(PACK).name), len(resources_of(export)), violations)


def _policies_in(pack: str) -> int:
    return len(policies_of(pack))


class Runner:
    """Runs commands one after the other and remembers how long each took."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.steps: list[tuple[str, float]] = []

    def show(self, command: list[str]) -> None:
        """Runs a command with its output on the terminal."""
        print(f"\n$ {_readable(command)}", flush=True)
        began = time.monotonic()
        log = home.home() / "demo" / f"{len(self.steps) + 1:02}-{_slug(command)}.log"
        code = progress.run(command, self._cwd(command), self._env(command), log)
        self._took(command, began)
        if code:
            raise StepFailedError(_readable(command), f"ended with exit code {code}", "See its output above")

    def quietly(self, command: list[str], allowed: tuple[int, ...] = (0,)) -> str:
        """Runs a command for its standard output."""
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=self._cwd(command), env=self._env(command), capture_output=True, text=True
        )
        self._took(command, began)
        if done.returncode not in allowed:
            sys.stderr.write(done.stdout + done.stderr)
            raise StepFailedError(
                _readable(command), f"ended with exit code {done.returncode}", "See its output above"
            )
        return done.stdout

    def _cwd(self, command: list[str]) -> Path:
        return self.engine.cwd if command[0] == "pulumi" else ROOT

    def _env(self, command: list[str]) -> dict[str, str]:
        return self.engine.env if command[0] == "pulumi" else Embedded(ROOT).env

    def _took(self, command: list[str], began: float) -> None:
        self.steps.append((_readable(command), time.monotonic() - began))


def _slug(command: list[str]) -> str:
    """`up-prod-primary` of a command line, for the name of its log."""
    words = [
        w for w in command[1:] if w not in ("-m", "localcloud") and not w.startswith("-") and "/" not in w
    ]
    return "-".join(words[:3])


def _readable(command: list[str]) -> str:
    """The command as a person would type it."""
    words = ["python", *command[1:]] if command[0] == sys.executable else command
    return " ".join(words).replace(f"{ROOT}/", "")


def _forget_world() -> None:
    """Ends the emulated AWS, so that the next start begins a new world."""
    subprocess.run(localcloud_argv("stop"), cwd=ROOT, check=False)


def _report(result: DemoResult) -> int:
    target = home.home() / "demo" / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.html(result, STACKS[0]))
    print(summary.text(result, STACKS[0], str(target)))
    clean = all(d.get("clean") for d in result.drift.values())
    return 0 if clean and not any(p.mandatory for p in result.packs) else 1

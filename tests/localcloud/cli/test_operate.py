"""preview, up, refresh and destroy of a program that needs no provider: flags, exit codes, output, state."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from localcloud.engine.backend import StackRef
from tests.localcloud.cli.conftest import Outcome, Place

Run = Callable[..., Outcome]
DEV = StackRef("app", "dev")

PROGRAM = """
import pulumi

class Part(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("app:index:Part", name)
        self.register_outputs({})

config = pulumi.Config()
for name in config.require_object("parts"):
    Part(name)
print("the program speaks")
pulumi.log.warn("take care")
pulumi.export("pw", pulumi.Output.secret("hunter2"))
pulumi.export("size", len(config.require_object("parts")))
"""


@pytest.fixture(autouse=True)
def program(place: Place) -> None:
    place.write("__main__.py", PROGRAM)
    parts(place, "a", "b")


def parts(place: Place, *names: str) -> None:
    place.write("Pulumi.dev.yaml", f"config:\n  app:parts: {json.dumps(names)}\n")


def names_in_state(place: Place) -> set[str]:
    state = place.state() or {}
    return {entry["urn"].rsplit("::", 1)[1] for entry in state.get("resources") or []}


def test_the_life_of_a_stack(place: Place, run: Run) -> None:
    first = run("preview", "dev")
    assert first.code == 0
    assert "+ 3 to create" in first.out
    assert place.state() == {}, "a preview makes the stack, and nothing in it"

    created = run("up", "dev", "--yes")
    assert created.code == 0
    assert "+ 3 created" in created.out
    for words in ("the program speaks", "warning: take care", "pw  : [secret]", "size: 2"):
        assert words in created.out
    assert "hunter2" not in created.out
    assert names_in_state(place) == {"app-dev", "a", "b"}
    assert "hunter2" not in place.backend.path(DEV).read_text()

    assert run("up", "dev", "--yes", "--expect-no-changes").code == 0
    assert "3 unchanged" in run("preview", "dev", "--expect-no-changes").out

    parts(place, "a", "c")
    changed = run("preview", "dev", "--expect-no-changes")
    assert changed.code == 255
    assert "no changes were expected but changes were proposed" in changed.err

    applied = run("up", "dev", "--yes", "--expect-no-changes")
    assert applied.code == 255
    assert "no changes were expected but changes occurred" in applied.err
    assert names_in_state(place) == {"app-dev", "a", "c"}

    assert run("refresh", "dev", "--yes", "--expect-no-changes").code == 0
    assert "to delete" in run("destroy", "dev", "--preview-only").out
    assert names_in_state(place) == {"app-dev", "a", "c"}
    assert run("destroy", "dev", "--yes").code == 0
    assert names_in_state(place) == set()
    kinds = [
        json.loads(file.read_text())["kind"]
        for file in sorted(place.backend.history_dir(DEV).glob("*.history.json"))
    ]
    assert kinds == ["update", "update", "update", "refresh", "destroy"]


def test_destroy_remove_forgets_the_stack(place: Place, run: Run) -> None:
    run("up", "dev", "--yes")
    assert run("destroy", "dev", "--yes", "--remove").code == 0
    assert place.state() is None
    assert (place.folder / "Pulumi.dev.yaml").exists()


def test_preview_json_is_pulumis_digest(place: Place, run: Run) -> None:
    outcome = run("preview", "dev", "--json", "--config", "note=hi")
    document = outcome.json()
    assert document["config"] == {"app:note": "hi", "app:parts": '["a","b"]'}
    assert document["changeSummary"] == {"create": 3}
    assert isinstance(document["duration"], int)
    step = document["steps"][-1]
    assert (step["op"], step["detailedDiff"]) == ("create", None)
    assert step["newState"]["type"] == "app:index:Part"
    assert "hunter2" not in outcome.out
    warnings = [entry for entry in document["diagnostics"] if entry["severity"] == "warning"]
    assert [entry["message"].strip() for entry in warnings] == ["warning: take care"]


def test_up_json_is_the_event_stream(place: Place, run: Run) -> None:
    lines = [json.loads(line) for line in run("up", "dev", "--yes", "--json").out.splitlines()]
    assert [line["sequence"] for line in lines] == list(range(len(lines)))
    kinds = [next(key for key in line if key.endswith("Event")) for line in lines]
    assert kinds[0] == "preludeEvent"
    assert kinds[-2:] == ["summaryEvent", "cancelEvent"]
    assert {"resourcePreEvent", "resOutputsEvent", "diagnosticEvent"} <= set(kinds)
    assert lines[-2]["summaryEvent"]["resourceChanges"] == {"create": 3}


def test_a_failing_program_fails_the_command_and_shows_its_error(place: Place, run: Run) -> None:
    place.write("__main__.py", "import pulumi\npulumi.Config().require('needed')\n")
    outcome = run("up", "dev", "--yes")
    assert outcome.code == 255
    assert "app:needed" in outcome.out
    assert "error: update failed" in outcome.err


def test_a_preview_before_the_update_stops_it_when_it_fails(place: Place, run: Run) -> None:
    place.write("__main__.py", PROGRAM + "\nif pulumi.runtime.is_dry_run(): raise Exception('no')\n")
    assert run("up", "dev", "--yes", "--skip-preview=false").code == 255
    assert place.state() == {}
    assert run("up", "dev", "--yes").code == 0


def test_an_update_does_no_more_than_its_plan(place: Place, run: Run, tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.json")
    run("up", "dev", "--yes")
    parts(place, "a", "c")
    assert run("preview", "dev", "--save-plan", plan).code == 0
    parts(place, "c", "d")
    refused = run("up", "dev", "--yes", "--plan", plan)
    assert refused.code == 255
    assert "Part::d violates plan: create is not allowed by the plan" in refused.out
    assert "d" not in names_in_state(place)
    parts(place, "a", "c")
    assert run("up", "dev", "--yes", "--plan", plan).code == 0
    assert names_in_state(place) == {"app-dev", "a", "c"}


def test_mandatory_violation_in_a_preview(place: Place, run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (pack / "__main__.py").write_text(
        "from pulumi_policy import *\n"
        "def check(args, report):\n"
        "    if args.name == 'b': report('no b here')\n"
        "PolicyPack('names', enforcement_level=EnforcementLevel.MANDATORY,\n"
        "    policies=[ResourceValidationPolicy('no-b', 'Nothing is called b', check)])\n"
    )
    outcome = run("preview", "dev", "--policy-pack", str(pack))
    assert outcome.code == 255
    for words in ("names@v", "no-b: Nothing is called b", "(app:index:Part: b) no b here"):
        assert words in outcome.out
    (pack / "config.json").write_text('{"no-b": "advisory"}')
    config = ["--policy-pack-config", str(pack / "config.json")]
    assert run("preview", "dev", "--policy-pack", str(pack), *config).code == 0


def test_pack_that_does_not_load_is_told_without_a_traceback_of_ours(
    place: Place, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text("import nothing_of_this_name\n")
    outcome = run("preview", "dev", "--policy-pack", str(tmp_path))
    assert outcome.code == 255
    assert "No module named 'nothing_of_this_name'" in outcome.out
    assert "internal error" not in outcome.out


def test_an_unreadable_pack_file_is_named(place: Place, run: Run, tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_bytes(b"\xff\xfe[")
    outcome = run("preview", "dev", "--policy-pack", str(tmp_path))
    assert outcome.code == 255
    assert "PulumiPolicy.yaml: is not UTF-8 text" in outcome.out
    assert "internal error" not in outcome.out


def test_pending_creates_are_forgotten_when_asked(place: Place, run: Run) -> None:
    urn = "urn:pulumi:dev::app::a:b:C::x"
    pending = [{"resource": {"urn": urn, "custom": True, "type": "a:b:C"}, "type": "creating"}]
    place.save(pending_operations=pending)
    assert run("refresh", "dev", "--yes").code == 0
    assert (place.state() or {}).get("pending_operations")
    assert run("refresh", "dev", "--yes", "--clear-pending-creates").code == 0
    assert not (place.state() or {}).get("pending_operations")


def test_the_working_tree_is_left_as_it_was(place: Place, run: Run) -> None:
    before = {path: path.read_bytes() for path in place.folder.iterdir() if path.is_file()}
    run("up", "dev", "--yes")
    run("destroy", "dev", "--yes")
    assert {path: path.read_bytes() for path in place.folder.iterdir() if path.is_file()} == before


class TestInterrupt:
    """A process of its own, interrupted while its program waits for a file that never comes."""

    @pytest.fixture
    def waiting(self, place: Place) -> subprocess.Popen[str]:
        ready = place.folder / "ready"
        place.write(
            "__main__.py",
            PROGRAM + f"\nopen({str(ready)!r}, 'w').close()\nimport threading; threading.Event().wait(30)\n",
        )
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        process = subprocess.Popen(
            [sys.executable, "-m", "localcloud", "up", "dev", "--yes"],
            cwd=place.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return process

    def locks(self, place: Place) -> list[Path]:
        return list((place.backend.root / ".pulumi/locks").rglob("*.json"))

    def test_twice_ends_at_once_and_gives_the_lock_back(
        self, place: Place, waiting: subprocess.Popen[str]
    ) -> None:
        assert self.locks(place)
        waiting.send_signal(signal.SIGINT)
        assert "Cancelling" in (
            waiting.stderr.readline() + waiting.stderr.readline() if waiting.stderr else ""
        )
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(10) == 255
        assert self.locks(place) == []

    def test_a_kill_leaves_a_lock_that_the_next_run_takes_over(
        self, place: Place, run: Run, waiting: subprocess.Popen[str]
    ) -> None:
        waiting.kill()
        waiting.wait()
        assert self.locks(place)
        place.write("__main__.py", PROGRAM)
        outcome = run("up", "dev", "--yes")
        assert outcome.code == 0
        assert f"pid {waiting.pid}" in outcome.err
        assert names_in_state(place) == {"app-dev", "a", "b"}

"""Nothing is lost when the engine is killed: the journal, and what the next run makes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localcloud.engine import journal, operations
from localcloud.engine.events import Diagnostic, Event

from .lab.provider import Fault, LabProvider
from .lab.stack import LAB_PASSPHRASE, Stack

REPOSITORY = Path(__file__).parents[3]
Killer = Callable[[str], None]


@pytest.fixture
def killed(stack: Stack, lab: LabProvider, tmp_path: Path) -> Iterator[Killer]:
    """Runs `up` in a process of its own and kills it with all its children while a call is held up."""

    def run_and_kill(call: str) -> None:
        hold = threading.Event()
        lab.faults[call] = Fault(hold=hold)
        (stack.directory / "Pulumi.dev.yaml").write_text(f"encryptionsalt: {stack.secrets.salt}\n")
        environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": stack.backend.url,
            "PULUMI_CONFIG_PASSPHRASE": LAB_PASSPHRASE,
            "PULUMI_DEBUG_PROVIDERS": f"lab:{lab.port}",
            "LOCALCLOUD_HOME": str(tmp_path / "home"),
            "PYTHONPATH": str(REPOSITORY),
        }
        command = [sys.executable, "-m", "localcloud", "up", "dev", "-C", str(stack.directory), "--yes"]
        process = subprocess.Popen(
            command, env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            assert lab.faults[call].reached.wait(30), f"never saw {call}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        del lab.faults[call]
        hold.set()

    return run_and_kill


CHAIN = 'a = Thing("a", pw=pulumi.Output.secret("hush"))\nb = Thing("b", of=a.arn)\nThing("c", of=b.arn)'


def test_a_create_that_was_under_way_is_remembered_as_pending(
    stack: Stack, lab: LabProvider, killed: Killer
) -> None:
    stack.program(CHAIN)
    killed("Create b")
    after = stack.snapshot()
    assert [state.name for state in after.resources if not state.is_provider] == ["app-dev", "a"]
    assert [(each.type, each.resource.name) for each in after.pending_operations] == [("creating", "b")]
    assert "hush" not in stack.backend.journal_path(stack.ref).read_text()


def test_the_next_run_goes_on_and_a_pending_create_stays_until_a_person_looks(
    stack: Stack, lab: LabProvider, killed: Killer
) -> None:
    stack.program(CHAIN)
    killed("Create b")
    outcome = stack.up()
    assert outcome.ok, outcome.said
    assert lab.made() == ["Create b", "Create c"]
    assert "interrupted while creating" in outcome.said
    assert [each.type for each in stack.snapshot().pending_operations] == ["creating"]
    stack.refresh()
    assert [each.type for each in stack.snapshot().pending_operations] == ["creating"]
    assert not stack.backend.journal_path(stack.ref).exists()


def test_an_interrupted_update_is_made_again(stack: Stack, lab: LabProvider, killed: Killer) -> None:
    assert stack.up('Thing("a", size=1)').ok
    stack.program('Thing("a", size=2)')
    killed("Update a")
    assert [each.type for each in stack.snapshot().pending_operations] == ["updating"]
    assert stack.state()["a"].inputs == {"size": 1}
    assert stack.up().ok
    assert stack.state()["a"].inputs == {"size": 2}
    assert stack.snapshot().pending_operations == []


def test_a_replacement_killed_between_its_halves_is_finished(
    stack: Stack, lab: LabProvider, killed: Killer
) -> None:
    stack.up('a = Thing("a", zone="1")\nThing("b", of=a.arn)')
    stack.program('a = Thing("a", zone="2")\nThing("b", of=a.arn)')
    killed("Update b")
    assert [state.delete for state in stack.snapshot().resources if state.name == "a"] == [False, True]
    assert stack.up().ok
    assert lab.made() == ["Update b", "Delete a"]


def test_a_torn_last_line_is_left_out() -> None:
    base = {"resources": [{"urn": "u1", "type": "t", "custom": False}]}
    lines = [[["begin", 1, "creating", {"urn": "u2"}]], [["end", 1], ["new", "n1", {"urn": "u2"}]]]
    assert [entry["urn"] for entry in journal.replay(base, lines)["resources"]] == ["u2", "u1"]
    assert journal.replay(base, lines[:1])["pending_operations"] == [
        {"resource": {"urn": "u2"}, "type": "creating"}
    ]


def test_a_journal_of_another_checkpoint_is_void(stack: Stack) -> None:
    stack.up('Thing("a")')
    path = stack.backend.journal_path(stack.ref)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"journal":1,"base":"of something else"}\n[["done","b0"],["done","b1"],["done","b2"]]\n')
    assert set(stack.state()) == {"a"}
    assert stack.up().ok
    assert not path.exists()


def test_the_order_of_resources_holds_whatever_was_unchanged(stack: Stack) -> None:
    stack.up('a = Thing("a")\nThing("b", of=a.arn)')
    stack.up('n = Thing("new")\na = Thing("a", of=n.arn)\nThing("b", of=a.arn)')
    seen: set[str] = set()
    for state in stack.snapshot().resources:
        assert state.all_dependencies() <= seen
        seen.add(state.urn)


def test_a_cancelled_run_finishes_what_is_under_way(stack: Stack, lab: LabProvider) -> None:
    hold = threading.Event()
    lab.faults["Create a"] = Fault(hold=hold)
    stack.program('a = Thing("a")\nThing("b", of=a.arn)')
    events: list[Event] = []
    context = stack.context(events)

    def cancel() -> None:
        lab.faults["Create a"].reached.wait(30)
        context.cancellation.request()
        hold.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    result = operations.update(context, operations.Options())
    thread.join()
    assert not result.ok
    assert set(stack.state()) == {"a"}
    assert any(isinstance(event, Diagnostic) and "cancelled" in event.message for event in events)

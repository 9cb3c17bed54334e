"""Which providers a run gets, and when the emulated AWS is started for it."""

from collections.abc import Callable

import pytest

from localcloud.cli import session
from localcloud.cli.session import Providers
from localcloud.engine import operations
from localcloud.engine.operations import Context, Options, Result
from localcloud.engine.state import Snapshot
from tests.localcloud.cli.conftest import Outcome, Place

Run = Callable[..., Outcome]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counts the starts instead of starting anything."""
    made: list[str] = []

    def start() -> str:
        made.append("start")
        return "127.0.0.1:4711"

    monkeypatch.setattr(session, "start_world", start)
    return made


def test_the_emulated_aws_starts_when_a_program_first_asks_for_it(starts: list[str]) -> None:
    providers = Providers()
    assert starts == []
    assert providers.get("aws") == providers.get("aws") == "127.0.0.1:4711"
    assert starts == ["start"]


def test_it_does_not_start_when_another_provider_was_named(starts: list[str]) -> None:
    assert Providers({"aws": "127.0.0.1:1"}).get("aws") == "127.0.0.1:1"
    assert starts == []


def test_other_packages_are_nobodys(starts: list[str]) -> None:
    assert Providers().get("random") is None
    assert starts == []


def test_a_program_without_aws_needs_no_start_when_the_backend_is_its_own(
    place: Place, run: Run, starts: list[str]
) -> None:
    assert run("preview", "dev").code == 0
    assert starts == []


def test_the_default_backend_lives_in_the_world_which_starts_first(
    place: Place, run: Run, starts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    assert run("preview", "dev").code == 0
    assert starts == ["start"]
    assert (place.folder.parent / "home/world/state/.pulumi/stacks/app/dev.json").exists()


@pytest.mark.parametrize(
    ("written", "flags", "asked"),
    [("", [], False), ("", ["--refresh"], True), ("options: {refresh: always}", [], True),
     ("options: {refresh: always}", ["--refresh=false"], False)],
)  # fmt: skip
def test_the_project_may_ask_for_a_refresh_each_time(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch, written: str, flags: list[str], asked: bool
) -> None:
    seen: list[bool] = []

    def preview(_context: Context, options: Options) -> Result:
        seen.append(options.refresh)
        return Result(ok=True, changes={}, snapshot=Snapshot())

    monkeypatch.setattr(operations, "preview", preview)
    place.write("Pulumi.yaml", f"name: app\nruntime: python\n{written}\n")
    assert run("preview", "dev", *flags).code == 0
    assert seen == [asked]


def test_a_replaced_secrets_provider_is_mentioned_once_when_asked(place: Place, run: Run) -> None:
    place.write("Pulumi.dev.yaml", "secretsprovider: awskms://alias/state\n")
    assert run("preview", "dev", "-v").err.count("awskms://alias/state") == 1
    assert "awskms" not in run("preview", "dev").err
    assert (place.folder / "Pulumi.dev.yaml").read_text() == "secretsprovider: awskms://alias/state\n"

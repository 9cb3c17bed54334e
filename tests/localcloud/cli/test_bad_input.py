"""Each mistake gets one message that names the subject, the problem and the remedy, and changes nothing."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from localcloud.engine.backend import StackRef
from tests.localcloud.cli.conftest import Outcome, Place

Run = Callable[..., Outcome]
GENUINE_SALT = "v1:QJ/MUnss90I=:v1:UUnJLoXuqKG1wyti:yPI4Eio+cMFmpqiLi+4p+fi9fpAOQA=="


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(place: Place, outcome: Outcome, *words: str) -> None:
    """Exit code 255, one error line with these words, nothing on standard output."""
    assert outcome.code == 255
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    for word in words:
        assert word in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["up", "dev", "--nope"], ["--nope: unknown flag", "--help"]),
        (["up", "dev", "--yess"], ["--yess: unknown flag"]),
        (["preview", "dev", "--remote"], ["--remote: is not supported by localcloud"]),
        (["preview", "dev", "--remote-env=A=B"], ["--remote-env: is not supported"]),
        (["up", "dev", "--secrets-provider=awskms://x"], ["--secrets-provider: is not supported", "passphrase"]),
        (["up", "dev", "--refresh=maybe"], ["--refresh: 'maybe' is neither true nor false"]),
        (["up", "dev", "extra"], ["extra: unexpected argument"]),
        (["frobnicate"], ["invalid choice: 'frobnicate'"]),
        (["provider", "--port", "99999"], ["--port: must be a port number", "'99999'"]),
        (["stack"], ["VERB"]),
        (["up", "dev", "--parallel", "0", "--yes"], ["must be at least 1"]),
        (["up", "dev", "-s", "prod", "--yes"], ["--stack prod: another stack than 'dev'"]),
        (["up", "dev", "--yes", "--target", "a", "--exclude", "b"], ["cannot be used together with --target"]),
        (["up", "dev", "--yes", "--config", "novalue"], ["--config novalue", "key=value"]),
        (["preview", "dev", "--policy-pack", "p", "--policy-pack-config", "a", "--policy-pack-config", "b"],
         ["2 configurations for 1 policy packs"]),
        (["preview", "dev", "--policy-pack", "p", "--policy-pack-config", "none.json"],
         ["--policy-pack-config none.json: cannot be read"]),
        (["preview", "dev", "--config-file", "none.yaml"], ["--config-file none.yaml: no such file"]),
        (["up", "dev", "--yes", "--plan", "none.json"], ["--plan none.json: cannot be read", "preview --save-plan"]),
        (["preview", "nosuch"], ["no stack named 'nosuch' found", "stack init nosuch"]),
        (["destroy", "nosuch", "--yes"], ["no stack named 'nosuch' found"]),
        (["stack", "output", "nosuch"], ["no stack named 'nosuch' found"]),
        (["preview", "acme/app/dev"], ["organization"]),
        (["preview", "-C", "nowhere"], ["-C nowhere: no such folder"]),
        (["policy", "analyze", "dev"], ["at least one --policy-pack must be specified"]),
        (["policy", "analyze", "--file", "none.json", "--policy-pack", "p"], ["none.json: cannot be read"]),
    ],
)  # fmt: skip
def test_mistakes_on_the_command_line(place: Place, run: Run, arguments: list[str], words: list[str]) -> None:
    before = everything(place.folder.parent)
    refused(place, run(*arguments), *words)
    assert everything(place.folder.parent) == before


@pytest.mark.parametrize("command", ["up", "refresh", "destroy"])
def test_what_changes_something_needs_a_yes_where_nobody_can_be_asked(
    place: Place, run: Run, command: str
) -> None:
    refused(place, run(command, "dev"), "--yes or --skip-preview must be passed in", "non-interactive mode")


def test_nothing_asked_for_shows_the_help(run: Run) -> None:
    outcome = run()
    assert outcome.code == 2
    assert outcome.out.startswith("usage: localcloud")
    assert outcome.err == ""


def test_missing_project(place: Place, run: Run) -> None:
    (place.folder / "Pulumi.yaml").unlink()
    refused(place, run("preview", "dev"), "no Pulumi.yaml project file found")


def test_malformed_stack_file_names_the_line(place: Place, run: Run) -> None:
    place.write("Pulumi.dev.yaml", "config:\n  app:k: [1\n")
    refused(place, run("up", "dev", "--yes"), "Pulumi.dev.yaml, line 3", "malformed YAML")


def test_wrong_passphrase(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("Pulumi.dev.yaml", f"encryptionsalt: {GENUINE_SALT}\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    refused(
        place, run("up", "dev", "--yes"), "Pulumi.dev.yaml: incorrect passphrase", "PULUMI_CONFIG_PASSPHRASE"
    )
    assert place.state() is None


def test_locked_stack(place: Place, run: Run) -> None:
    place.save()
    before = place.backend.path(StackRef("app", "dev")).read_bytes()
    folder = place.backend.root / ".pulumi/locks/organization/app/dev"
    folder.mkdir(parents=True)
    holder = {"pid": 1, "username": "ada", "hostname": "elsewhere", "timestamp": "2026-01-02T03:04:05Z"}
    (folder / "x.json").write_text(json.dumps(holder))
    outcome = run("up", "dev", "--yes")
    assert outcome.code == 255
    assert "ada@elsewhere (pid 1) at 2026-01-02T03:04:05Z" in outcome.err
    assert str(folder / "x.json") in outcome.err
    assert place.backend.path(StackRef("app", "dev")).read_bytes() == before


def test_corrupt_state(place: Place, run: Run) -> None:
    place.save()
    place.save()
    place.backend.path(StackRef("app", "dev")).write_text("{")
    for command in (
        ("up", "dev", "--yes"),
        ("preview", "dev"),
        ("stack", "output", "dev"),
        ("stack", "export", "dev"),
    ):
        refused(
            place, run(*command), "dev.json: the state file is corrupt", "dev.json.bak", "Nothing was changed"
        )


def test_unsupported_backend(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://bucket")
    refused(place, run("preview", "dev"), "the scheme 's3' is not supported", "file://")


def test_unreachable_provider(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening: a connection is refused
        port = taken.getsockname()[1]
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", f"aws:{port}")
        refused(place, run("up", "dev", "--yes"), f"PULUMI_DEBUG_PROVIDERS aws:{port}", "no provider answers")


def test_malformed_provider_list(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", "aws")
    refused(place, run("preview", "dev"), "is not of the form PACKAGE:PORT")


def test_policy_pack_that_does_not_exist(place: Place, run: Run) -> None:
    place.save()
    refused(place, run("policy", "analyze", "dev", "--policy-pack", "nowhere"), "no PulumiPolicy.yaml there")

"""The file backend has the genuine CLI's layout, loses nothing, and says what is wrong with a file."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from localcloud.engine.backend import FileBackend, StackRef
from localcloud.engine.history import UpdateRecord, last_update, record
from localcloud.errors import UserError

DEV = StackRef("app", "dev")
DEPLOYMENT: dict[str, Any] = {
    "manifest": {},
    "resources": [
        {"urn": "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev", "type": "pulumi:pulumi:Stack"}
    ],
}


@pytest.fixture
def backend(tmp_path: Path) -> FileBackend:
    return FileBackend(tmp_path)


class TestNames:
    @pytest.mark.parametrize("text", ["dev", "organization/dev", "organization/app/dev"])
    def test_a_stack_may_be_qualified(self, text: str) -> None:
        assert StackRef.parse(text, "app") == DEV

    def test_another_project_may_be_named(self) -> None:
        assert str(StackRef.parse("organization/net/dev", "app")) == "organization/net/dev"

    @pytest.mark.parametrize("text", ["acme/app/dev", "a/b/c/d", "", "-dev", "d v", "../dev", "x" * 101])
    def test_other_names_are_refused(self, text: str) -> None:
        with pytest.raises(UserError, match="stack"):
            StackRef.parse(text, "app")


class TestUrl:
    def test_other_schemes_are_refused_by_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for url, scheme in (("s3://state", "s3"), ("https://api.pulumi.com", "https")):
            monkeypatch.setenv("PULUMI_BACKEND_URL", url)
            with pytest.raises(UserError, match=f"the scheme '{scheme}' is not supported.*file://"):
                FileBackend.open()

    def test_the_folder_must_exist(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/none")
        with pytest.raises(UserError, match="does not exist"):
            FileBackend.open()

    def test_without_one_the_state_is_the_emulated_worlds(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
        monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path))
        assert FileBackend.open().root == tmp_path / "world" / "state"


class TestState:
    def test_is_laid_out_as_the_genuine_cli_does(self, backend: FileBackend, tmp_path: Path) -> None:
        backend.save(DEV, DEPLOYMENT)
        assert (tmp_path / ".pulumi/meta.yaml").read_text() == "version: 1\n"
        written = json.loads((tmp_path / ".pulumi/stacks/app/dev.json").read_text())
        assert written == {
            "version": 3,
            "checkpoint": {"stack": "organization/app/dev", "latest": DEPLOYMENT},
        }

    def test_is_read_back(self, backend: FileBackend) -> None:
        assert backend.load(DEV) is None
        backend.save(DEV, {})
        assert backend.load(DEV) == {}
        backend.save(DEV, DEPLOYMENT)
        assert backend.load(DEV) == DEPLOYMENT

    def test_keeps_the_one_before(self, backend: FileBackend, tmp_path: Path) -> None:
        backend.save(DEV, {})
        before = backend.path(DEV).read_text()
        backend.save(DEV, DEPLOYMENT)
        assert (tmp_path / ".pulumi/stacks/app/dev.json.bak").read_text() == before

    def test_is_listed_by_project(self, backend: FileBackend) -> None:
        for ref in (DEV, StackRef("app", "prod"), StackRef("net", "dev")):
            backend.save(ref, {})
        assert backend.stacks("app") == [DEV, StackRef("app", "prod")]
        assert len(backend.stacks()) == 3

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("{", "it is not JSON"),
            ("[]", "no 'checkpoint'"),
            ('{"version":3,"checkpoint":{"latest":[1]}}', "not a deployment"),
            ('{"version":3,"checkpoint":{"latest":{"resources":[{}]}}}', "resource number 0 has no URN"),
        ],
    )
    def test_a_corrupt_file_is_named_and_left_alone(
        self, backend: FileBackend, text: str, problem: str
    ) -> None:
        backend.save(DEV, {})
        backend.save(DEV, {})
        backend.path(DEV).write_text(text)
        with pytest.raises(UserError, match=r"dev\.json: the state file is corrupt.*" + problem) as caught:
            backend.load(DEV)
        assert "dev.json.bak" in caught.value.remedy
        assert backend.path(DEV).read_text() == text

    def test_another_version_is_refused(self, backend: FileBackend) -> None:
        backend.save(DEV, {})
        backend.path(DEV).write_text('{"version":2,"checkpoint":{}}')
        with pytest.raises(UserError, match="version 2 is not supported"):
            backend.load(DEV)


class TestLock:
    def write(self, backend: FileBackend, **fields: Any) -> Path:
        holder = {
            "pid": os.getppid(),
            "username": "ada",
            "hostname": socket.gethostname(),
            "timestamp": datetime.now(UTC).isoformat(),
            **fields,
        }
        folder = backend.root / ".pulumi/locks/organization/app/dev"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "1.json").write_text(json.dumps(holder))
        return folder / "1.json"

    def test_is_the_genuine_one(self, backend: FileBackend, tmp_path: Path) -> None:
        with backend.lock(DEV):
            (file,) = (tmp_path / ".pulumi/locks/organization/app/dev").glob("*.json")
            assert set(json.loads(file.read_text())) == {"pid", "username", "hostname", "timestamp"}
        assert not file.exists()

    def test_names_who_holds_it_since_when_and_the_remedy(self, backend: FileBackend) -> None:
        file = self.write(backend, hostname="elsewhere", timestamp="2026-01-02T03:04:05Z")
        with pytest.raises(UserError, match=r"ada@elsewhere \(pid \d+\) at 2026-01-02T03:04:05Z") as caught:
            backend.lock(DEV).__enter__()
        assert str(file) in caught.value.remedy
        assert file.exists()

    def test_of_a_living_process_is_respected(self, backend: FileBackend) -> None:
        self.write(backend)
        with pytest.raises(UserError, match="currently locked"):
            backend.lock(DEV).__enter__()

    def test_of_a_dead_process_is_taken_over_and_said(
        self, backend: FileBackend, capsys: pytest.CaptureFixture[str]
    ) -> None:
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        file = self.write(backend, pid=dead.pid)
        with backend.lock(DEV):
            assert not file.exists()
        assert f"pid {dead.pid}" in capsys.readouterr().err

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="start times are read from /proc")
    def test_of_a_process_whose_pid_another_has_now_is_taken_over(self, backend: FileBackend) -> None:
        file = self.write(backend, timestamp="2001-01-01T00:00:00Z")
        with backend.lock(DEV):
            assert not file.exists()

    def test_that_cannot_be_read_is_respected(self, backend: FileBackend) -> None:
        self.write(backend).write_text("{")
        with pytest.raises(UserError, match="unreadable lock file"):
            backend.lock(DEV).__enter__()

    def test_is_given_back_after_an_error(self, backend: FileBackend) -> None:
        with pytest.raises(RuntimeError), backend.lock(DEV):
            raise RuntimeError
        with backend.lock(DEV):
            pass


def test_history_keeps_what_was_done_and_the_state_it_left(backend: FileBackend) -> None:
    backend.save(DEV, DEPLOYMENT)
    assert last_update(backend, DEV) is None
    record(
        backend,
        DEV,
        UpdateRecord("update", 1.5, 2.5, True, {"create": 1}, {"app:x": {"secure": "v1:s"}}, "why"),
    )
    files = sorted(file.name.split(".", 1)[1] for file in backend.history_dir(DEV).iterdir())
    assert files == ["checkpoint.json", "history.json"]
    (entry,) = backend.history_dir(DEV).glob("*.history.json")
    assert json.loads(entry.read_text()) == {
        "kind": "update", "startTime": 1, "message": "why", "environment": {"exec.kind": "cli"},
        "config": {"app:x": {"secure": "v1:s"}}, "result": "succeeded", "endTime": 2,
        "resourceChanges": {"create": 1},
    }  # fmt: skip
    assert last_update(backend, DEV) is not None

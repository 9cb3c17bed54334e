"""Starting, stopping and looking at a world: files, ports, strangers and concurrency."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from localcloud import home as homes
from localcloud.aws import control, process
from localcloud.aws.client import World
from localcloud.errors import UserError
from tests.localcloud.aws.conftest import eventually


@pytest.fixture
def own(home: Path) -> Iterator[Path]:
    yield home
    control.stop()


def test_a_world_starts_is_shown_and_stops(own: Path) -> None:
    started = control.start(with_provider=False)
    status = control.status()
    assert (status["running"], status["endpoint"]) == (True, started.endpoint)
    assert status["accounts"] == {"management": "123456789012"}
    assert {"name", "what", "why"} == set(status["recordedOnly"][0])
    assert control.start(with_provider=False).already_running
    assert control.stop()
    assert not control.status()["running"]
    assert not control.stop()


def test_a_dead_world_is_put_aside_and_a_new_one_begins(own: Path) -> None:
    control.start(with_provider=False)
    first = control.status()["world"]
    (homes.world() / "state").mkdir()
    daemon = process.recall(homes.run_dir() / "aws.json")
    assert daemon is not None
    os.kill(daemon.pid, signal.SIGKILL)
    os.waitpid(daemon.pid, 0)
    assert not control.status()["running"]
    again = control.start(with_provider=False)
    assert "previous" in again.notices[0]
    assert control.status()["world"] != first
    assert json.loads((homes.previous_world() / "run" / "world.json").read_text())["world"] == first
    assert (homes.previous_world() / "state").is_dir()
    assert not (homes.world() / "state").exists()


def test_a_busy_port_is_named_with_the_remedy(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("LOCALCLOUD_AWS_PORT", str(port))
        with pytest.raises(UserError, match=rf"port {port} .*unset LOCALCLOUD_AWS_PORT"):
            control.start(with_provider=False)
    assert not (own / "world").exists()


def test_a_port_that_is_no_number_is_refused(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALCLOUD_PROVIDER_PORT", "http")
    with pytest.raises(UserError, match="LOCALCLOUD_PROVIDER_PORT: 'http' is not a port"):
        control.start()


def test_a_reused_process_id_is_left_alone(own: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        process.remember(
            homes.run_dir() / "aws.json", process.Daemon("aws", stranger.pid, "another birth", 1)
        )
        assert not control.status()["running"]
        control.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_damaged_pid_file_is_no_daemon(own: Path) -> None:
    homes.run_dir().mkdir(parents=True)
    (homes.run_dir() / "aws.json").write_text("{")
    assert not control.status()["running"]


def test_concurrent_starts_make_one_world(own: Path) -> None:
    program = "from localcloud.aws import control; print(control.start(with_provider=False).endpoint)"
    command = [sys.executable, "-c", program]
    with ThreadPoolExecutor(3) as pool:
        runs = list(
            pool.map(lambda _: subprocess.run(command, capture_output=True, text=True, check=True), range(3))
        )
    assert len({run.stdout for run in runs}) == 1


def test_a_daemon_whose_world_is_gone_ends_itself(own: Path) -> None:
    control.start(with_provider=False)
    daemon = process.recall(homes.run_dir() / "aws.json")
    assert daemon is not None
    process.write_atomically(homes.run_dir() / "world.json", '{"world": "another"}')

    def ended() -> bool:
        process._reap(daemon.pid)
        return not daemon.alive()

    eventually(ended)


def test_the_exports_work_for_any_client(
    world: World, organization: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in control.env("audit", "us-west-2").splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    assert session.region_name == "us-west-2"
    assert session.client("sts").get_caller_identity()["Account"] == organization["audit"]
    block = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3control = session.client("s3control")  # its SDKs put the account id before the host name
    s3control.put_public_access_block(AccountId=organization["audit"], PublicAccessBlockConfiguration=block)
    found = s3control.get_public_access_block(AccountId=organization["audit"])
    assert found["PublicAccessBlockConfiguration"] == block


def test_an_unknown_account_is_refused_with_the_names(world: World, organization: dict[str, str]) -> None:
    with pytest.raises(UserError, match=r"account 'nobody': .*audit \(\d{12}\)"):
        control.env("nobody")


def test_without_a_world_the_client_says_how_to_start_one(home: Path) -> None:
    with pytest.raises(UserError, match="python -m localcloud start"):
        World.current()


def test_a_database_does_not_outlive_a_killed_world(own: Path) -> None:
    control.start(with_provider=False)
    rds = World.current().session(None, "us-east-2").client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="orphan",
        Engine="aurora-postgresql",
        MasterUsername="m",
        MasterUserPassword="long enough",
    )
    eventually(lambda: rds.describe_db_clusters()["DBClusters"][0]["Status"] == "available", 60)
    server = process.recall(next((homes.run_dir() / "databases").glob("*.json")))
    daemon = process.recall(homes.run_dir() / "aws.json")
    assert server is not None
    assert daemon is not None
    os.kill(daemon.pid, signal.SIGKILL)
    os.waitpid(daemon.pid, 0)
    assert server.alive()
    control.start(with_provider=False)
    assert not server.alive()


def test_a_daemon_that_lives_without_answering_is_never_put_aside(home: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    myself = process.Daemon("aws", os.getpid(), process.birth(os.getpid()), port)
    process.remember(homes.run_dir() / "aws.json", myself)
    with pytest.raises(UserError, match="lives but does not answer"):
        control.start(with_provider=False)
    assert (homes.run_dir() / "aws.json").exists()

"""One PostgreSQL server: the data plane of one emulated Aurora cluster.

A server is created empty (`initialise`) or as a streaming copy of another (`copy_from`), can be promoted, and can turn
into a copy of the one that took over. Durability is as in production: fsync and full_page_writes stay on, and a commit
waits for the local disk. Replication is asynchronous, as between Aurora Regions.

The superuser is `rdsadmin`; its password never leaves this process. Not offered: TLS (the packaged programs are built
without it) and IAM authentication.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from localcloud import home
from localcloud.aws import process
from localcloud.aws.postgres_binaries import Installation
from localcloud.aws.process import Daemon
from localcloud.errors import UserError

ADDRESS = "127.0.0.1"
ADMINISTRATOR = "rdsadmin"
READY_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "password_encryption": "'scram-sha-256'",
    "max_connections": "200",
    "shared_buffers": "'64MB'",
    "wal_level": "replica",
    "max_wal_senders": "10",
    "max_replication_slots": "10",
    "wal_keep_size": "'256MB'",
    "wal_log_hints": "on",
    "hot_standby": "on",
    "hot_standby_feedback": "on",
    "log_timezone": "'UTC'",
    "timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %u@%d '",
}
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\nhost replication rdsadmin 127.0.0.1/32 scram-sha-256\n"


class PostgresServer:
    """`name` is unique in the world. Methods are called by one thread at a time."""

    def __init__(self, name: str, installation: Installation) -> None:
        self.name = name
        self.port = _free_port()
        self.password = secrets.token_urlsafe(24)
        self._installation = installation
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.running else None

    def initialise(self) -> None:
        """Create an empty server and start it."""
        folder = self._installation.new_folder(self.name)
        secret = folder.parent / f"{self.name}.password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if self._installation.user is not None:
            os.chown(secret, self._installation.user, self._installation.user)
        try:
            self._installation.run(
                "initdb", "-D", str(folder), "-U", ADMINISTRATOR, f"--pwfile={secret}", "--encoding=UTF8",
                "--locale=C", "--auth=scram-sha-256",
            )  # fmt: skip
        finally:
            secret.unlink()
        self._folder = folder
        self._configure()
        self.start()

    def copy_from(self, source: PostgresServer) -> None:
        """Become a streaming copy of another server and start."""
        folder = self._installation.new_folder(self.name)
        self.password = source.password
        self._installation.run(
            "pg_basebackup", "-D", str(folder), "-h", ADDRESS, "-p", str(source.port), "-U", ADMINISTRATOR,
            "--checkpoint=fast", "--wal-method=stream", PGPASSWORD=source.password,
        )  # fmt: skip
        self._folder = folder
        self._configure()
        self._stream_from(source)
        self.start()

    def start(self) -> None:
        """Start and wait until it answers. Raises UserError naming the log."""
        assert self._folder is not None
        log = home.logs_dir() / f"postgres-{self.name}.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._installation.programs / "postgres"), "-D", str(self._folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self._installation.process_settings(),
            )
        daemon = Daemon(self.name, self._process.pid, process.birth(self._process.pid), self.port)
        process.remember(home.run_dir() / "databases" / f"{self.name}.json", daemon)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.running:
            with contextlib.suppress(psycopg.OperationalError), self.connect():
                return
            time.sleep(0.05)
        self.stop(immediately=True)
        raise UserError(f"PostgreSQL {self.name}", "it did not start", f"Read {log}")

    def stop(self, immediately: bool = False) -> None:
        """Shut down (fast: sessions are ended, everything is written and sent to streaming copies)."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._process = None
        (home.run_dir() / "databases" / f"{self.name}.json").unlink(missing_ok=True)

    def remove(self) -> None:
        """Stop and delete its files."""
        self.stop(immediately=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def promote(self) -> None:
        """Turn a streaming copy into a writer; returns when it accepts writes."""
        with self.connect() as connection:
            if not connection.execute("select pg_promote(true, 60)").fetchone() == (True,):
                raise UserError(
                    f"PostgreSQL {self.name}", "the promotion did not finish in 60 s", "Read its log"
                )
        assert self._folder is not None
        (self._folder / "localcloud.primary.conf").write_text("")

    def follow(self, writer: PostgresServer) -> None:
        """After a clean shutdown that the writer has received whole: come back as its streaming copy."""
        self._stream_from(writer)
        self.password = writer.password
        self.start()

    def is_writer(self) -> bool:
        with self.connect() as connection:
            return connection.execute("select pg_is_in_recovery()").fetchone() == (False,)

    def caught_up_with(self, writer: PostgresServer) -> bool:
        """Has this copy replayed everything that the writer has flushed until now?"""
        with writer.connect() as there:
            row = there.execute("select pg_current_wal_flush_lsn()::text").fetchone()
        assert row is not None
        with self.connect() as here:
            query = "select coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"
            return here.execute(query, (row[0],)).fetchone() == (True,)

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the administrator, in autocommit mode."""
        return psycopg.connect(
            host=ADDRESS,
            port=self.port,
            user=ADMINISTRATOR,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def master_user(self, name: str, password: str, database: str | None) -> None:
        """Create the cluster's master user (as on Aurora no superuser) and its first database."""
        with self.connect() as connection:
            for role in ("rds_superuser", "rds_iam"):
                connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
            for grant in ("pg_monitor", "pg_signal_backend", "pg_checkpoint"):
                connection.execute(sql.SQL("grant {} to rds_superuser").format(sql.Identifier(grant)))
            connection.execute(
                sql.SQL("create role {} login createdb createrole password {} in role rds_superuser").format(
                    sql.Identifier(name), sql.Literal(password)
                )
            )
            if database and database != "postgres":
                owner = sql.SQL("create database {} owner {}")
                connection.execute(owner.format(sql.Identifier(database), sql.Identifier(name)))

    def set_password(self, name: str, password: str) -> None:
        """Change the master user's password."""
        with self.connect() as connection:
            change = sql.SQL("alter role {} password {}")
            connection.execute(change.format(sql.Identifier(name), sql.Literal(password)))

    def _configure(self) -> None:
        assert self._folder is not None
        lines = [f"{name} = {value}" for name, value in {**SETTINGS, "port": str(self.port)}.items()]
        lines.append("include_if_exists = 'localcloud.primary.conf'")
        (self._folder / "postgresql.conf").write_text("\n".join(lines) + "\n")
        (self._folder / "pg_hba.conf").write_text(ACCESS)

    def _stream_from(self, source: PostgresServer) -> None:
        """Name the server to stream from, and say that this is a standby."""
        assert self._folder is not None
        conninfo = (
            f"host={ADDRESS} port={source.port} user={ADMINISTRATOR} password={source.password} "
            f"application_name={self.name} keepalives_idle=5 tcp_user_timeout=10000"
        )
        primary = self._folder / "localcloud.primary.conf"
        primary.touch(mode=0o600)
        primary.write_text(f"primary_conninfo = '{conninfo}'\nrecovery_target_timeline = 'latest'\n")
        signal_file = self._folder / "standby.signal"
        signal_file.touch(mode=0o600)
        if self._installation.user is not None:
            for path in (primary, signal_file):
                os.chown(path, self._installation.user, self._installation.user)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])

"""The databases behind the emulated Aurora clusters: which cluster has which PostgreSQL server, and who follows whom.

Every operation on the servers runs in one worker thread, in order, so that AWS calls return at once (a cluster is
`creating` until its server answers). `LEDGER_DSN` names a server of your own instead: then nothing is started here, and
every cluster is reached at that address. Deliberately does not know RDS (`services.rds*` call it).
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from localcloud import home
from localcloud.aws import lifecycle, state_pages
from localcloud.aws.postgres_binaries import Installation, installation, remove_temporary
from localcloud.aws.postgres_server import ADDRESS, PostgresServer

LOG = logging.getLogger("localcloud.aws")

CATCH_UP_SECONDS = 60.0


@dataclass
class Database:
    """The data plane of one cluster. `status` is RDS's; `problem` says why it is `failed`."""

    cluster: str
    account: str
    region: str
    host: str = ADDRESS
    port: int = 0
    status: str = "creating"
    role: str = "writer"
    problem: str = ""
    server: PostgresServer | None = field(default=None, repr=False)


_databases: dict[tuple[str, str, str], Database] = {}
_installation: list[Installation] = []
_work: queue.Queue[Callable[[], None] | None] = queue.Queue()
_worker: list[threading.Thread] = []
_lock = threading.RLock()


def external() -> tuple[str, int] | None:
    """(host, port) of the server that LEDGER_DSN names, if it does."""
    dsn = os.environ.get("LEDGER_DSN", "")
    if not dsn:
        return None
    parts = urlsplit(dsn)
    return parts.hostname or ADDRESS, parts.port or 5432


def of(account: str, region: str, cluster: str) -> Database | None:
    return _databases.get((account, region, cluster))


def create(
    account: str, region: str, cluster: str, source: Database | None, master: dict[str, Any]
) -> Database:
    """Begin to create the database of a new cluster: an empty one with its master user, or a copy of `source`."""
    database = Database(cluster, account, region, role="reader" if source else "writer")
    with _lock:
        _databases[(account, region, cluster)] = database
    elsewhere = external()
    if elsewhere is not None:
        database.host, database.port = elsewhere
        database.status = "available"
        return database
    if not _installation:
        _installation.append(installation())
    server = PostgresServer(f"{account}-{region}-{cluster}", _installation[0])
    database.server, database.port = server, server.port

    def build() -> None:
        if source is not None and source.server is not None:
            server.copy_from(source.server)
        else:
            server.initialise()
            server.master_user(master["username"], master["password"], master.get("database"))
        database.status = "available"

    _submit(database, build)
    return database


def change_password(database: Database, username: str, password: str) -> None:
    def change() -> None:
        if database.server is not None:
            database.server.set_password(username, password)

    _submit(database, change)


def stop(database: Database) -> None:
    database.status = "stopping"

    def halt() -> None:
        if database.server is not None:
            database.server.stop()
        database.status = "stopped"

    _submit(database, halt)


def start(database: Database) -> None:
    database.status = "starting"

    def begin() -> None:
        if database.server is not None:
            database.server.start()
        database.status = "available"

    _submit(database, begin)


def delete(account: str, region: str, cluster: str) -> None:
    with _lock:
        database = _databases.pop((account, region, cluster), None)
    if database is not None and database.server is not None:
        _submit(database, database.server.remove)


def detach(database: Database) -> None:
    """A copy that leaves its global cluster becomes a writer of its own."""

    def promote() -> None:
        if database.server is not None and database.role == "reader":
            database.server.promote()
        database.role = "writer"

    _submit(database, promote)


def switch_over(old: Database, new: Database, done: Callable[[], None]) -> None:
    """Planned: nothing is lost. The writer shuts down cleanly, which sends everything to its copies; then `new` is
    promoted and the old writer comes back as its copy."""

    def change() -> None:
        if old.server is not None and new.server is not None:
            _wait_until_caught_up(old.server, new.server)
            old.server.stop()
            new.server.promote()
            old.server.follow(new.server)
        old.role, new.role = "reader", "writer"
        done()

    _submit(new, change)


def fail_over(old: Database, new: Database, done: Callable[[], None]) -> None:
    """Unplanned: `new` is promoted with what it has. The old writer, running or not, is then rebuilt as a copy; what
    only it had is kept beside the world's data (`lost-<cluster>-<time>`), as AWS keeps a snapshot of it."""

    def change() -> None:
        if old.server is not None and new.server is not None:
            new.server.promote()
            new.role = "writer"
            old.role = "reader"
            done()
            _keep_lost(old)
            old.server.copy_from(new.server)
            return
        old.role, new.role = "reader", "writer"
        done()

    _submit(new, change)


def _keep_lost(old: Database) -> None:
    assert old.server is not None
    old.server.stop(immediately=True)
    folder = _installation[0].data / old.server.name
    kept = _installation[0].data / f"lost-{old.cluster}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    if folder.exists():
        shutil.move(folder, kept)


def _wait_until_caught_up(writer: PostgresServer, copy: PostgresServer) -> None:
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while not copy.caught_up_with(writer):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{copy.name} has not caught up within {CATCH_UP_SECONDS:g} s")
        time.sleep(0.05)


def _submit(database: Database, action: Callable[[], None]) -> None:
    """Queue an action; its failure is the database's `problem`, and shown by `status`."""

    def guarded() -> None:
        try:
            action()
        except Exception as error:
            LOG.exception("database of %s", database.cluster)
            database.status, database.problem = "failed", str(error)

    with _lock:
        if not _worker:
            thread = threading.Thread(target=_run, name="databases", daemon=True)
            _worker.append(thread)
            thread.start()
    _work.put(guarded)


def _run() -> None:
    while (action := _work.get()) is not None:
        action()


@state_pages.section("databases")
def shown() -> dict[str, dict[str, Any]]:
    """Cluster → where it is and in what state (for `status`)."""
    with _lock:
        found = list(_databases.values())
    return {
        f"{d.cluster} ({d.region})": {
            "account": d.account,
            "region": d.region,
            "role": d.role,
            "host": d.host,
            "port": d.port,
            "status": d.status,
            "pid": d.server.pid if d.server is not None else None,
            **({"problem": d.problem} if d.problem else {}),
        }
        for d in found
    }


@lifecycle.at_end
def end_all() -> None:
    """Stop every server; the copies first, so that they see their writer's last words."""
    _work.put(None)
    for database in sorted(_databases.values(), key=lambda d: d.role):
        if database.server is not None:
            database.server.stop()
    if home.run_dir().exists():
        remove_temporary()

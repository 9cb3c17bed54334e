"""A database server of one's own instead of the embedded one."""

from __future__ import annotations

import pytest

from localcloud.aws import databases


def test_ledger_dsn_names_the_server_of_every_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_DSN", "postgresql://ledger:secret@db.example:6543/ledger")
    made = databases.create("1", "us-east-2", "own", None, {"username": "u", "password": "p"})
    assert (made.host, made.port, made.status, made.server) == ("db.example", 6543, "available", None)
    assert "secret" not in str(databases.shown())
    databases.delete("1", "us-east-2", "own")
    assert databases.shown() == {}

"""The daemon's own pages below `/_localcloud/`: `health` (is this the world I think it is?) and `status` (what the
command line shows). Read only; no AWS API is involved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from moto.core.models import DEFAULT_ACCOUNT_ID

from localcloud.aws.calls import Reply

RECORDED_ONLY = Path(__file__).with_name("recorded_only.yaml")

_sections: dict[str, Callable[[], Any]] = {}


def section(name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Decorator: the function's result appears under `name` on the status page (`databases`, `api`)."""

    def register(source: Callable[[], Any]) -> Callable[[], Any]:
        _sections[name] = source
        return source

    return register


def recorded_only() -> list[dict[str, str]]:
    """What the emulated AWS stores and returns without doing it: `name`, `what`, `why` of each."""
    return [dict(entry) for entry in yaml.safe_load(RECORDED_ONLY.read_text())]


def accounts() -> dict[str, str]:
    """Name → id, live from Organizations; just the management account before there is an organization."""
    from moto.organizations.models import organizations_backends

    found = {"management": str(DEFAULT_ACCOUNT_ID)}
    for account in list(organizations_backends[DEFAULT_ACCOUNT_ID]["aws"].accounts):
        if account.id != DEFAULT_ACCOUNT_ID and account.status == "ACTIVE":
            found[str(account.name)] = str(account.id)
    return found


def pages(world_id: str) -> dict[str, Callable[[dict[str, Any], bytes], Reply]]:
    """The pages by name."""

    def health(*_: Any) -> Reply:
        return _json({"world": world_id, "pid": os.getpid()})

    def status(*_: Any) -> Reply:
        page: dict[str, Any] = {"world": world_id, "accounts": accounts(), "databases": {}, "api": {}}
        page.update({name: source() for name, source in _sections.items()})
        page["recordedOnly"] = recorded_only()
        return _json(page)

    return {"health": health, "status": status}


def _json(data: Any) -> Reply:
    return Reply(200, [("Content-Type", "application/json")], json.dumps(data).encode())

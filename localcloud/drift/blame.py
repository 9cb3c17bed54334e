"""Who could have changed a drifted resource: mutating calls since the last update that named it.

Reads the emulated AWS's journal (`localcloud.aws.journal`, one JSON object a line). On real AWS the same question
goes to CloudTrail; the report leaves the list empty there. A call is a suspect, not a proof.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from localcloud.drift.model import Suspect

Calls = Sequence[Mapping[str, Any]]
"""Journal entries, oldest first."""
MOST = 5
"""Suspects shown per resource, the latest."""
SHORTEST = 4
"""Identifiers below this length match too much to accuse anyone."""


def calls_since(journal: Path, moment: str) -> list[Mapping[str, Any]]:
    """The successful mutating calls after `moment` (UTC, ISO 8601; empty means all)."""
    if not journal.exists():
        return []
    with journal.open(encoding="utf-8") as lines:
        return [
            c for c in _parsed(lines) if _comparable(c.get("time")) > _comparable(moment) and _succeeded(c)
        ]


def suspects(calls: Iterable[Mapping[str, Any]], identifiers: Iterable[str]) -> tuple[Suspect, ...]:
    """The latest calls that named one of the identifiers (id, ARN, physical name)."""
    wanted = {i for i in identifiers if len(i) >= SHORTEST}
    found = [c for c in calls if wanted & set(_named(c.get("resources")))]
    return tuple(
        Suspect(str(c.get("time")), str(c.get("principal")), f"{c.get('service')}:{c.get('action')}")
        for c in found[-MOST:]
    )


def identifiers_of(resource_id: str, outputs: Mapping[str, Any]) -> set[str]:
    """The names by which a call may have meant a resource."""
    keys = (
        "arn",
        "name",
        "bucket",
        "policyId",
        "targetId",
        "detectorId",
        "keyId",
        "roleName",
        "role",
        "topicArn",
    )
    values = {resource_id, *(str(outputs[k]) for k in keys if isinstance(outputs.get(k), str))}
    return {v for v in values | {v.rsplit("/", 1)[-1] for v in values} if v}


def _parsed(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """A line cut short by a killed process is passed over."""
    for line in lines:
        try:
            call = json.loads(line)
        except ValueError:
            continue
        if isinstance(call, dict):
            yield call


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield value.rsplit("/", 1)[-1]
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _comparable(moment: Any) -> str:
    """Timestamps to the second, without zone spelling, as text that orders."""
    return str(moment or "")[:19]


def _succeeded(call: Mapping[str, Any]) -> bool:
    status = call.get("status", 200)
    return isinstance(status, int) and status < 400

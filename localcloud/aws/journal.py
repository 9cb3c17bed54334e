"""The access journal: one JSON line per mutating API call, for "who could have changed this?".

Fields: `time` (UTC, ISO 8601 with milliseconds), `account`, `region`, `service`, `action`, `principal` (ARN),
`status` (HTTP), `resources` (identifiers found in the parameters, trimmed). Values that could be secret or long
(documents, passwords, bodies) are never written. Reads are not recorded; that is how a preview proves itself.
"""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud.aws.calls import Call, Reply

_READ_PREFIXES = (
    "Get", "List", "Describe", "Head", "BatchGet", "Search", "Lookup", "Select", "Query", "Scan", "Simulate",
    "Validate", "Preview", "Estimate", "FilterLog", "TestEventPattern", "IsAuthorized", "CheckDomain", "CheckAccess",
    "CheckNoNewAccess", "CheckNoPublicAccess",
)  # fmt: skip
_READS = frozenset(
    {
        "AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "DecodeAuthorizationMessage",
        "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
        "GenerateMac", "VerifyMac", "ReEncrypt", "GenerateRandom", "Sign", "Verify", "ReceiveMessage",
        "TransactGetItems", "GenerateCredentialReport", "GenerateServiceLastAccessedDetails",
    }
)  # fmt: skip
_IDENTIFIER = re.compile(
    r"(Id|Ids|Arn|Name|Names|Bucket|Key|Alias|Url|Identifier|Target|Rule|Resource)$", re.IGNORECASE
)
_SENSITIVE = re.compile(r"secret|password|token|credential|plaintext|privatekey|accesskey", re.IGNORECASE)
_LONGEST = 256


def is_mutating(operation: str) -> bool:
    """True for an operation that can change something (cryptographic use of a key does not)."""
    return operation not in _READS and not operation.startswith(_READ_PREFIXES)


class Journal:
    """Appends to one file; safe from any thread. A line is flushed before the call is answered."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def record(self, call: Call, reply: Reply) -> None:
        """Record the call if it is mutating, whether it succeeded or not (`status` tells)."""
        if not is_mutating(call.operation):
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "account": call.account,
            "region": call.region,
            "service": call.service,
            "action": call.operation,
            "principal": call.principal,
            "status": reply.status,
            "resources": self._resources(call),
        }
        text = json.dumps(line, separators=(",", ":")) + "\n"
        with self._lock:
            self._file.write(text)
            self._file.flush()

    @staticmethod
    def _resources(call: Call) -> dict[str, Any]:
        try:
            params = call.params
        except Exception:  # noqa: BLE001 - an unreadable request is still worth its line
            return {}
        return identifiers(params)

    def close(self) -> None:
        with self._lock:
            self._file.close()


def identifiers(params: dict[str, Any]) -> dict[str, Any]:
    """The top-level parameters that name resources, each at most 256 characters, lists at most 10 items."""
    found: dict[str, Any] = {}
    for name, value in params.items():
        if not _IDENTIFIER.search(name) or _SENSITIVE.search(name):
            continue
        if isinstance(value, str):
            found[name] = value[:_LONGEST]
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            found[name] = [item[:_LONGEST] for item in value[:10]]
    return found

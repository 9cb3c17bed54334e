"""S3 server access logs: whether a bucket's policy admits the logging service, read as IAM reads it.

moto 5.2.5 fails on a statement whose principal is `*`, and accepts three spellings of the resource alone. No log is
written: deliveries of access logs are recorded only.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import FakeBucket
from moto.s3.utils import LOGGING_SERVICE_PRINCIPAL


def admits_logging(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Whether an Allow of the bucket's policy lets the service put objects under the prefix."""
    if not target_bucket.policy:
        return False
    logs = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}"
    return any(
        statement.get("Effect") == "Allow"
        and LOGGING_SERVICE_PRINCIPAL in _service(statement)
        and any(fnmatchcase("s3:PutObject", action) for action in _list(statement.get("Action")))
        and any(fnmatchcase(f"{logs}any", resource) for resource in _list(statement.get("Resource")))
        for statement in _list(json.loads(target_bucket.policy)["Statement"])
    )


def _service(statement: dict[str, Any]) -> list[Any]:
    principal = statement.get("Principal")
    return _list(principal.get("Service")) if isinstance(principal, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def install() -> None:
    """Puts this reading in the place of moto's."""
    replaced = staticmethod(admits_logging)
    FakeBucket._log_permissions_enabled_policy = replaced  # type: ignore[method-assign]  # moto has no hook here

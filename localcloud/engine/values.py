"""Property values: what programs, providers and state exchange, as plain Python.

A value is `None`, `bool`, `int`, `float`, `str`, `list`, `dict` (string keys), or one of the
classes below. Whole numbers are always `int`, so that JSON prints `3` and not `3.0`, as Pulumi does.
The gRPC form lives in `wire.py`, the checkpoint form in `state.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a protocol constant, not a secret
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_SENTINELS = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

Value = Any
Properties = dict[str, Any]


class Unknown:
    """A value that will be known only after the operation: one instance, `UNKNOWN`."""

    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that is encrypted in state and masked in output."""

    value: Value

    def __repr__(self) -> str:
        return "Secret([secret])"


@dataclass(frozen=True)
class Output:
    """A value with its dependencies, as programs and providers that accept outputs send it.

    `known` False means the value is not known yet (`value` is then `UNKNOWN`).
    """

    value: Value
    known: bool = True
    secret: bool = False
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """A blob given by text, by path or by URI. `sha256` is the hex digest of its content."""

    text: str | None = None
    path: str | None = None
    uri: str | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Archive:
    """A collection of assets given by members, by path (file or directory) or by URI."""

    assets: dict[str, Asset | Archive] | None = field(default=None, hash=False)
    path: str | None = None
    uri: str | None = None
    sha256: str = ""


@dataclass(frozen=True)
class ResourceReference:
    """A reference to a resource. `id` is None for a component, `UNKNOWN` when not known yet."""

    urn: str
    id: Value = None
    package_version: str = ""


def rewrite(value: Value, leaf: Callable[[Value], Value]) -> Value:
    """`value` with `leaf` applied to each value that is not a plain list or dict, recursively."""
    if isinstance(value, dict):
        return {key: rewrite(item, leaf) for key, item in value.items()}
    if isinstance(value, list):
        return [rewrite(item, leaf) for item in value]
    return leaf(value)


def has_unknown(value: Value) -> bool:
    """Whether anything inside `value` is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, Output):
        return not value.known or has_unknown(value.value)
    if isinstance(value, ResourceReference):
        return isinstance(value.id, Unknown)
    return isinstance(value, Unknown)


def has_secret(value: Value) -> bool:
    """Whether anything inside `value` is secret."""
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    if isinstance(value, Output):
        return value.secret or has_secret(value.value)
    return isinstance(value, Secret)


def plain(value: Value) -> Value:
    """`value` without secret and output wrappers; an unknown stays `UNKNOWN`."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Output):
        return plain(value.value) if value.known else UNKNOWN
    return value


def secret_of(value: Value) -> Secret:
    """`value` marked secret, once."""
    return value if isinstance(value, Secret) else Secret(value)


def without_outputs(value: Value) -> Value:
    """`value` with each `Output` turned into its plain, `Secret` or `UNKNOWN` equivalent."""
    if isinstance(value, dict):
        return {key: without_outputs(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_outputs(item) for item in value]
    if isinstance(value, Secret):
        return Secret(without_outputs(value.value))
    if isinstance(value, Output):
        inner = without_outputs(value.value) if value.known else UNKNOWN
        return secret_of(inner) if value.secret else inner
    return value

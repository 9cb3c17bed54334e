"""One API call as the emulated AWS sees it, and the registry of code that answers or observes calls.

Owns: `Call` (who asks what of which service, in which account and Region), `ApiError` (a typed AWS error) and
the three decorators with which `localcloud.aws.services` adds to or changes the behaviour of moto:

- `@operation(service, name, ...)` answers the operation instead of moto;
- `@before(service, name, ...)` may refuse it (raise `ApiError`) before moto sees it;
- `@after(service, name, ...)` observes it once it has succeeded.

Deliberately does not: read the wire (`routing`), serve HTTP (`gateway`) or know any service.
Service and operation names are botocore's (`"sso-admin"`, `"PutBucketPolicy"`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from moto.core.exceptions import ServiceException


class ApiError(ServiceException):
    """An error as AWS returns it. `code` is the error's name in the service's API model.

    `status` overrides the HTTP status of the model (needed for codes the model does not list, such as
    `AccessDenied`); extra members of the modelled error are passed by keyword.
    """

    def __init__(self, code: str, message: str, status: int | None = None, **members: Any) -> None:
        super().__init__(code, message)
        self.status = status
        for name, value in members.items():
            setattr(self, name, value)


@dataclass
class Reply:
    """A finished HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Call:
    """One request, resolved. `region` is the signing Region; `environ` is the WSGI request with its body read."""

    service: str
    operation: str
    account: str
    region: str
    access_key: str
    environ: dict[str, Any]
    body: bytes
    _parse: Callable[[], dict[str, Any]]
    _forward: Callable[[Call], Reply]
    notes: dict[str, Any] = field(default_factory=dict)
    """Room for a `before` hook to leave something for the `after` hook of the same call."""

    @cached_property
    def params(self) -> dict[str, Any]:
        """The input of the operation under the names of the API model; absent members are absent."""
        return self._parse()

    @cached_property
    def principal(self) -> str:
        """ARN of the caller."""
        from localcloud.aws.identity import principal_arn

        return principal_arn(self.account, self.access_key)

    def forward(self) -> Reply:
        """Let moto answer (for an `@operation` that changes only some cases)."""
        return self._forward(self)

    def replace_body(self, body: bytes) -> None:
        """Give moto another body than the client sent (for `forward`)."""
        self.body = body
        self.environ["CONTENT_LENGTH"] = str(len(body))

    def header(self, name: str) -> str | None:
        value = self.environ.get("HTTP_" + name.upper().replace("-", "_"))
        return str(value) if value is not None else None


Answer = dict[str, Any] | Reply | None
Handler = Callable[[Call], Answer]
Guard = Callable[[Call], None]
Observer = Callable[[Call, Reply], None]

_OPERATIONS: dict[tuple[str, str], Handler] = {}
_GUARDS: dict[tuple[str, str], list[Guard]] = {}
_OBSERVERS: dict[tuple[str, str], list[Observer]] = {}


def operation(service: str, *names: str) -> Callable[[Handler], Handler]:
    """The decorated function answers these operations: it returns the output (a dict under the model's names,
    None for an empty answer, or a `Reply`) or raises `ApiError`."""

    def register(handler: Handler) -> Handler:
        for name in names:
            _OPERATIONS[(service, name)] = handler
        return handler

    return register


def before(service: str, *names: str) -> Callable[[Guard], Guard]:
    """The decorated function runs before the operation is answered and may refuse it with `ApiError`."""

    def register(guard: Guard) -> Guard:
        for name in names:
            _GUARDS.setdefault((service, name), []).append(guard)
        return guard

    return register


def after(service: str, *names: str) -> Callable[[Observer], Observer]:
    """The decorated function runs after the operation has succeeded, before the answer is sent."""

    def register(observer: Observer) -> Observer:
        for name in names:
            _OBSERVERS.setdefault((service, name), []).append(observer)
        return observer

    return register


def handler_of(service: str, name: str) -> Handler | None:
    return _OPERATIONS.get((service, name))


def guards_of(service: str, name: str) -> list[Guard]:
    return _GUARDS.get((service, name), [])


def observers_of(service: str, name: str) -> list[Observer]:
    return _OBSERVERS.get((service, name), [])


Value = TypeVar("Value")


class Store(Generic[Value]):
    """State of an added service: one `Value` per account and Region, made by `factory` on first use."""

    def __init__(self, factory: Callable[[], Value]) -> None:
        self._factory = factory
        self._values: dict[tuple[str, str], Value] = {}
        self.lock = threading.RLock()
        """For compound changes; a single dict operation needs none."""

    def of(self, call: Call) -> Value:
        """State of the account and Region that the call is made in."""
        return self.at(call.account, call.region)

    def at(self, account: str, region: str = "") -> Value:
        """State of a named account and Region (`""` for a service without Regions)."""
        with self.lock:
            key = (account, region)
            if key not in self._values:
                self._values[key] = self._factory()
            return self._values[key]

    def items(self) -> list[tuple[tuple[str, str], Value]]:
        """((account, region), state) of everything used so far."""
        with self.lock:
            return list(self._values.items())

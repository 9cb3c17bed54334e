"""The front door of the emulated AWS: one WSGI application around moto's.

For every request: find the operation, account and Region; run the guards; let the registered handler or moto
answer; record mutating calls in the journal; run the observers. A failure inside the emulator becomes a typed
AWS error that says which operation of which service is missing, never an HTML page.
"""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

from localcloud.aws import calls, services, wire
from localcloud.aws.calls import ApiError, Call, Reply
from localcloud.aws.identity import account_of
from localcloud.aws.journal import Journal
from localcloud.aws.replay import Replies, key_of

LOG = logging.getLogger("localcloud.aws")

StartResponse = Callable[..., Any]
LocalPage = Callable[[dict[str, Any], bytes], Reply]

INTERNAL_PREFIX = "/_localcloud/"
"""Paths of the daemon's own interface (health, status); not part of any AWS API."""

MOTO_PREFIX = "/moto-api"
"""moto's interface to reset and reseed itself: a way round every invariant, so not served."""


class _Moto(DomainDispatcherApplication):
    """moto's dispatcher, except that a service without a backend is said to be missing."""

    def get_backend_for_host(self, host: str | None) -> Any:
        backend = super().get_backend_for_host(host)
        if backend is None and host is not None:
            raise NotImplementedError(f"no backend for {host}")
        return backend


class Gateway:
    """WSGI application. `pages` answers the daemon's own paths by name."""

    def __init__(self, journal: Journal, pages: dict[str, LocalPage]) -> None:
        self._moto = _Moto(create_backend_app)
        self._journal = journal
        self._pages = pages
        self._replies = Replies()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)  # moto would let any caller name the account it acts in
        body = get_input_stream(environ).read()
        if path.startswith(INTERNAL_PREFIX):
            reply = self._page(path, environ, body)
        elif path.startswith(MOTO_PREFIX):
            reply = Reply(
                403, [], b"the emulator's own switches are closed: they could empty a locked bucket"
            )
        else:
            reply = self._answer(environ, body)
        start_response(f"{reply.status} {_reason(reply.status)}", _with_length(reply, environ))
        return [reply.body]

    def _page(self, path: str, environ: dict[str, Any], body: bytes) -> Reply:
        page = self._pages.get(path.removeprefix(INTERNAL_PREFIX).split("/")[0])
        return page(environ, body) if page else Reply(404, [], b"no such page")

    def _answer(self, environ: dict[str, Any], body: bytes) -> Reply:
        call = self._resolve(environ, body)
        if call is None:
            return self._moto_raw(environ, body)
        key = key_of(call)
        before = self._replies.of(key)
        if before is not None:
            return before
        try:
            reply = self._serve(call)
        except ServiceException as error:  # ours, or moto's from a backend that a hook has asked
            reply = wire.write(call.service, call.operation, environ, error)
        except HTTPException as error:  # an older kind of moto's errors, raised inside a hook of ours
            code = getattr(error, "error_type", "") or type(error).__name__
            failure = ApiError(str(code), str(getattr(error, "message", error.description)), error.code)
            reply = wire.write(call.service, call.operation, environ, failure)
        except Exception as error:  # noqa: BLE001 - whatever moto raises must reach the client typed
            reply = self._missing(call, error)
        self._replies.keep(key, reply)
        self._journal.record(call, reply)
        return reply

    def _resolve(self, environ: dict[str, Any], body: bytes) -> Call | None:
        signature = wire.signature_of(environ)
        if signature is None:
            return None
        resolved = wire.resolve(environ, signature.service, body)
        if resolved is None:
            return None
        service, operation, in_path = resolved
        services.ensure(service)
        return Call(
            service=service,
            operation=operation,
            account=account_of(signature.access_key),
            region=signature.region,
            access_key=signature.access_key,
            environ=environ,
            body=body,
            _parse=lambda: wire.parse(service, operation, in_path, environ, body),
            _forward=self._forward,
        )

    def _serve(self, call: Call) -> Reply:
        for guard in calls.guards_of(call.service, call.operation):
            guard(call)
        handler = calls.handler_of(call.service, call.operation)
        answer = handler(call) if handler else call.forward()
        if not isinstance(answer, Reply):
            answer = wire.write(call.service, call.operation, call.environ, answer)
        if answer.ok:
            for observer in calls.observers_of(call.service, call.operation):
                observer(call, answer)
        return answer

    def _forward(self, call: Call) -> Reply:
        reply = self._moto_raw(call.environ, call.body)
        if _is_unrouted(call, reply):
            raise NotImplementedError(call.operation)
        return reply

    def _moto_raw(self, environ: dict[str, Any], body: bytes) -> Reply:
        """Moto's own answer. A fresh copy of the environment, so that a call can be forwarded more than once."""
        chunks, status, headers = run_wsgi_app(
            self._moto, {**environ, "wsgi.input": io.BytesIO(body)}, buffered=True
        )
        return Reply(int(status.split(" ")[0]), list(headers), b"".join(chunks))

    def _missing(self, call: Call, error: Exception) -> Reply:
        """An operation that the emulator lacks or fails in, as an error any SDK can show."""
        where = f"{call.service}:{call.operation}"
        if isinstance(error, NotImplementedError):
            LOG.warning("%s is not emulated", where)
            message = f"{where} is not emulated; see recordedOnly in `python -m localcloud status`"
            failure = ApiError("NotImplemented", message, 501)
        else:
            LOG.error("%s failed: %s", where, traceback.format_exc())
            message = f"the emulator failed in {where}: {type(error).__name__}: {error}"
            failure = ApiError("EmulatorFailure", message, 400)
        return wire.write(call.service, call.operation, call.environ, failure)


def _is_unrouted(call: Call, reply: Reply) -> bool:
    """moto's web framework, not moto, has answered: no route leads to the operation."""
    if reply.status not in (404, 405, 500) or call.environ.get("REQUEST_METHOD") == "HEAD":
        return False
    return reply.body[:15].lower() == b"<!doctype html>" or (not reply.body and call.service != "s3")


def _with_length(reply: Reply, environ: dict[str, Any]) -> list[tuple[str, str]]:
    """Content-Length is ours to set, except that a HEAD answer keeps the length of the object."""
    if environ.get("REQUEST_METHOD") == "HEAD":
        return reply.headers
    kept = [(k, v) for k, v in reply.headers if k.lower() != "content-length"]
    if reply.status not in (204, 304):
        kept.append(("Content-Length", str(len(reply.body))))
    return kept


def _reason(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"

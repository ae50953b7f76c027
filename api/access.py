"""What every request gets: an id, safe headers, a line in the log, a place in the metrics."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from octavo.telemetry import metrics
from octavo.telemetry.logs import get_logger

REQUEST_ID = "X-Request-Id"
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})  # asked every few seconds by machines

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_log = get_logger(__name__)


def register(app: Flask) -> None:
    """Watch every request of `app`."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.began = time.monotonic()
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.request_id
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    route = request.url_rule.rule if request.url_rule else "none"
    seconds = time.monotonic() - g.began
    status = str(response.status_code)
    metrics.HTTP_REQUESTS.labels(method=_method(), route=route, status=status).inc()
    metrics.HTTP_SECONDS.labels(method=_method(), route=route).observe(seconds)
    log = _log.debug if request.path in _QUIET else _log.info
    log(
        "api.request",
        method=_method(),
        route=route,
        path=request.path,
        status=response.status_code,
        seconds=round(seconds, 4),
        key_id=str(g.caller.key_id) if "caller" in g else None,
        tenant=g.caller.tenant if "caller" in g else None,
    )
    return response


def _method() -> str:
    """One of the known methods: a label must not take whatever a client sends."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "other"

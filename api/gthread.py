"""gunicorn's threads, held by no client that is slow to say what it wants."""

from __future__ import annotations

import json
import secrets
import socket
import struct
import time
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import (
    ConfigurationProblem,
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from api.draining import CLOSE, drain
from api.errors import MEDIA_TYPE
from api.problems import BadRequest

HEAD_SECONDS = 10.0  # for a request's line and headers; clients send them in one go
SILENT_SECONDS = 30  # between two pieces of a body
LINGER_SECONDS, LINGER_BYTES = 2.0, 64 * 2**20  # for the end of a client that was answered
_REFUSED = {
    LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "The request's address is too long."),
    LimitRequestHeaders: (
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The request's headers are too many, or too long.",
    ),
    ExpectationFailed: (HTTPStatus.EXPECTATION_FAILED, "Nothing but 100-continue can be expected."),
}
# Headers of an answer, and what the operator configured: no client can help them.
_OURS = (InvalidResponseHeader, InvalidResponseHeaderName, ConfigurationProblem)
_TIMEVAL = struct.pack("ll", SILENT_SECONDS, 0)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A gthread worker that gives up on half-sent headers and on bodies that stand still."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._heads: dict[TConn, float] = {}  # connections that send headers, until when

    def load_wsgi(self) -> None:
        """Let the application end a connection: gunicorn drops a Connection header of its own."""
        super().load_wsgi()
        application: Any = self.wsgi  # type: ignore[has-type]

        def served(environ: dict[str, Any], start_response: Any) -> Any:
            environ[CLOSE] = start_response.__self__.force_close
            return application(environ, start_response)

        self.wsgi = served

    def handle(self, conn: TConn) -> Any:
        """Serve one request of a connection; runs in a thread of the pool."""
        # The kernel's own timeout: gunicorn sets Python's anew for each request.
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL)
        self._heads[conn] = time.monotonic() + HEAD_SECONDS
        try:
            kept = super().handle(conn)
        finally:
            self._heads.pop(conn, None)
        if not kept:
            # gunicorn would wait for the client's end in the loop that accepts connections.
            drain(conn.sock, LINGER_BYTES, LINGER_SECONDS)
        return kept

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Serve a request whose headers are read."""
        self._heads.pop(conn, None)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Refuse what is no HTTP, or too much of it, with a problem like any other."""
        if not isinstance(exc, ParseException) or isinstance(exc, _OURS):
            super().handle_error(req, client, addr, exc)
            return
        status, said = _REFUSED.get(type(exc), (HTTPStatus.BAD_REQUEST, "This is not valid HTTP."))
        request_id = secrets.token_hex(8)
        body = json.dumps({**BadRequest(said).body("", request_id), "status": status}).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
            f"Content-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        # Not what was sent: it may hold a key.
        self.log.warning("Refused (%s, %s): %s", type(exc).__name__, request_id, said)
        try:
            write_nonblock(client, head.encode() + body)
        except OSError as error:
            self.log.debug("A client that was refused had gone already: %s", error)

    def notify(self) -> None:
        """Tell the arbiter that the worker lives; its main loop does so every second or sooner."""
        super().notify()
        now = time.monotonic()
        for conn, deadline in list(self._heads.items()):
            if now > deadline and self._heads.pop(conn, None) is not None:
                self._cut(conn)

    def _cut(self, conn: TConn) -> None:
        """End a connection's input: its thread reads the end, and closes it."""
        try:
            conn.sock.shutdown(socket.SHUT_RD)
        except OSError as error:
            self.log.debug("A slow client had gone already: %s", error)

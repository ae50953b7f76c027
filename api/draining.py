"""Read what is left of a refused upload, so that the client gets to see why it was refused.

A server that closes a connection with unread bytes resets it, and a client that is still sending
learns of a broken connection instead of a file that is too large. So the answer goes out first,
at once; then what the client still sends is read and thrown away, within bounds.
"""

from __future__ import annotations

import socket
import time
from functools import partial

from flask import Flask, Response, current_app, g, request

from octavo.telemetry.logs import get_logger

LONGEST_SECONDS = 10.0
CLOSE = "octavo.close"  # in the environ: ends the connection after this answer
_BLOCK = 256 * 1024  # bytes

_log = get_logger(__name__)


def register(app: Flask) -> None:
    """Drain the request of every error of `app`."""
    app.after_request(_drain)


def _drain(response: Response) -> Response:
    """Close the connection of a refused body, after draining it for callers with a valid key.

    Nobody else can hold a thread by it: `api.gthread` waits two seconds for their end.
    """
    close = request.environ.get(CLOSE)
    sends = request.content_length or "Transfer-Encoding" in request.headers
    if response.status_code >= 400 and close is not None and sends:
        close()
        if "caller" in g:
            most = int(current_app.config["MAX_CONTENT_LENGTH"])
            response.call_on_close(partial(drain, request.environ["gunicorn.socket"], most))
    return response


def drain(line: socket.socket, most: int, seconds: float = LONGEST_SECONDS) -> None:
    """Say that the answer is over, and read on: to the client's end, `most` bytes, or `seconds`."""
    deadline = time.monotonic() + seconds
    try:
        line.shutdown(socket.SHUT_WR)
        while most > 0 and (block := _block(line, deadline)):
            most -= len(block)
        line.shutdown(socket.SHUT_RD)  # whoever closes the connection need not wait again
    except OSError as error:  # the client has gone: the answer is out anyway
        _log.debug("api.drain_ended", error=str(error))


def _block(line: socket.socket, deadline: float) -> bytes:
    left = deadline - time.monotonic()
    if left <= 0:
        return b""
    line.settimeout(left)
    try:
        return line.recv(_BLOCK)
    except TimeoutError:
        return b""

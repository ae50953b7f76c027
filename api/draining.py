"""Read what is left of a refused upload, so that the client gets to see why it was refused.

A server that closes a connection with unread bytes resets it, and a client that is still sending
learns of a broken connection instead of a wrong key or a file that is too large.
"""

from __future__ import annotations

import time

from flask import Flask, Response, current_app, request

LONGEST_SECONDS = 10.0
_BLOCK = 256 * 1024  # bytes


def register(app: Flask) -> None:
    """Drain the request of every error of `app`."""
    app.after_request(_drain)


def _drain(response: Response) -> Response:
    """Read at most as much as an upload may hold; only from servers that mark a body's end."""
    if response.status_code >= 400 and request.environ.get("wsgi.input_terminated"):
        stream = request.environ["wsgi.input"]
        left = current_app.config["MAX_CONTENT_LENGTH"]
        deadline = time.monotonic() + LONGEST_SECONDS
        try:
            while left > 0 and time.monotonic() < deadline and (block := stream.read(_BLOCK)):
                left -= len(block)
        except OSError:  # the client has gone and will not read the answer either
            response.headers["Connection"] = "close"
    return response

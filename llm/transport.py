"""A connection that ends: one request, a deadline for all of it, a bound on what comes back.

Timeouts of HTTP clients hold for each read, so a server that sends a byte a minute holds them for
ever. Here each read gets what is left of the whole, and headers count like any other byte.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import httpcore2
import httpx2

from pipelines.deadline import Deadline


class BoundedTransport(httpx2.HTTPTransport):
    """For one request: nothing of it is kept for another, or crosses a fork."""

    def __init__(self, deadline: Deadline, most_bytes: int) -> None:
        super().__init__(verify=_trusted(), trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_trusted(),
            max_connections=1,
            network_backend=_Backend(deadline, most_bytes),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises DecodingError for a compressed answer: a few bytes could become gigabytes."""
        response = super().handle_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise httpx2.DecodingError("the answer is compressed", request=request)
        return response


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Certificates are read once a process."""
    return httpx2.create_ssl_context()


class _Backend(httpcore2.SyncBackend):
    """Opens streams that end with the deadline."""

    def __init__(self, deadline: Deadline, most_bytes: int) -> None:
        self._deadline = deadline
        self._most_bytes = most_bytes

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(self._deadline, timeout, httpcore2.ConnectTimeout)
        stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline, self._most_bytes)


class _Stream(httpcore2.NetworkStream):
    """Each read and write gets what is left of the time; reading too much is an error."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline, most_bytes: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._left_bytes = most_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left(self._deadline, timeout, httpcore2.ReadTimeout)
        found = self._inner.read(max_bytes, left)
        self._left_bytes -= len(found)
        if self._left_bytes < 0:
            raise httpcore2.RemoteProtocolError("the answer is too large")
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = _left(self._deadline, timeout, httpcore2.WriteTimeout)
        self._inner.write(buffer, left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(self._deadline, timeout, httpcore2.ConnectTimeout)
        secure = self._inner.start_tls(ssl_context, server_hostname, left)
        return _Stream(secure, self._deadline, self._left_bytes)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: Deadline, timeout: float | None, error: type[Exception]) -> float:
    left = deadline.left()
    if left <= 0:
        raise error("the time was up")
    return left if timeout is None else min(left, timeout)

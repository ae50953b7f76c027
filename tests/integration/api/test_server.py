"""The API behind a real gunicorn: streams, bounds, long polls, starts while things are down."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3

from api.gthread import HEAD_SECONDS, LINGER_SECONDS
from store import models

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BOUNDARY = "octavo"
_HTTP = urllib3.PoolManager(retries=False, timeout=30)

Serve = Callable[..., Any]


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Serve:
    @contextmanager
    def run(**changed: str) -> Iterator[str]:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--config", "python:api.server"]
        command += ["--bind", f"127.0.0.1:{port}", "api.wsgi:app"]
        told = {**os.environ, **environment, **changed}
        log = tmp_path / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=told, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            _until_live(url, process, log)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=45) == 0, log.read_text()[-2000:]

    return run


def _until_live(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if _HTTP.request("GET", f"{url}/livez").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.05)
    pytest.fail(log.read_text()[-2000:])


def _form(size: int) -> Iterator[bytes]:
    """A multipart body with a file of `size` bytes, in pieces, its length never told."""
    yield (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=file; filename=big.pdf\r\n\r\n"
    ).encode()
    yield PDF
    left = size - len(PDF)
    while left:
        piece = b"\0" * min(left, 1 << 20)
        left -= len(piece)
        yield piece
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _send(url: str, key: str, body: Any) -> Any:
    return _HTTP.request(
        "POST",
        f"{url}/v1/documents",
        body=body,
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        },
    )


def test_a_file_is_streamed_and_bounded(serve: Serve, api: Any) -> None:
    with serve(OCTAVO_MAX_UPLOAD_BYTES=str(20 * 2**20)) as url:
        kept = _send(url, api.key, _form(20 * 2**20))
        assert kept.status == 201
        digest = hashlib.sha256(PDF)
        digest.update(b"\0" * (20 * 2**20 - len(PDF)))
        assert kept.json()["sha256"] == digest.hexdigest()
        for size in (20 * 2**20 + 1, 25 * 2**20):
            refused = _send(url, api.key, _form(size))
            assert (refused.status, refused.json()["code"]) == (413, "too_large")
        assert _send(url, "wrong", _form(1 << 20)).status == 401
        assert api.count(models.Document) == 1 and len(api.keys()) == 1


def _head(key: str, framing: str) -> bytes:
    return (
        f"POST /v1/documents HTTP/1.1\r\nHost: octavo\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Connection: close\r\n{framing}\r\n\r\n"
    ).encode()


def _raw(url: str, key: str, framing: str, body: bytes) -> bytes:
    """Send a body under a framing that need not be true, end the sending, take the answer."""
    with _connect(url) as line:
        line.sendall(_head(key, framing) + body)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_body_that_is_cut_off_makes_no_document(serve: Serve, api: Any) -> None:
    whole = b"".join(_form(100_000))
    half = whole[:50_000]
    chunk = b"%x\r\n%b\r\n" % (len(half), half)
    with serve() as url:
        for framing, body in (
            (f"Content-Length: {len(half)}", whole),
            (f"Content-Length: {len(whole)}", half),
            ("Transfer-Encoding: chunked", chunk),
            ("Transfer-Encoding: chunked", chunk + b"0\r\n\r\n"),
        ):
            answer = _raw(url, api.key, framing, body)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), (framing, answer)
        assert _HTTP.request("GET", f"{url}/livez").status == 200
    assert (api.count(models.Document), api.keys()) == (0, [])


def test_a_body_whose_chunks_are_none_is_a_bad_request(serve: Serve, api: Any) -> None:
    with serve() as url:
        answer = _raw(url, api.key, "Transfer-Encoding: chunked", b"ZZZZ\r\nabc\r\n0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400") and b'"code": "bad_request"' in answer, answer
        assert answer.count(b"HTTP/1.1") == 1


def test_what_is_no_http_or_too_much_of_it_is_a_problem(
    serve: Serve, api: Any, tmp_path: Path
) -> None:
    key = f"Authorization: Bearer {api.key}"
    with serve() as url:
        for line, status in (
            ("no request", 400),
            (f"GET /livez HTTP/1.1\r\n{key}\r\nno header", 400),
            (f"GET /livez?{'a' * 9000} HTTP/1.1\r\n{key}", 414),
            (f"GET /livez HTTP/1.1\r\n{key}\r\nRange: {'0-0,' * 9000}", 431),
            (f"GET /livez HTTP/1.1\r\nHost: a\r\n{key}\r\nExpect: miracles", 417),
        ):
            with _connect(url) as sent:
                sent.sendall(f"{line}\r\n\r\n".encode())
                answer = sent.makefile("rb").read()
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d " % status), answer
            assert b"Content-Type: application/problem+json" in head
            told = json.loads(body)
            assert (told["code"], told["status"]) == ("bad_request", status)
    assert api.key not in (tmp_path / "server.log").read_text()


def test_who_drips_a_body_is_refused_at_once(serve: Serve, api: Any) -> None:
    with serve(OCTAVO_API_THREADS="2") as url:
        for key, status in (("wrong", b"401"), (api.key, b"413")):
            lines = [_begin(url, key, f"Content-Length: {999_999_999_999}") for _ in range(4)]
            for line in lines:
                began = time.monotonic()
                line.sendall(b"-")
                assert line.recv(65536).startswith(b"HTTP/1.1 " + status)
                assert time.monotonic() - began < LINGER_SECONDS + 3  # two at a time
                line.close()


def test_half_a_request_does_not_hold_a_thread_for_long(serve: Serve) -> None:
    with serve(OCTAVO_API_THREADS="2") as url:
        lines = [_connect(url) for _ in range(2)]
        for line in lines:
            line.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n")
        began = time.monotonic()
        assert _HTTP.request("GET", f"{url}/livez", timeout=20).status == 200
        assert time.monotonic() - began < HEAD_SECONDS + 3
        for line in lines:
            assert line.recv(1) == b""
            line.close()


def _begin(url: str, key: str, framing: str) -> socket.socket:
    line = _connect(url)
    line.sendall(_head(key, framing))
    return line


def _connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def test_waiting_leaves_threads_for_others(serve: Serve, api: Any) -> None:
    sent = api.send().json["id"]
    with serve(OCTAVO_API_THREADS="4") as url:
        headers = {"Authorization": f"Bearer {api.key}"}
        answers: list[tuple[str, float]] = []

        def wait() -> None:
            began = time.monotonic()
            answer = urllib3.request(
                "GET", f"{url}/v1/documents/{sent}?wait=20", headers=headers, timeout=30
            )
            answers.append((answer.json()["state"], time.monotonic() - began))

        waiters = [threading.Thread(target=wait) for _ in range(4)]
        for waiter in waiters:
            waiter.start()
        deadline = time.monotonic() + 15
        while len(answers) < 2:  # two may wait, two are answered at once
            assert time.monotonic() < deadline
            assert _HTTP.request("GET", f"{url}/livez", timeout=5).status == 200
        api.post(f"/v1/documents/{sent}/cancel")
        for waiter in waiters:
            waiter.join(timeout=15)
        states = sorted(state for state, _ in answers)
        assert states == ["cancelled", "cancelled", "queued", "queued"]
        assert max(seconds for _, seconds in answers) < 15


def test_it_starts_while_everything_is_down(serve: Serve) -> None:
    down = {
        "OCTAVO_DATABASE_URL": "postgresql+psycopg2://octavo@127.0.0.1:1/octavo",
        "OCTAVO_BROKER_URL": "redis://127.0.0.1:1/0",
        "OCTAVO_S3_ENDPOINT": "127.0.0.1:1",
    }
    with serve(**down) as url:
        ready = _HTTP.request("GET", f"{url}/readyz")
        assert ready.status == 503
        found = {check["name"]: check["state"] for check in ready.json()["checks"]}
        assert found.pop("broker") == "warning"
        assert set(found.values()) == {"down"}
        assert _HTTP.request("GET", f"{url}/docs").status == 200
        assert _HTTP.request("GET", f"{url}/v1/documents").status == 401


def test_it_prepares_the_bucket_and_says_one_line_a_request(serve: Serve, tmp_path: Path) -> None:
    with serve(OCTAVO_S3_BUCKET=f"new{uuid.uuid4().hex[:8]}") as url:
        assert _HTTP.request("GET", f"{url}/readyz").status == 200
        _HTTP.request("GET", f"{url}/version", headers={"X-Request-Id": "line-1"})
    lines = (tmp_path / "server.log").read_text().splitlines()
    asked = [line for line in lines if '"event": "api.request"' in line and "line-1" in line]
    assert len(asked) == 1 and '"status": 200' in asked[0] and '"role": "api"' in asked[0]

"""An object store that is gone, refuses, hangs, fails or lies: typed errors within seconds."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from store.objects import (
    BucketMissing,
    MemoryObjects,
    Objects,
    ObjectStoreRefused,
    ObjectStoreUnavailable,
    S3Objects,
)
from store.objects.directory import DirectoryObjects


def s3(endpoint: str) -> S3Objects:
    return S3Objects(endpoint, bucket="down", access_key="a", secret_key="secret")


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_PUT = do_HEAD = do_POST = do_DELETE = do_GET  # noqa: N815 - names of http.server

        def log_message(self, *args: object) -> None:
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def calls(objects: Objects, path: Path) -> dict[str, Callable[[], object]]:
    def get() -> None:
        with objects.get("k"):
            pytest.fail("opened")

    return {
        "put": lambda: objects.put("k", io.BytesIO(b"q")),
        "get": get,
        "head": lambda: objects.head("k"),
        "copy": lambda: objects.copy_if_match("k", "l", "e"),
        "delete": lambda: objects.delete("k"),
        "delete_prefix": lambda: objects.delete_prefix("p/"),
        "list": lambda: list(objects.list()),
        "fetch": lambda: objects.fetch("k", path),
        "prepare": objects.prepare,
        "check": objects.check,
    }


def assert_unavailable(objects: Objects, path: Path, seconds: float) -> None:
    for name, call in calls(objects, path).items():
        began = time.monotonic()
        with pytest.raises(ObjectStoreUnavailable) as caught:
            call()
        assert caught.value.retryable, name
        assert caught.value.advice, name
        assert time.monotonic() - began < seconds, name
    assert not path.exists()


def test_a_server_that_is_gone(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert_unavailable(s3(f"127.0.0.1:{port}"), tmp_path / "x", 3)


def test_a_fake_that_is_set_down(tmp_path: Path) -> None:
    assert_unavailable(MemoryObjects(down=True), tmp_path / "x", 1)


def test_a_server_that_fails_inside(tmp_path: Path) -> None:
    with answering(lambda request: request.send_error(500)) as endpoint:
        assert_unavailable(s3(endpoint), tmp_path / "x", 3)


def test_readiness_does_not_wait_for_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(ObjectStoreUnavailable):
            s3(f"127.0.0.1:{silent.getsockname()[1]}").check()
        assert time.monotonic() - began < 4


def test_a_body_cut_short_is_not_taken_for_the_object(tmp_path: Path) -> None:
    def half(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.send_header("ETag", '"e"')
        request.end_headers()
        request.wfile.write(b"q" * 500)

    with answering(half) as endpoint, pytest.raises(ObjectStoreUnavailable):
        s3(endpoint).fetch("k", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_secret_is_told_apart(open_bucket: Callable[..., S3Objects]) -> None:
    objects = open_bucket("conformance", secret_key="wrong")
    with pytest.raises(ObjectStoreRefused, match="SignatureDoesNotMatch") as caught:
        objects.put("k", io.BytesIO(b"q"))
    assert "secret key" in caught.value.advice
    with pytest.raises(ObjectStoreRefused):
        objects.check()


def test_a_check_makes_no_bucket(open_bucket: Callable[..., S3Objects]) -> None:
    objects = open_bucket("never-prepared")
    for _ in range(2):
        with pytest.raises(BucketMissing):
            objects.check()


def test_a_directory_that_was_never_prepared(tmp_path: Path) -> None:
    objects = DirectoryObjects(tmp_path / "missing")
    with pytest.raises(ObjectStoreUnavailable):
        objects.check()


def test_a_directory_forgets_partial_files_of_dead_writers(tmp_path: Path) -> None:
    objects = DirectoryObjects(tmp_path)
    objects.prepare()
    old, young = tmp_path / "partial/old", tmp_path / "partial/young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))

    objects.prepare()
    assert (old.exists(), young.exists()) == (False, True)

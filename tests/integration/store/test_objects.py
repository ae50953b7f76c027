"""One conformance suite over every object store; SeaweedFS is the S3 server."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.objects import (
    ChecksumMismatch,
    DirectoryObjects,
    InvalidKey,
    MemoryObjects,
    ObjectChanged,
    ObjectMissing,
    Objects,
    PresignUnsupported,
    S3Objects,
    TooLarge,
    TooShort,
)

TEN_MEGABYTES = bytes(range(256)) * (10 * 2**20 // 256)
OpenBucket = Callable[[str], S3Objects]


@pytest.fixture(params=["s3", "directory", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    kind: str = request.param
    opened: Objects
    if kind == "s3":
        open_bucket: OpenBucket = request.getfixturevalue("open_bucket")
        opened = open_bucket("conformance")
    else:
        opened = DirectoryObjects(tmp_path / "root") if kind == "directory" else MemoryObjects()
    opened.prepare()
    for left in opened.list():
        opened.delete(left.key)
    return opened


def put(objects: Objects, key: str, data: bytes) -> str:
    return objects.put(key, io.BytesIO(data), size=len(data)).etag


def read(objects: Objects, key: str) -> bytes:
    with objects.get(key) as body:
        return body.read()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", TEN_MEGABYTES], ids=["empty", "small", "10MB"])
def test_what_is_put_comes_back(objects: Objects, data: bytes) -> None:
    stored = objects.put("doc/source", io.BytesIO(data), media_type="application/pdf")

    assert (stored.key, stored.size) == ("doc/source", len(data))
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    head = objects.head("doc/source")
    assert head is not None
    assert (head.size, head.etag, head.sha256) == (len(data), stored.etag, None)
    with objects.get("doc/source") as body:
        assert body.stored == head
        assert b"".join(body.chunks()) == data


@pytest.mark.parametrize(
    "key",
    ["ünï/日本 語.pdf", "e\u0301/combining", "a b+c%2F&?#=.pdf", "d/" + "é" * 127],
)
def test_keys_are_kept_exactly(objects: Objects, key: str) -> None:
    put(objects, key, b"q")

    assert read(objects, key) == b"q"
    assert key in {stored.key for stored in objects.list(key[:1])}
    copied = objects.copy_if_match(key, "copy/" + key, put(objects, key, b"qq"))
    assert copied.size == 2
    objects.delete(key)
    assert objects.head(key) is None


@pytest.mark.parametrize(
    "key",
    ["", "/x", "x/", "x//y", "x/../y", "../x", ".", "a\nb", "a\0b", "a\\b", "x" * 256, "y/" * 600],
)
def test_keys_that_some_store_would_bend_are_refused(objects: Objects, key: str) -> None:
    with pytest.raises(InvalidKey):
        put(objects, key, b"q")
    with pytest.raises(InvalidKey), objects.get(key):
        pytest.fail("opened")
    with pytest.raises(InvalidKey):
        objects.head(key)
    with pytest.raises(InvalidKey):
        objects.delete(key)


def test_the_last_put_wins(objects: Objects) -> None:
    first = put(objects, "k/1", b"one")
    second = put(objects, "k/1", b"two")

    assert first != second
    assert read(objects, "k/1") == b"two"


@pytest.mark.parametrize("size", [11, 9 * 2**20], ids=["one part", "two parts"])
def test_a_stream_over_its_bound_leaves_nothing(objects: Objects, size: int) -> None:
    with pytest.raises(TooLarge):
        objects.put("big/new", io.BytesIO(bytes(size)), max_bytes=size - 1)
    with pytest.raises(TooLarge):
        objects.put("big/new", io.BytesIO(bytes(size)), size=size - 1)

    assert objects.head("big/new") is None
    assert list(objects.list("big/")) == []
    assert objects.put("big/new", io.BytesIO(bytes(size)), max_bytes=size).size == size


def test_too_large_is_known_before_reading_when_declared(objects: Objects) -> None:
    stream = io.BytesIO(bytes(100))
    with pytest.raises(TooLarge):
        objects.put("big/declared", stream, size=100, max_bytes=99)
    assert stream.tell() == 0


def test_a_stream_that_ends_early_keeps_what_was_there(objects: Objects) -> None:
    put(objects, "k/short", b"before")
    with pytest.raises(TooShort) as caught:
        objects.put("k/short", io.BytesIO(b"half"), size=8)

    assert caught.value.retryable
    assert read(objects, "k/short") == b"before"


def test_a_stream_that_breaks_leaves_nothing(objects: Objects) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 9 * 2**20:
                raise ConnectionResetError("the client went away")
            return super().read(size)

    with pytest.raises(Exception, match=r"went away|reset") as caught:
        objects.put("k/broken", Broken(TEN_MEGABYTES), size=len(TEN_MEGABYTES))
    assert caught.type.__name__ in {"ConnectionResetError", "ObjectStoreUnavailable"}
    assert objects.head("k/broken") is None


def test_a_missing_key_says_so(objects: Objects, tmp_path: Path) -> None:
    assert objects.head("no/such") is None
    with pytest.raises(ObjectMissing) as caught, objects.get("no/such"):
        pytest.fail("opened")
    assert not caught.value.retryable
    with pytest.raises(ObjectMissing):
        objects.fetch("no/such", tmp_path / "x")
    with pytest.raises(ObjectMissing):
        objects.copy_if_match("no/such", "no/copy", "etag")
    assert not (tmp_path / "x").exists()


def test_deleting_twice_is_deleting_once(objects: Objects) -> None:
    put(objects, "k/gone", b"q")
    objects.delete("k/gone")
    objects.delete("k/gone")
    assert objects.head("k/gone") is None


def test_copy_takes_the_object_that_was_seen(objects: Objects) -> None:
    for data in (b"seen", TEN_MEGABYTES):
        etag = put(objects, "in/1", data)
        copied = objects.copy_if_match("in/1", "own/1", etag)
        put(objects, "in/1", b"overwritten after the copy")

        assert (copied.key, copied.size) == ("own/1", len(data))
        assert copied.etag == getattr(objects.head("own/1"), "etag", None)
        assert read(objects, "own/1") == data


def test_copy_refuses_an_object_overwritten_since(objects: Objects) -> None:
    etag = put(objects, "in/2", b"seen")
    put(objects, "in/2", b"SEEN")

    with pytest.raises(ObjectChanged) as caught:
        objects.copy_if_match("in/2", "own/2", etag)
    assert not caught.value.retryable
    assert objects.head("own/2") is None


def test_fetch_brings_the_whole_file_or_nothing(objects: Objects, tmp_path: Path) -> None:
    put(objects, "k/file", TEN_MEGABYTES)
    digest = hashlib.sha256(TEN_MEGABYTES).hexdigest()
    target = tmp_path / "file"

    with pytest.raises(ChecksumMismatch) as caught:
        objects.fetch("k/file", target, sha256="0" * 64)
    assert caught.value.retryable
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []

    fetched = objects.fetch("k/file", target, sha256=digest)
    assert (fetched.sha256, fetched.size) == (digest, len(TEN_MEGABYTES))
    assert target.read_bytes() == TEN_MEGABYTES


def test_a_folder_is_listed_and_deleted_alone(objects: Objects) -> None:
    for key in ("t/d1/source", "t/d1/pages/1", "t/d1/pages/ü", "t/d10/source"):
        put(objects, key, key.encode())

    sizes = {stored.key: stored.size for stored in objects.list("t/d1/")}
    assert sizes == {"t/d1/source": 11, "t/d1/pages/1": 12, "t/d1/pages/ü": 13}
    assert objects.delete_prefix("t/d1/") == 3
    assert [stored.key for stored in objects.list("t/")] == ["t/d10/source"]
    assert objects.delete_prefix("t/d1/") == 0
    for everything in ("", "/", "t"):
        with pytest.raises(InvalidKey):
            objects.delete_prefix(everything)


def test_an_object_tells_when_it_was_written(objects: Objects) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    first = objects.put("age/1", io.BytesIO(b"q"))
    objects.copy_if_match("age/1", "age/2", first.etag)
    seen = [first, objects.head("age/1"), *objects.list("age/")]
    with objects.get("age/2") as body:
        seen.append(body.stored)
    after = datetime.now(UTC)

    assert len(seen) == 5
    for stored in seen:
        assert stored is not None
        assert stored.modified.tzinfo is UTC
        # A store's clock may round up to the next whole second.
        assert before <= stored.modified <= after + timedelta(seconds=1)


def test_a_listing_goes_on_where_another_ended(objects: Objects) -> None:
    keys = {"t-1/d/source", "t/d/incoming/x", "t/d/pages/1", "t/d-2/source", "t/source", "u", "ü/1"}
    for key in keys:
        put(objects, key, b"q")
    whole = [stored.key for stored in objects.list()]

    assert set(whole) == keys
    for index, key in enumerate(whole):
        assert [stored.key for stored in objects.list(after=key)] == whole[index + 1 :]
    objects.delete("t/d/pages/1")
    index = whole.index("t/d/pages/1")
    assert [stored.key for stored in objects.list(after="t/d/pages/1")] == whole[index + 1 :]
    inside = [stored.key for stored in objects.list("t/")]
    for index, key in enumerate(inside):
        assert [stored.key for stored in objects.list("t/", after=key)] == inside[index + 1 :]


def test_a_body_left_half_read_harms_no_later_one(objects: Objects) -> None:
    put(objects, "k/half", TEN_MEGABYTES)
    for _ in range(3):
        with objects.get("k/half") as body:
            assert body.read(10) == TEN_MEGABYTES[:10]
    assert read(objects, "k/half") == TEN_MEGABYTES


def test_racing_puts_and_reads_see_whole_objects(objects: Objects) -> None:
    values = [bytes([digit]) * 100_000 for digit in range(8)]
    put(objects, "race/1", values[0])
    start = threading.Barrier(8)

    def write_and_read(value: bytes) -> bytes:
        start.wait(timeout=10)
        put(objects, "race/1", value)
        return read(objects, "race/1")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write_and_read, values)) <= set(values)


def test_readiness(objects: Objects) -> None:
    objects.check()
    objects.prepare()
    objects.check()


@pytest.mark.parametrize("kind", ["directory", "memory"])
def test_a_store_that_clients_cannot_reach_does_not_presign(kind: str, tmp_path: Path) -> None:
    objects = DirectoryObjects(tmp_path) if kind == "directory" else MemoryObjects()
    with pytest.raises(PresignUnsupported) as caught:
        objects.presign_post("k", max_bytes=1, media_type="text/plain", expires_seconds=9)
    assert "POST /v1/documents" in caught.value.advice

"""What an object store does, whatever keeps the bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from store.objects.keys import checked_prefix
from store.objects.transfer import CHUNK, Reader, save


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the store knows it."""

    key: str
    size: int  # bytes
    etag: str  # changes with every overwrite; opaque, never compared across keys or stores
    modified: datetime  # UTC, by the store's clock, to the second; a store that does not say: now
    sha256: str | None = None  # hex; None when the bytes did not pass through this process


@dataclass(frozen=True, slots=True)
class PresignedPost:
    """A form that lets a client upload one object: POST ``fields``, then ``file`` last."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """An open object; reading it raises ObjectStoreUnavailable when the transfer breaks."""

    stored: Stored
    source: Callable[[int], bytes]

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, all that is left when negative, nothing at the end."""
        return self.source(size)

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of at most CHUNK, for a streamed answer."""
        while chunk := self.source(CHUNK):
            yield chunk


class Objects(Protocol):
    """One bucket. Every method may raise ObjectStoreUnavailable, and InvalidKey for a bad key.

    Open one after fork: connections are not shared between processes. Threads may share it.
    A key is never the folder of another key.
    """

    def prepare(self) -> None:
        """Make the bucket when it is missing; any number of processes may do so at once."""
        ...

    def check(self) -> None:
        """Ask whether the store is ready, within two seconds; no retries, nothing is written."""
        ...

    def put(
        self,
        key: str,
        stream: Reader,
        *,
        size: int | None = None,
        max_bytes: int | None = None,
        media_type: str = "application/octet-stream",
    ) -> Stored:
        """Store all bytes of the stream, hashed on the way; the last put of a key wins.

        `size` is the exact number of bytes when known, `max_bytes` a bound. The object appears
        whole or not at all; after an error the key holds what it held before.

        Raises:
            TooLarge: the stream holds more than `max_bytes` or `size`; it is read no further.
            TooShort: the stream ends before `size`.
        """
        ...

    def get(self, key: str) -> AbstractContextManager[Body]:
        """The object, open for reading while the context lasts.

        Raises:
            ObjectMissing: on entering.
        """
        ...

    def head(self, key: str) -> Stored | None:
        """The object as it is now without its bytes (`sha256` is None); None when missing."""
        ...

    def copy_if_match(self, source: str, target: str, etag: str) -> Stored:
        """Copy inside the store, only if `source` still has this ETag.

        Raises:
            ObjectChanged: `source` was overwritten; `target` is untouched.
            ObjectMissing: there is no `source`.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens when it is missing."""
        ...

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[Stored]:
        """Every object whose key starts with `prefix`, streamed, in an order of the store's own.

        With `after`, a key that was listed before, only those that follow it in that order. An
        object put or deleted meanwhile may or may not be seen.
        """
        ...

    def fetch(self, key: str, path: Path, *, sha256: str | None = None) -> Stored:
        """Download to `path`, which appears whole or not at all.

        Raises:
            ObjectMissing: there is no such object.
            ChecksumMismatch: the bytes do not have the SHA-256 (hex) asked for.
        """
        with self.get(key) as body:
            seen = save(body, path, sha256)
        return replace(body.stored, sha256=seen)

    def delete_prefix(self, prefix: str) -> int:
        """Remove every object of a folder (`prefix` ends in ``/``); how many there were."""
        keys = [stored.key for stored in self.list(checked_prefix(prefix))]
        for key in keys:
            self.delete(key)
        return len(keys)

    def presign_post(
        self,
        key: str,
        *,
        max_bytes: int,
        min_bytes: int = 1,
        media_type: str,
        sha256: str | None = None,
        expires_seconds: int,
    ) -> PresignedPost:
        """A form with which a client uploads exactly this key, type and SHA-256 (hex).

        `min_bytes` and `max_bytes` bound the file, both included.

        Raises:
            PresignUnsupported: clients cannot reach this store (a directory, memory).
        """
        ...

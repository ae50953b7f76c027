"""An object store in this process's memory, for tests: the contract without a server."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any

from store.objects.errors import (
    ObjectChanged,
    ObjectMissing,
    ObjectStoreUnavailable,
    PresignUnsupported,
)
from store.objects.keys import checked
from store.objects.protocol import Body, Objects, PresignedPost, Stored
from store.objects.transfer import CHUNK, Measured, Reader


@dataclass
class MemoryObjects(Objects):
    """Set `down` and every call fails as it would with the store gone."""

    down: bool = False
    _kept: dict[str, tuple[Stored, bytes]] = field(default_factory=dict)
    _versions: Iterator[int] = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)

    def prepare(self) -> None:
        self._reach()

    def check(self) -> None:
        self._reach()

    def put(
        self,
        key: str,
        stream: Reader,
        *,
        size: int | None = None,
        max_bytes: int | None = None,
        media_type: str = "application/octet-stream",  # noqa: ARG002 - nobody can ask for it
    ) -> Stored:
        checked(key)
        self._reach()
        measured = Measured(stream, size=size, max_bytes=max_bytes)
        data = b"".join(iter(lambda: measured.read(CHUNK), b""))
        return self._keep(key, data, measured.sha256)

    @contextmanager
    def get(self, key: str) -> Iterator[Body]:
        stored, data = self._find(key)
        yield Body(stored, io.BytesIO(data).read)

    def head(self, key: str) -> Stored | None:
        self._reach()
        found = self._kept.get(checked(key))
        return found and found[0]

    def copy_if_match(self, source: str, target: str, etag: str) -> Stored:
        checked(target)
        stored, data = self._find(source)
        if stored.etag != etag:
            raise ObjectChanged(f"{source!r} was overwritten")
        return self._keep(target, data, None)

    def delete(self, key: str) -> None:
        self._reach()
        self._kept.pop(checked(key), None)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[Stored]:
        self._reach()
        with self._lock:
            kept = sorted(self._kept.items())
        return (stored for key, (stored, _) in kept if key.startswith(prefix) and key > after)

    def presign_post(self, key: str, **_form: Any) -> PresignedPost:
        raise PresignUnsupported(f"{key!r}: clients cannot upload to memory")

    def _keep(self, key: str, data: bytes, sha256: str | None) -> Stored:
        with self._lock:
            now = datetime.now(UTC).replace(microsecond=0)
            stored = Stored(key, len(data), str(next(self._versions)), now)
            self._kept[key] = stored, data
        return replace(stored, sha256=sha256)

    def _find(self, key: str) -> tuple[Stored, bytes]:
        self._reach()
        found = self._kept.get(checked(key))
        if found is None:
            raise ObjectMissing(f"no object under {key!r}")
        return found

    def _reach(self) -> None:
        if self.down:
            raise ObjectStoreUnavailable("the object store in memory is set down")

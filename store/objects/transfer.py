"""Bytes on their way: counted, hashed and bounded going in, whole or not at all coming out."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from store.objects.errors import ChecksumMismatch, TooLarge, TooShort

CHUNK = 256 * 1024  # bytes


class Reader(Protocol):
    """Anything with ``read(size)``: an open file, an upload, another object's body."""

    def read(self, size: int = -1, /) -> bytes: ...


class Measured:
    """A stream that hashes what passes and refuses to hold more or less than it may."""

    def __init__(self, stream: Reader, *, size: int | None, max_bytes: int | None) -> None:
        if size is not None and max_bytes is not None and size > max_bytes:
            raise TooLarge(f"{size} bytes declared, {max_bytes} allowed")
        self._stream = stream
        self._declared = size
        self._bound = size if size is not None else max_bytes
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            TooLarge: the stream went past its bound.
            TooShort: the stream ended before its declared size.
        """
        data = self._stream.read(size)
        self.size += len(data)
        if self._bound is not None and self.size > self._bound:
            raise TooLarge(f"the stream holds more than {self._bound} bytes")
        if not data and size and self._declared is not None and self.size < self._declared:
            raise TooShort(f"the stream ended at {self.size} of {self._declared} bytes")
        self._hash.update(data)
        return data


def save(stream: Reader, path: Path, sha256: str | None = None) -> str:
    """Write a stream to `path` by way of a temporary neighbour; its SHA-256 in hex.

    Raises:
        ChecksumMismatch: the bytes have another SHA-256 than the one given; `path` is untouched.
    """
    measured = Measured(stream, size=None, max_bytes=None)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".fetch-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            while data := measured.read(CHUNK):
                file.write(data)
        _compare(measured.sha256, sha256)
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    return measured.sha256


def _compare(seen: str, recorded: str | None) -> None:
    if recorded is not None and seen != recorded:
        raise ChecksumMismatch(f"SHA-256 {seen} read, {recorded} recorded")

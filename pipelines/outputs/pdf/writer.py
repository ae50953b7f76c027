"""A PDF file written object by object: what is written is not kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class Writer:
    """Objects go out as they come; the table at the end says where they are."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at: dict[int, int] = {}  # offset of each object, 0 while it is only promised
        self._written = 0
        self._digest = hashlib.sha256()
        self._put(HEAD)

    def promise(self) -> int:
        """The number of an object that is written later."""
        number = len(self._at) + 1
        self._at[number] = 0
        return number

    def add(self, body: bytes, number: int | None = None) -> int:
        """Write an object; its number."""
        number = number or self.promise()
        self._at[number] = self._written
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return number

    def stream(self, entries: bytes, length: int, chunks: Iterable[bytes]) -> int:
        """Write a stream of `length` bytes; its number."""
        number = self.promise()
        self._at[number] = self._written
        self._put(b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, entries, length))
        for chunk in chunks:
            self._put(chunk)
        self._put(b"\nendstream\nendobj\n")
        return number

    def end(self, root: int) -> None:
        """Write the table and the trailer. The same objects give the same file."""
        start, count = self._written, len(self._at) + 1
        identity = self._digest.hexdigest()[:32].encode()
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for number in range(1, count):
            self._put(b"%010d 00000 n \n" % self._at[number])
        self._put(
            b"trailer\n<< /Root %d 0 R /Size %d /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n"
            % (root, count, identity, identity, start)
        )

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._written += len(data)

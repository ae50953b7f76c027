"""Files of the form of Tesseract's language data, made without a model."""

from __future__ import annotations

import struct

ENTRIES = 24
LSTM, SHAPES, VERSION = 17, 3, 23


def made(*entries: tuple[int, bytes]) -> bytes:
    """A file with these entries, by number; by default of a language."""
    begins, body = [-1] * ENTRIES, b""
    table = 4 + 8 * ENTRIES
    for number, content in entries or ((LSTM, b"a model"), (VERSION, b"of no version")):
        begins[number] = table + len(body)
        body += content
    return struct.pack(f"<i{ENTRIES}q", ENTRIES, *begins) + body

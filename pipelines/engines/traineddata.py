"""Whether a file of Tesseract's data is whole, told from the table at its head.

The form, all little-endian: the number of entries (int32), then of each where it begins (int64, -1:
it is not there), then the entries themselves, each up to where the next begins. What is damaged
within an entry is not seen here: the engine says so when it loads it.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

LSTM = 17  # the entry that lines are read with
SHAPES = 3  # the entry that orientation is told with; such data has no LSTM
MOST = 1000  # entries; Tesseract takes no file with more
COUNT = struct.Struct("<i")


def state(path: Path) -> tuple[Path, int, int]:
    """What changes when another file is put in its place. Raises OSError."""
    status = path.stat()
    return path, status.st_size, status.st_mtime_ns


def is_whole(path: Path, entry: int = LSTM) -> bool:
    """Whether all entries lie within the file, in order, and `entry` is there and not empty.

    False where the file cannot be read. Another file under the same name is looked at anew.
    """
    try:
        return entry in _entries(*state(path))
    except OSError:
        return False


@lru_cache(maxsize=1024)
def _entries(path: Path, size: int, changed: int) -> frozenset[int]:
    """Numbers of the entries that are not empty; none where the table cannot be right."""
    del changed
    with path.open("rb") as file:
        head = file.read(COUNT.size + 8 * MOST)
    count = COUNT.unpack_from(head)[0] if len(head) >= COUNT.size else 0
    table = COUNT.size + 8 * count
    if not 0 < count <= MOST or len(head) < table:
        return frozenset()
    begins = struct.unpack_from(f"<{count}q", head, COUNT.size)
    there = [number for number, begin in enumerate(begins) if begin != -1]
    edges = [*(begins[number] for number in there), size]
    if edges[0] < table or edges != sorted(edges):
        return frozenset()
    return frozenset(
        number for number, begin, end in zip(there, edges, edges[1:], strict=False) if begin < end
    )

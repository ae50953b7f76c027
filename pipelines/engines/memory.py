"""Memory that engines keep for their next page, as long as nothing else needs it."""

from __future__ import annotations

import ctypes
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from weakref import WeakSet

# mallopt(3): the block from which one goes back at once, and the most heaps.
MMAP_THRESHOLD, ARENA_MAX = -3, -8
LARGE = 2**19  # bytes
# Bytes that a process is to take at most, with what its page needs in passing. It takes 100 MiB
# before it has an engine.
MOST = 330 * 2**20
STATM = Path("/proc/self/statm")


class Keeper(Protocol):
    """An engine that keeps what it can load again."""

    def spare(self) -> bool:
        """Let one thing go that can be loaded again; whether something went.

        At once: it waits for no engine that is at work, and what is in use is freed after that.
        """


_keepers: WeakSet[Keeper] = WeakSet()
_lock = threading.Lock()


def keeps(keeper: Keeper) -> None:
    """Have `keeper`, which is about to load a model, spare it when another needs the memory.

    From now on large blocks are returned when they are freed: a process that read two pages with
    PP-OCR keeps 305 MB otherwise instead of 167, and took 342 at its most instead of 248, for 15 %
    less processor time of PP-OCR and 1 % of Tesseract.
    """
    with _lock:
        _keepers.add(keeper)
    _call("mallopt", MMAP_THRESHOLD, LARGE)


def share_heap() -> None:
    """Have all threads share one heap: those of their own take 5 to 12 MB more.

    To be called before a second thread is there: the C library looks at this but once.
    """
    _call("mallopt", ARENA_MAX, 1)


def make_room(needed: int, *, beside: Keeper) -> bool:
    """Have all engines but one spare what they can load again, until `needed` bytes are free.

    Whether they are.
    """
    with _lock:
        others = [keeper for keeper in _keepers if keeper is not beside]
    trim()
    while not _fits(needed):
        if not any(keeper.spare() for keeper in others):
            return False
        trim()
    return True


def _fits(needed: int) -> bool:
    return resident() + needed <= MOST


def trim() -> None:
    """Return what was freed in small blocks: 14 to 36 MB after a page, in 3 ms.

    Not to be called after each page of Tesseract: the next one takes it anew, and is 4 % slower. A
    page takes PP-OCR so long that it does not show.
    """
    _call("malloc_trim", 0)


def resident() -> int:
    """Bytes of memory that this process takes; 0 where the system does not say."""
    try:
        return int(STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _call(name: str, *numbers: int) -> None:
    function = getattr(_library(), name, None)  # only the GNU C library has both
    if function is not None:
        function(*numbers)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)

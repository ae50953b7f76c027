"""Words of right-to-left scripts in the order they are seen: how text stands in a PDF.

Readers of PDF put such text back in its logical order when it is copied or searched, from left to
right as it is seen. Within a word that takes little of UAX #9: runs of one direction, mirrored.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby

RIGHT = frozenset({"R", "AL"})
NUMBERS = frozenset({"EN", "AN"})
WITHIN_NUMBERS = frozenset({"ES", "CS", "ET"})  # 3.5 and 10:30 stay as they are


def rightward(text: str) -> bool:
    """Whether most letters of `text` run from right to left."""
    kinds = [unicodedata.bidirectional(mark) for mark in text]
    return sum(kind in RIGHT for kind in kinds) > kinds.count("L")


def seen(text: str) -> str:
    """A word of a line that runs from right to left, as it stands on the page."""
    runs = ["".join(group) for _, group in groupby(text, key=_Direction())]
    return "".join(run if _Direction.left(run[0]) else run[::-1] for run in reversed(runs))


class _Direction:
    """Whether a character stands in a run from left to right: marks stand as those before."""

    def __init__(self) -> None:
        self._last = False

    def __call__(self, mark: str) -> bool:
        kind = unicodedata.bidirectional(mark)
        if kind in RIGHT:
            self._last = False
        elif kind == "L" or kind in NUMBERS:
            self._last = True
        elif kind != "NSM" and not (self._last and kind in WITHIN_NUMBERS):
            self._last = False
        return self._last

    @staticmethod
    def left(mark: str) -> bool:
        return _Direction()(mark)

"""Small marks of ink on a page: where they are beside a word, and whether one is a bullet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipelines.points import ROUND, SQUARE
from pipelines.values import Box

# Share of pixels that a mark and the ellipse inside its bounds have in common: bullets of 6 pixels
# and more have 0.81 to 0.93, letters, digits and signs 0.70 at most (print of 150 to 300 dpi in
# four languages, Fraktur and a magazine).
DISC = 0.78
FULL = 0.93  # share of its bounds that a square fills
SOLID = 8  # pixels of a mark's side from which a square can be told from a disc
LEAST = 5  # pixels of one whose form can be told at all
SQUARISH = 1.3  # times its height that a mark is wide, or the other way round
# Heights of letters that a bullet has: of those bullets, 0.26 to 0.48.
SMALL, LARGE = 0.2, 0.75
HIGH, LOW = 0.2, 0.8  # of the next word's height: where its middle is; a full stop stands lower
APART = 0.15  # heights of letters of white space around a mark
CONTRAST = 32  # gray levels between ink and ground

Gray = NDArray[np.uint8]


class Ground:
    """What is paper and what is ink on a page, as it is around one word of it."""

    def __init__(self, page: Gray, word: Box, height: float) -> None:
        self._page = page
        self._word = word
        self._height = height  # of the page's letters, pixels
        part = page[word.top : word.bottom, word.left : word.right]
        self._paper = float(np.median(part)) if part.size else 0.0
        darkest, lightest = (float(part.min()), float(part.max())) if part.size else (0.0, 0.0)
        self._contrast = max(self._paper - darkest, lightest - self._paper)

    @property
    def bare(self) -> bool:
        """Whether there is no ink where the word is said to be."""
        return self._contrast < CONTRAST

    def before(self, first: int) -> Iterator[Box]:
        """The pieces of ink to the left of the word, nearest first, from the column `first` on."""
        word = self._word
        apart = max(1, round(APART * self._height))
        ink = self._ink(Box(first, word.top, word.left - 1, word.bottom))
        columns = np.flatnonzero(ink.any(axis=0))
        if not len(columns):
            return
        edges = [0, *(np.flatnonzero(np.diff(columns) > apart) + 1).tolist(), len(columns)]
        for begin, end in reversed(list(pairwise(edges))):
            left, right = int(columns[begin]), int(columns[end - 1]) + 1
            if left < apart and first > 0:
                return  # the end of something
            rows = np.flatnonzero(ink[:, left:right].any(axis=1))
            top, bottom = word.top + int(rows[0]), word.top + int(rows[-1]) + 1
            yield Box(first + left, top, first + right, bottom)

    def bullet(self, box: Box) -> str | None:
        """The bullet that the ink in `box`, before the word, is; None: something else."""
        ink = self._ink(box)
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if not len(rows):
            return None
        ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        high, wide = ink.shape
        if min(high, wide) < LEAST or max(high, wide) > SQUARISH * min(high, wide):
            return None
        middle = box.top + (int(rows[0]) + int(rows[-1]) + 1) / 2
        place = (middle - self._word.top) / max(1, self._word.bottom - self._word.top)
        if not (SMALL * self._height <= high <= LARGE * self._height and HIGH <= place <= LOW):
            return None
        if min(high, wide) >= SOLID and ink.mean() >= FULL:
            return SQUARE
        down, across = ((np.arange(size) + 0.5) / size * 2 - 1 for size in (high, wide))
        disc = down[:, None] ** 2 + across**2 <= 1
        return ROUND if (ink & disc).sum() >= DISC * (ink | disc).sum() else None

    def _ink(self, box: Box) -> NDArray[np.bool_]:
        """Which of the pixels in `box` are ink; none where there is hardly a difference."""
        part = self._page[
            max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right)
        ]
        if self.bare:
            return np.zeros(part.shape, np.bool_)
        found: NDArray[np.bool_] = np.abs(part - self._paper) > self._contrast / 2
        return found

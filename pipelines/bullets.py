"""Bullets of lists, seen by their ink: engines take them for letters and signs, or miss them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipelines.layout.frame import lines_of
from pipelines.values import Box, Raster, Recognition, Word

ROUND, SQUARE = "•", "▪"
# Share of pixels that a mark and the ellipse inside its bounds have in common: bullets of 6 pixels
# and more have 0.81 to 0.93; letters, digits and signs 0.70 at most.
DISC = 0.78
FULL = 0.93  # share of its bounds that a square fills
SOLID = 8  # pixels of a mark's side from which a square can be told from a disc
LEAST = 5  # pixels of one whose form can be told at all
SQUARISH = 1.3  # times its height that a mark is wide, or the other way round
SMALL, LARGE = 0.2, 0.75  # heights of letters that a bullet has
HIGH, LOW = 0.2, 0.8  # of the next word's height: where its middle is; a full stop stands lower
REACH = 4.0  # heights of letters to the left of a line that are looked at
NEXT = 2  # pieces of ink there that may be one
PIECE = 0.5  # heights of letters from a word up to which ink may be its own
APART = 0.15  # of white space around a bullet
WIDE = 1.0  # of white space after which, on a line, another list may begin
ALIGNED = 0.5  # by which bullets of a list may stand apart sideways
CONTRAST = 32  # gray levels between ink and ground
CERTAIN = 0.95  # confidence of what is seen so

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Mark:
    """A bullet at the place of a word, or before it where the engine missed it."""

    text: str
    box: Box
    word: int
    missed: bool


def marked(read: Recognition, raster: Raster) -> Recognition:
    """`read`, whose boxes lie on `raster`, with the bullets that stand before its lines.

    A letter or a sign in the place of one becomes it. One that was missed is put in where another
    stands above or below it. Text from the right, or that does not lie upright, stays as it is.
    """
    height = median([word.box.bottom - word.box.top for word in read.words] or [0])
    page = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)
    found = list(_marks(page, read.words, height))
    marks = {mark.word: mark for mark in found if not mark.missed or _listed(mark, found, height)}
    if not marks:
        return read
    words: list[Word] = []
    for at, word in enumerate(read.words):
        mark = marks.get(at)
        if mark is not None:
            words.append(Word(mark.text, mark.box, CERTAIN, word.line))
        if mark is None or mark.missed:
            words.append(word)
    return replace(read, words=tuple(words))


def _marks(page: Gray, words: Sequence[Word], height: float) -> Iterator[Mark]:
    for line in lines_of(words):
        for place, at in enumerate(line):
            box = words[at].box
            before = words[line[place - 1]].box.right if place else 0
            if place and box.left - before < WIDE * height:
                continue
            if len(words[at].text) > 2:
                first = max(before, round(box.left - REACH * height))
                for near in _beside(_Ground(page, box), box, first, height):
                    text = _form(_Ground(page, box), near, box, height)
                    if text:
                        yield Mark(text, near, at, missed=True)
                        break
            elif place + 1 < len(line) and words[line[place + 1]].box.left >= box.right:
                after = words[line[place + 1]].box
                text = _form(_Ground(page, after), box, after, height)
                if text:
                    yield Mark(text, box, at, missed=False)


def _listed(mark: Mark, others: Sequence[Mark], height: float) -> bool:
    return any(
        other is not mark and abs(other.box.left - mark.box.left) <= ALIGNED * height
        for other in others
    )


def _beside(ground: _Ground, word: Box, first: int, height: float) -> Iterator[Box]:
    """Bounds of the ink nearest to the left of `word`, from the column `first` on.

    Engines may cut off a piece of the word's first letter: what is beyond that comes next.
    """
    apart = max(1, round(APART * height))
    ink = ground.ink(Box(first, word.top, word.left - 1, word.bottom))
    columns = np.flatnonzero(ink.any(axis=0))
    edges = [0, *(np.flatnonzero(np.diff(columns) > apart) + 1).tolist(), len(columns)]
    for begin, end in list(pairwise(edges))[: -NEXT - 1 : -1]:
        if begin == end:
            return
        left, right = int(columns[begin]), int(columns[end - 1]) + 1
        if left < apart and first > 0:
            return  # the end of something
        rows = np.flatnonzero(ink[:, left:right].any(axis=1))
        top, bottom = word.top + int(rows[0]), word.top + int(rows[-1]) + 1
        yield Box(first + left, top, first + right, bottom)
        if word.left - first - right > PIECE * height:
            return


def _form(ground: _Ground, box: Box, beside: Box, height: float) -> str | None:
    """The bullet in `box`, before a word in the box `beside` it; None: it is something else."""
    ink = ground.ink(box)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    high, wide = ink.shape
    if min(high, wide) < LEAST or max(high, wide) > SQUARISH * min(high, wide):
        return None
    middle = box.top + (int(rows[0]) + int(rows[-1]) + 1) / 2
    place = (middle - beside.top) / max(1, beside.bottom - beside.top)
    if not (SMALL * height <= high <= LARGE * height and HIGH <= place <= LOW):
        return None
    if min(high, wide) >= SOLID and ink.mean() >= FULL:
        return SQUARE
    down, across = ((np.arange(size) + 0.5) / size * 2 - 1 for size in (high, wide))
    disc = down[:, None] ** 2 + across**2 <= 1
    return ROUND if (ink & disc).sum() >= DISC * (ink | disc).sum() else None


class _Ground:
    """What is paper and what is ink on a page, as it is around one word of it."""

    def __init__(self, page: Gray, word: Box) -> None:
        self._page = page
        part = page[word.top : word.bottom, word.left : word.right]
        self._paper = float(np.median(part)) if part.size else 0.0
        darkest, lightest = (float(part.min()), float(part.max())) if part.size else (0.0, 0.0)
        self._contrast = max(self._paper - darkest, lightest - self._paper)

    def ink(self, box: Box) -> NDArray[np.bool_]:
        """Which of the pixels in `box` are ink; none where there is hardly a difference."""
        part = self._page[box.top : box.bottom, max(0, box.left) : max(0, box.right)]
        if self._contrast < CONTRAST:
            return np.zeros(part.shape, np.bool_)
        found: NDArray[np.bool_] = np.abs(part - self._paper) > self._contrast / 2
        return found

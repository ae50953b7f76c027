"""Bullets of lists, seen by their ink: engines take them for letters and signs, or miss them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipelines.layout.frame import lines_of
from pipelines.marks import Gray, Ground
from pipelines.pixels import array_of
from pipelines.points import POINTS
from pipelines.values import Box, Raster, Recognition, Word
from pipelines.words import leftward

SHORT = 2  # characters of a word that may be a bullet itself
# In heights of letters, as lists of offices and slides are set:
REACH = 4.0  # so far to the left of a line it is looked for,
PIECE = 0.5  # ink as near to a word may be of its first letter, which engines cut off,
WIDE = 1.0  # after as much white space on a line another list may begin,
ALIGNED = 0.5  # and bullets of one list stand below each other as exactly
CERTAIN = 0.95  # confidence of what is seen so


@dataclass(frozen=True, slots=True)
class Mark:
    """A bullet before a word, and the words that an engine took it for, if it saw it."""

    text: str
    box: Box
    before: int
    read: tuple[int, ...] = ()


def marked(read: Recognition, raster: Raster) -> Recognition:
    """`read`, whose boxes lie on `raster`, with the bullets that stand before its lines.

    A letter or a sign in the place of one becomes it. One that was missed is put in where another
    stands above or below it. Text from the right, or on a turned page, stays as it is.
    """
    if not read.words or read.turn:
        return read
    height = median(word.box.bottom - word.box.top for word in read.words)
    page = array_of(raster)
    found = list(_marks(page, read.words, height))
    marks = {mark.before: mark for mark in found if mark.read or _listed(mark, found, height)}
    taken = {at for mark in marks.values() for at in mark.read}
    words: list[Word] = []
    for at, word in enumerate(read.words):
        if at in marks:
            words.append(_word(marks[at], read.words, word.line))
        if at not in taken:
            words.append(word)
    return replace(read, words=tuple(words)) if marks else read


def _marks(page: Gray, words: Sequence[Word], height: float) -> Iterator[Mark]:
    boxes = np.array([(w.box.left, w.box.top, w.box.right, w.box.bottom) for w in words])
    taken: set[int] = set()
    for line in lines_of(words):
        for place, at in enumerate(line):
            box = words[at].box
            before = words[line[place - 1]].box.right if place else 0
            if at in taken or (place and box.left - before < WIDE * height):
                continue
            mark = _itself(page, words, line[place : place + 3], height)
            first = max(before, round(box.left - REACH * height))
            mark = mark or _missed(page, words, at, first, boxes, height)
            if mark:
                taken.add(mark.before)
                yield mark


def _itself(page: Gray, words: Sequence[Word], line: Sequence[int], height: float) -> Mark | None:
    """The first word of `line` as the bullet of what follows.

    Of wide white space before a point Tesseract makes a dash, which goes with it.
    """
    at, *rest = line
    word = words[at]
    if len(word.text) > SHORT:
        return None
    for skipped, after in enumerate(rest):
        point = words[after]
        ground = Ground(page, point.box, height)
        if ground.bare:
            continue
        if point.box.left < word.box.right or leftward(point):
            return None
        text = ground.bullet(word.box)
        return Mark(text, word.box, after, (at, *rest[:skipped])) if text else None
    return None


def _missed(
    page: Gray, words: Sequence[Word], at: int, first: int, boxes: NDArray[np.int_], height: float
) -> Mark | None:
    """The bullet to the left of the word `at` that is no part of its line."""
    word = words[at]
    if word.text in POINTS or leftward(word):
        return None
    ground = Ground(page, word.box, height)
    pieces = list(islice(ground.before(first), 3))
    if pieces and word.box.left - pieces[0].right <= PIECE * height:
        pieces = pieces if ground.bullet(pieces[0]) else pieces[1:]
    text = ground.bullet(pieces[0]) if pieces else None
    if not text or (len(pieces) > 1 and ground.bullet(pieces[1])):  # dots that lead to a number
        return None
    under = _under(pieces[0], boxes)
    if under is not None and len(words[under].text) > SHORT:
        return None
    return Mark(text, pieces[0], at, () if under is None else (under,))


def _under(box: Box, boxes: NDArray[np.int_]) -> int | None:
    """The word that lies where `box` does."""
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    left, top, right, bottom = boxes.T
    found = (left <= across) & (across < right) & (top <= down) & (down < bottom)
    return int(found.argmax()) if found.any() else None


def _word(mark: Mark, words: Sequence[Word], line: int) -> Word:
    """The bullet as a word of `line`; one that was read rightly stays what it is."""
    if mark.read and words[mark.read[0]].text in POINTS:
        return replace(words[mark.read[0]], line=line)
    return Word(mark.text, mark.box, CERTAIN, line)


def _listed(mark: Mark, others: Sequence[Mark], height: float) -> bool:
    return any(
        other is not mark and abs(other.box.left - mark.box.left) <= ALIGNED * height
        for other in others
    )

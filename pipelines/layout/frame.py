"""A page's words as they lie when the page stands upright."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from pipelines.values import Box, Recognition, Word


@dataclass(slots=True)
class Row:
    """Words side by side, and the rectangle around them on the upright page, in pixels."""

    words: list[int]  # indices into the page's words, in reading order
    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> float:
        """Distance of its middle from the top of the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The boxes of a page's words in reading direction: upright, from the top left."""

    boxes: tuple[Box, ...]
    width: int  # pixels of the upright page
    height: int
    size: float  # height of an ordinary word, pixels

    def row(self, words: list[int]) -> Row:
        """The row that `words` (at least one) form."""
        boxes = [self.boxes[index] for index in words]
        return Row(words, *around(boxes))


def framed(read: Recognition) -> Frame:
    """The frame of `read`."""
    turn, width, height = read.turn, read.width, read.height
    boxes = tuple(upright(word.box, width, height, turn) for word in read.words)
    if turn in (90, 270):
        width, height = height, width
    return Frame(boxes, width, height, _size(boxes))


def upright(box: Box, width: int, height: int, turn: int) -> Box:
    """`box` of a page of `width` x `height` as it lies when the page is turned by `turn`."""
    if turn == 90:
        return Box(height - box.bottom, box.left, height - box.top, box.right)
    if turn == 180:
        return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
    if turn == 270:
        return Box(box.top, width - box.right, box.bottom, width - box.left)
    return box


def around(boxes: Iterable[Box]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the rectangle around `boxes` (at least one)."""
    sides = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    lefts, tops, rights, bottoms = zip(*sides, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def lines_of(words: Sequence[Word]) -> list[list[int]]:
    """The indices of `words`, those of a line together, as they follow each other."""
    lines: list[list[int]] = []
    for index, word in enumerate(words):
        if not index or words[index - 1].line != word.line:
            lines.append([])
        lines[-1].append(index)
    return lines


def _size(boxes: Sequence[Box]) -> float:
    return max(1.0, median(box.bottom - box.top for box in boxes)) if boxes else 1.0

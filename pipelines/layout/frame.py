"""A page's words as they lie when the page stands upright and straight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipelines.boxes import sides, turned
from pipelines.rows import CJK
from pipelines.values import Box, Recognition, Word

STRAIGHT = 0.002  # slope up to which nothing is done: 5 pixels over a page at 300 dpi
STEEP = 0.35  # slope beyond which lines say nothing of the page: that of a photograph has some
LONG = 5  # words of a line that tells a slope,
WIDE = 6  # or its width in heights of its words: lines of a receipt have few


@dataclass(slots=True)
class Run:
    """Words side by side, in reading order, and the rectangle around them, in pixels."""

    words: list[int]  # indices into the page's words
    left: int
    top: int
    right: int
    bottom: int
    line: int = -1  # of the recognizer that all its words are on; -1: of several

    @property
    def middle(self) -> float:
        """Distance of its middle from the top of the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of a page, their boxes upright, from the top left."""

    texts: tuple[str, ...]
    boxes: tuple[Box, ...]  # as if the scan were straight
    skewed: tuple[Box, ...]  # as it is
    width: int  # pixels of the upright page
    height: int
    size: float  # height of an ordinary word, pixels
    turn: int  # degrees clockwise that set the page upright

    def run(self, words: list[int], line: int = -1) -> Run:
        """The run that `words` (at least one) form."""
        boxes = [self.boxes[index] for index in words]
        return Run(words, *sides(boxes), line)

    def room(self, run: Run) -> float:
        """Pixels that the first word of `run` would have needed at the end of the line above."""
        word = min(run.words, key=lambda index: self.boxes[index].left)
        width = self.boxes[word].right - self.boxes[word].left
        if CJK.match(self.texts[word]):  # any character may begin a line
            return width / len(self.texts[word])
        return width + self.size / 2


def framed(read: Recognition, lines: Sequence[Sequence[int]]) -> Frame:
    """The frame of `read`, whose words are grouped into `lines`."""
    boxes = [word.box for word in read.words]
    turn, width, height = read.turn or lying(boxes, lines), read.width, read.height
    if turn:
        boxes = [turned(box, width, height, turn) for box in boxes]
    if turn in (90, 270):
        width, height = height, width
    skewed = tuple(boxes)
    slope = _slope(boxes, lines)
    if STRAIGHT < abs(slope) < STEEP:
        boxes = [_sheared(box, slope) for box in boxes]
    texts = tuple(word.text for word in read.words)
    return Frame(texts, tuple(boxes), skewed, width, height, _size(boxes), turn)


def lines_of(words: Sequence[Word]) -> list[list[int]]:
    """The indices of `words`, those of a line together, as they follow each other."""
    lines: list[list[int]] = []
    for index, word in enumerate(words):
        if not index or words[index - 1].line != word.line:
            lines.append([])
        lines[-1].append(index)
    return lines


def lying(boxes: Sequence[Box], lines: Sequence[Sequence[int]]) -> int:
    """The turn (0, 90, 270) that sets most lines level: some engines read them as they stand."""
    down = up = level = 0
    for line in lines:
        first, last = boxes[line[0]], boxes[line[-1]]
        across = abs(last.left + last.right - first.left - first.right)
        below = last.top + last.bottom - first.top - first.bottom
        level += across > 2 * abs(below)
        down += below > 2 * across
        up += -below > 2 * across
    if max(down, up) <= level:
        return 0
    return 270 if down > up else 90


def _slope(boxes: Sequence[Box], lines: Sequence[Sequence[int]]) -> float:
    """Pixels down a pixel to the right, as half of the long lines have it."""
    slopes: list[float] = []
    for line in lines:
        first, last = boxes[line[0]], boxes[line[-1]]
        high = first.bottom - first.top + last.bottom - last.top
        long = len(line) >= LONG or last.right - first.left > WIDE * high / 2
        if long and last.left > first.right:
            down = last.bottom + last.top - first.bottom - first.top
            slopes.append(down / (last.left + last.right - first.left - first.right))
    return median(slopes) if len(slopes) >= LONG else 0.0


def _sheared(box: Box, slope: float) -> Box:
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    right, up = round(slope * down), round(slope * across)
    return Box(box.left + right, box.top - up, box.right + right, box.bottom - up)


def _size(boxes: Sequence[Box]) -> float:
    return max(1.0, median(box.bottom - box.top for box in boxes)) if boxes else 1.0

"""Where on a page the lines are that were not read well: what a second engine need look at."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

import numpy as np

from pipelines import calibration
from pipelines.boxes import around
from pipelines.values import Box, Corners, Recognition, Word

# How likely right each word of a line must be for the line not to be read again. With single words
# shown instead of lines, made typescripts have a CER of 0.038 instead of 0.029: words that are
# wrong for sure stand beside those that are in doubt.
WELL = 0.6
AROUND = 0.15  # of a line's height: what a spot shows beyond its words
TALL = 3.0  # times the height of its line: more is a rule or a brace, and no word
LONG = 5  # words of a line that says how the lines of its page slope
LEVEL = 0.015  # a slope below it is not worth a turn


def seen(read: Recognition) -> list[Box]:
    """Where lines were read at all."""
    return [around(word.box for word in line) for line in _lines(read)]


def read_well(read: Recognition) -> list[Box]:
    """Where the lines are that need not be read again."""
    return [around(word.box for word in line) for line in _lines(read) if _well(line, read.engine)]


def unread(read: Recognition) -> list[Corners]:
    """The other lines of an upright page, as rectangles that lie along them."""
    lines = list(_lines(read))
    slope = _slope(lines)
    return [_along(line, slope) for line in lines if not _well(line, read.engine)]


def _well(line: Sequence[Word], engine: str) -> bool:
    return all(calibration.right(word, engine) >= WELL for word in line)


def _lines(read: Recognition) -> Iterator[list[Word]]:
    found: dict[int, list[Word]] = defaultdict(list)
    for word in read.words:
        found[word.line].append(word)
    for words in found.values():
        yield sorted(words, key=lambda word: word.box.left)


def _slope(lines: Sequence[Sequence[Word]]) -> float:
    """Pixels by which lines fall in one to the right: the median over those that are long."""
    found = [
        float(np.polyfit([_centre(w)[0] for w in line], [_centre(w)[1] for w in line], 1)[0])
        for line in lines
        if len(line) >= LONG and line[-1].box.left > line[0].box.right
    ]
    slope = median(found) if found else 0.0
    return slope if abs(slope) >= LEVEL else 0.0


def _centre(word: Word) -> tuple[float, float]:
    return (word.box.left + word.box.right) / 2, (word.box.top + word.box.bottom) / 2


def _height(box: Box, slope: float) -> float:
    """Of letters that lie in `box` along a slope."""
    return max(1.0, box.bottom - box.top - abs(slope) * (box.right - box.left))


def _along(line: Sequence[Word], slope: float) -> Corners:
    """The rectangle around the words of `line`."""
    turn = np.array(((1.0, slope), (-slope, 1.0))) / math.hypot(1.0, slope)  # along, down
    sizes = np.array([(w.box.right - w.box.left, _height(w.box, slope)) for w in line])
    middles = np.array([_centre(word) for word in line]) @ turn.T
    words = sizes[:, 1] <= TALL * median(sizes[:, 1])
    left, top = (middles - sizes / 2)[words].min(axis=0)
    right, bottom = (middles + sizes / 2)[words].max(axis=0)
    margin = AROUND * (bottom - top)
    left, right, top, bottom = left - margin, right + margin, top - margin, bottom + margin
    corners = np.array(((left, top), (right, top), (right, bottom), (left, bottom))) @ turn
    return tuple((float(x), float(y)) for x, y in corners)

"""Where on a page the words are that were not read well: what a second engine need look at."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from statistics import median

import numpy as np

from pipelines import calibration
from pipelines.values import Box, Corners, Recognition, Word

# How likely right a word must be not to be read again. Typescripts have a CER of 0.086 so, by their
# words alone, and of 0.086 with every line read again in which one was not, for 0.4 of the time.
WELL = 0.7
AROUND = 0.15  # of a line's height: what a spot shows beyond its words
TALL = 2.0  # times the height of its line: more is a rule or a brace, and no word
LONG = 5  # words of a line that says how the lines of its page slope
LEVEL = 0.005  # a slope below it is none


def read_well(read: Recognition) -> list[Box]:
    """Where the words are that need not be read again."""
    return [word.box for word in read.words if _well(word, read.engine)]


def unread(read: Recognition) -> list[Corners]:
    """Words of an upright page that stand together and were not read well, as rectangles that lie
    along their line.
    """
    lines = list(_lines(read))
    slope = _slope(lines)
    found = []
    for line in lines:
        usual = median(_height(word.box, slope) for word in line)
        words = (word for word in line if _height(word.box, slope) <= TALL * usual)
        found += [_along(run, slope, usual) for run in _runs(words, read.engine)]
    return found


def _lines(read: Recognition) -> Iterator[list[Word]]:
    found: dict[int, list[Word]] = defaultdict(list)
    for word in read.words:
        found[word.line].append(word)
    for words in found.values():
        yield sorted(words, key=lambda word: word.box.left)


def _well(word: Word, engine: str) -> bool:
    return calibration.right(word, engine) >= WELL


def _runs(line: Iterable[Word], engine: str) -> Iterator[list[Word]]:
    for well, run in groupby(line, lambda word: _well(word, engine)):
        if not well:
            yield list(run)


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


def _along(run: Sequence[Word], slope: float, usual: float) -> Corners:
    """The rectangle around `run`, as high as its line usually is or higher."""
    turn = np.array(((1.0, slope), (-slope, 1.0))) / math.hypot(1.0, slope)  # along, down
    middles = np.array([_centre(word) for word in run]) @ turn.T
    halves = np.array(
        [(word.box.right - word.box.left, _height(word.box, slope)) for word in run]
    ) / (2.0)
    left, top = (middles - halves).min(axis=0)
    right, bottom = (middles + halves).max(axis=0)
    high = max(usual, bottom - top)
    margin, half, middle = AROUND * high, (0.5 + AROUND) * high, (top + bottom) / 2
    left, right, top, bottom = left - margin, right + margin, middle - half, middle + half
    corners = np.array(((left, top), (right, top), (right, bottom), (left, bottom))) @ turn
    return tuple((float(x), float(y)) for x, y in corners)

"""What stands across columns although it leaves the gutter between them free.

A table may have white space where the columns above and below it are parted, a heading may be no
wider than two of three columns, and what follows wide white space is no part of the columns above.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from pipelines.layout.columns import first, last
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import Gutter
from pipelines.layout.runs import between, levelled

ROWS = 3  # of a table at least
CELLS = 3  # on each of them at least
FULL = 0.9  # share of lines that are no wider than a full one
NARROW = 0.6  # of the usual width of a column: lines of text on both sides of a gutter are wider
CAPTION = 3  # lines at most
APART = 0.5  # heights of letters more than the usual gap: white space above a caption
WHITE = 6.0  # heights of letters
TIMES = 3.0  # the usual gap: white space that parts columns from what follows


def tables(gutter: Gutter, frame: Frame) -> list[tuple[int, int]]:
    """Top and bottom of each table that stands across the gutter, its caption too."""
    levels = levelled((*gutter.left, *gutter.right))
    most = [
        NARROW * _usual(run.right - run.left for run in column)
        for column in (last(gutter.left, frame), first(gutter.right, frame))
    ]
    found: list[tuple[int, int]] = []
    start = 0
    for index in range(len(levels) + 1):
        if index < len(levels) and _row(levels[index], gutter.at, most):
            continue
        if index - start >= ROWS:
            start = _captioned(levels, start, gutter.at, frame)
            held = [run for level in levels[start:index] for run in level]
            found.append((min(run.top for run in held), max(run.bottom for run in held)))
        start = index + 1
    return found


def end(gutter: Gutter, frame: Frame) -> float:
    """Top of the first run that is in no column beside the gutter; infinite: all of them are."""
    levels = levelled((*gutter.left, *gutter.right))
    gaps = between(levels)
    white = max(WHITE * frame.size, TIMES * median(gaps)) if gaps else 0.0
    after = [
        min(run.top for run in below)
        for below, gap in zip(levels[1:], gaps, strict=True)
        if gap > white
    ]
    return min([*after, *_headings(gutter, frame)], default=float("inf"))


def _headings(gutter: Gutter, frame: Frame) -> list[int]:
    """Tops of what stands, where the shorter side has ended, across more than the next column."""
    ends = [max(run.bottom for run in side) for side in (gutter.left, gutter.right)]
    on_left = ends[0] > ends[1]
    longer, nearest = (gutter.left, last) if on_left else (gutter.right, first)
    column = nearest([run for run in longer if run.top < min(ends)], frame)
    outer = min(run.left for run in column) if on_left else max(run.right for run in column)
    return [
        run.top
        for run in longer
        if run.top >= min(ends) and run.left + frame.size < outer < run.right - frame.size
    ]


def _usual(widths: Iterable[int]) -> int:
    """The width of a full line, of which there may be fewer than cells."""
    ordered = sorted(widths)
    return ordered[int(FULL * (len(ordered) - 1))]


def _row(level: Sequence[Run], at: float, most: Sequence[float]) -> bool:
    """Whether a line is a row of cells; `most` is the width of those next to the gutter."""
    left = [run for run in level if run.left < at]
    right = [run for run in level if run.left >= at]
    if len(level) < CELLS or not left or not right:
        return False
    return left[-1].right - left[-1].left < most[0] and right[0].right - right[0].left < most[1]


def _captioned(levels: Sequence[Sequence[Run]], start: int, at: float, frame: Frame) -> int:
    """The first line of the caption above, which white space parts from what is above it."""
    gaps = between(levels)
    apart = median(gaps) + APART * frame.size
    for line in range(start - 1, max(-1, start - 1 - CAPTION), -1):
        if len({run.left < at for run in levels[line]}) > 1:
            break
        if not line or gaps[line - 1] > apart:
            return line
    return start

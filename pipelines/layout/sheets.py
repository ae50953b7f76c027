"""The sheets of a page, and what stands at their head and foot.

A page is two sheets where a book was laid open under the camera, and one otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from pipelines.layout.direction import read_down
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import Gutter, gutters
from pipelines.layout.runs import between, levelled

BROAD = 1.15  # width of an open book for each pixel of its height, at least
INNER = (0.38, 0.62)  # of the page's width: where its fold is
FOLD = 2.0  # heights of letters: white space at the fold at least
NEARLY_ALL = 0.95  # share of runs that lie on one side or the other
EDGE = 0.12  # of the page's height: heads and feet lie within
TALL = 1.3  # heights of letters: a title is taller
ALONE = 0.8  # heights of letters more than the usual gap: white space that parts it from the text
RUNS = 3  # on a line: a number, a title, something else
LINES = 12  # of a sheet below which a number beside other words may be anything
NUMBER = re.compile(
    r"\W*(?:(?:page|seite|pagina|página|pág|pag|p|folio|fol|f)\b\.?\W*)?"
    r"(?:\d{1,3}|(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))"
    r"(?:\W*(?:/|of|von|de|sur|di)\W*\d{1,4})?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Runs of a sheet: its head, what is to be read, its foot."""

    head: list[Run]
    body: list[Run]
    foot: list[Run]


def sheets(runs: Sequence[Run], frame: Frame, *, leftward: bool = False) -> list[Sheet]:
    """The sheets of the page in reading order; with `leftward`, the right one comes first."""
    halves = _halves(runs, frame)
    return [_sheet(half, frame) for half in (reversed(halves) if leftward else halves)]


def _halves(runs: Sequence[Run], frame: Frame) -> list[Sequence[Run]]:
    if frame.width < BROAD * frame.height:
        return [runs]
    low, high = (share * frame.width for share in INNER)
    for gutter in gutters(runs, frame.size):
        at = gutter.at
        if low < at < high and _fold(gutter, len(runs), frame) and read_down(gutter, frame):
            return [
                [run for run in runs if run.left + run.right < 2 * at],
                [run for run in runs if run.left + run.right >= 2 * at],
            ]
    return [runs]


def _fold(gutter: Gutter, runs: int, frame: Frame) -> bool:
    """Whether it is as wide as between two sheets, and goes through nearly all of the page."""
    sides = (len(gutter.left), len(gutter.right))
    wide = min(run.left for run in gutter.right) - max(run.right for run in gutter.left)
    return sum(sides) >= NEARLY_ALL * runs and min(sides) >= LINES and wide >= FOLD * frame.size


def _sheet(runs: Sequence[Run], frame: Frame) -> Sheet:
    levels = levelled(runs)
    gaps = between(levels)
    if not gaps:
        return Sheet([], list(runs), [])
    alone = max(0.0, median(gaps)) + ALONE * frame.size
    many = len(levels) >= LINES
    head = gaps[0] >= alone and _bottom(levels[0]) <= EDGE * frame.height
    foot = gaps[-1] >= alone and _top(levels[-1]) >= (1 - EDGE) * frame.height
    head = head and _numbered(levels[0], frame, beside=many)
    foot = foot and _numbered(levels[-1], frame, beside=many)
    first, last = int(head), len(levels) - int(foot)
    return Sheet(_all(levels[:first]), _all(levels[first:last]), _all(levels[last:]))


def _numbered(level: Sequence[Run], frame: Frame, *, beside: bool) -> bool:
    """Whether a line is a page's number, or has one `beside` a running title."""
    if len(level) > (RUNS if beside else 1):
        return False
    if any(run.bottom - run.top > TALL * frame.size for run in level):
        return False
    outer = (level[0], level[-1]) if len(level) > 1 else level
    return any(NUMBER.fullmatch(" ".join(frame.texts[w] for w in run.words)) for run in outer)


def _top(level: Sequence[Run]) -> int:
    return min(run.top for run in level)


def _bottom(level: Sequence[Run]) -> int:
    return max(run.bottom for run in level)


def _all(levels: Iterable[Sequence[Run]]) -> list[Run]:
    return [run for level in levels for run in level]

"""What the columns next to a gutter are like: their lines, and where their entries begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.boxes import sides
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import NARROWEST, Gutter
from pipelines.layout.runs import levelled
from pipelines.points import BULLET

DIGIT = re.compile(r"\d")
FLOWS = 0.55  # share of lines that are full from which text flows
BROAD = 8.0  # heights of letters: width of an ordinary line of flowing text at least
FEW = 3  # lines from which shares say something
NEXT = 2.0  # heights of letters: text goes on as far below at most
NEAR = 0.25  # heights of letters: edges as near as that are level
WIDER = 1.6  # times the usual width of a column: headings across several are wider
APART = 0.5  # heights of letters: white space added to the usual between two entries


@dataclass(frozen=True, slots=True)
class Column:
    """What the lines next to a gutter are like."""

    lines: tuple[Run, ...]  # from the top
    entries: tuple[Run, ...]  # those of them that no full line stands close above
    full: float  # share of lines that the next line's first word would not have fitted on
    width: float  # of an ordinary line, heights of letters
    whole: float  # share of lines without wide spaces in them

    @property
    def flows(self) -> bool:
        """Whether it is text that goes on from line to line."""
        return len(self.lines) >= FEW and self.full >= FLOWS and self.width >= BROAD


def column(runs: Sequence[Run], frame: Frame) -> Column:
    """What a column of `runs` is like."""
    rows = levelled(runs)
    lines = [line[0] if len(line) == 1 else _joined(line) for line in rows]
    whole = sum(len(line) == 1 for line in rows) / len(rows)
    rights = sorted(line.right for line in lines)
    edge = rights[int(0.9 * (len(rights) - 1))]
    gaps = [below.top - above.bottom for above, below in pairwise(lines)]
    usual = median(gaps) if gaps else 0.0
    entries, full = [lines[0]], 0
    for above, below, gap in zip(lines, lines[1:], gaps, strict=False):
        flows = edge - above.right < frame.room(below)
        flows = flows and len(above.words) > 1 and gap <= NEXT * frame.size
        full += flows
        if not flows or gap > usual + APART * frame.size or bulleted(below, frame):
            entries.append(below)
    width = median(line.right - line.left for line in lines)
    return Column(tuple(lines), tuple(entries), full / max(1, len(gaps)), width / frame.size, whole)


def bulleted(line: Run, frame: Frame) -> bool:
    """Whether a line begins with a bullet, which a number's minus or an empty cell is not."""
    first, *rest = (frame.texts[word] for word in line.words)
    number = len(rest) == 1 and DIGIT.search(rest[0])
    return bool(rest and BULLET.fullmatch(first)) and not number


def facing(left: Column, right: Column) -> float:
    """Share of the lines of the column with fewer that have one of the other at their height."""
    few, many = sorted((left.lines, right.lines), key=len)
    return sum(
        any(one.top < other.bottom and other.top < one.bottom for other in many) for one in few
    ) / len(few)


def beside(left: Column, right: Column, frame: Frame) -> float:
    """Share of the entries of the column with fewer that begin level with one of the other."""
    few, many = sorted((left.entries, right.entries), key=len)
    return level(few, many, frame)


def level(runs: Sequence[Run], others: Sequence[Run], frame: Frame) -> float:
    """Share of `runs` that are level with one of `others`."""
    near = NEAR * frame.size
    return sum(any(_level(one, other, near) for other in others) for one in runs) / len(runs)


def _level(one: Run, other: Run, near: float) -> bool:
    tops, bottoms = one.top - other.top, one.bottom - other.bottom
    return min(abs(tops), abs(bottoms), abs(tops + bottoms) / 2) <= near


def abreast(gutter: Gutter) -> tuple[Sequence[Run], Sequence[Run]]:
    """What stands on either side where there is something on both."""
    left, right = gutter.left, gutter.right
    top = max(min(run.top for run in side) for side in (left, right))
    bottom = min(max(run.bottom for run in side) for side in (left, right))
    sides = [[run for run in side if top <= run.middle <= bottom] for side in (left, right)]
    return (sides[0], sides[1]) if min(map(len, sides)) >= FEW else (left, right)


def first(runs: Sequence[Run], frame: Frame) -> list[Run]:
    """Of what is right of a gutter, the column next to it: all, if nothing stands further out."""
    usual = _usual([line[0] for line in levelled(runs)])
    column: list[Run] = []
    reach = float("inf")
    for run in sorted(usual(runs), key=lambda each: each.left):
        if run.left > reach + NARROWEST * frame.size:
            break
        reach = max(run.right, reach if column else run.right)
        column.append(run)
    return column if sum(run.left > reach for run in runs) >= FEW else list(runs)


def last(runs: Sequence[Run], frame: Frame) -> list[Run]:
    """The same of what is left of a gutter."""
    usual = _usual([line[-1] for line in levelled(runs)])
    column: list[Run] = []
    reach = float("-inf")
    for run in sorted(usual(runs), key=lambda each: -each.right):
        if run.right < reach - NARROWEST * frame.size:
            break
        reach = min(run.left, reach if column else run.left)
        column.append(run)
    return column if sum(run.right < reach for run in runs) >= FEW else list(runs)


def _usual(nearest: Sequence[Run]) -> Callable[[Sequence[Run]], list[Run]]:
    """Takes runs that are no wider than those next to a gutter are, headings left out."""
    widest = WIDER * median(run.right - run.left for run in nearest)
    return lambda runs: [run for run in runs if run.right - run.left <= widest]


def _joined(line: Sequence[Run]) -> Run:
    return Run([word for run in line for word in run.words], *sides(line))

"""Whether what stands beside a gutter is read down (columns of text) or across (a table, a form).

Text that flows down a column fills it: the next line's first word would not have fitted on a line.
Entries of a table begin level with those beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.boxes import sides
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import NARROWEST, Gutter
from pipelines.layout.runs import levelled

FLOWS = 0.55  # share of lines that are full from which text flows
BROAD = 8.0  # heights of letters: width of an ordinary line of flowing text at least
WIDE = 10.0  # heights of letters: few entries of tables are as wide on both sides of a gutter
BRIDGED = 0.25  # share of lines from which a recognizer is believed that there is no gutter
MANY = 8  # lines from which it is not, where text flows on both sides
FEW = 3  # lines from which shares say something
NEAR = 0.25  # heights of letters: edges as near as that are level
ROWS = 0.6  # share of level entries from which two columns are a table
FLOWING = 0.75  # the same where text flows in both
SURE = 0.9  # the same where there are two wide ones and no more
TWO = 0.75  # share of runs that are in the columns next to a gutter if there are no others
WIDER = 1.6  # times the usual width of a column: headings across several are wider
APART = 0.5  # heights of letters: white space added to the usual between two entries


@dataclass(frozen=True, slots=True)
class Column:
    """What the lines next to a gutter are like."""

    lines: tuple[Run, ...]  # from the top
    entries: tuple[Run, ...]  # those of them that no full line stands close above
    full: float  # share of lines that the next line's first word would not have fitted on
    width: float  # of an ordinary line, heights of letters

    @property
    def flows(self) -> bool:
        """Whether it is text that goes on from line to line."""
        return len(self.lines) >= FEW and self.full >= FLOWS and self.width >= BROAD


def read_down(gutter: Gutter, frame: Frame) -> bool:
    """Whether all on the left of `gutter` is read before all on its right."""
    beside_left, beside_right = _abreast(gutter)
    last, first = _last(beside_left, frame), _first(beside_right, frame)
    left, right = column(last, frame), column(first, frame)
    fewest, width = min(len(left.lines), len(right.lines)), min(left.width, right.width)
    level = beside(left, right, frame)
    if bridged(gutter) > BRIDGED:
        return left.flows and right.flows and fewest >= MANY and width >= WIDE and level < ROWS
    if left.flows and right.flows:
        return level < FLOWING or min(len(left.entries), len(right.entries)) < FEW
    # Beside a long text may stand anything: notes, a figure.
    text = any(len(side.lines) >= MANY and side.flows for side in (left, right))
    if fewest < FEW or (text and level < ROWS / 2):
        return text and level < ROWS / 2
    # Two lists side by side, as on a slide, begin level and soon are not.
    two = len(last) + len(first) >= TWO * (len(beside_left) + len(beside_right))
    return (level < ROWS and width >= BROAD) or (two and level < SURE and width >= WIDE)


def bridged(gutter: Gutter) -> float:
    """Share of the shorter side's lines that the recognizer saw go on beyond the gutter."""
    left = {run.line for run in gutter.left}
    right = {run.line for run in gutter.right}
    return len(left & right) / min(len(left), len(right))


def column(runs: Sequence[Run], frame: Frame) -> Column:
    """What a column of `runs` is like."""
    lines = [line[0] if len(line) == 1 else _joined(line) for line in levelled(runs)]
    rights = sorted(line.right for line in lines)
    edge = rights[int(0.9 * (len(rights) - 1))]
    gaps = [below.top - above.bottom for above, below in pairwise(lines)]
    usual = median(gaps) if gaps else 0.0
    entries, full = [lines[0]], 0
    for above, below, gap in zip(lines, lines[1:], gaps, strict=False):
        flows = edge - above.right < frame.room(below)
        flows = flows and len(above.words) > 1
        full += flows
        if not flows or gap > usual + APART * frame.size:
            entries.append(below)
    width = median(line.right - line.left for line in lines)
    return Column(tuple(lines), tuple(entries), full / max(1, len(gaps)), width / frame.size)


def beside(left: Column, right: Column, frame: Frame) -> float:
    """Share of the entries of the column with fewer that begin level with one of the other."""
    few, many = sorted((left.entries, right.entries), key=len)
    near = NEAR * frame.size
    return sum(any(_level(one, other, near) for other in many) for one in few) / len(few)


def _level(one: Run, other: Run, near: float) -> bool:
    tops, bottoms = one.top - other.top, one.bottom - other.bottom
    return min(abs(tops), abs(bottoms), abs(tops + bottoms) / 2) <= near


def _abreast(gutter: Gutter) -> tuple[Sequence[Run], Sequence[Run]]:
    """What stands on either side where there is something on both."""
    left, right = gutter.left, gutter.right
    top = max(min(run.top for run in side) for side in (left, right))
    bottom = min(max(run.bottom for run in side) for side in (left, right))
    sides = [[run for run in side if top <= run.middle <= bottom] for side in (left, right)]
    return (sides[0], sides[1]) if min(map(len, sides)) >= FEW else (left, right)


def _first(runs: Sequence[Run], frame: Frame) -> list[Run]:
    """Of what is right of a gutter, the column next to it."""
    usual = _usual([line[0] for line in levelled(runs)])
    column: list[Run] = []
    reach = float("inf")
    for run in sorted(usual(runs), key=lambda each: each.left):
        if run.left > reach + NARROWEST * frame.size:
            break
        reach = max(run.right, reach if column else run.right)
        column.append(run)
    return column


def _last(runs: Sequence[Run], frame: Frame) -> list[Run]:
    """Of what is left of a gutter, the column next to it."""
    usual = _usual([line[-1] for line in levelled(runs)])
    column: list[Run] = []
    reach = float("-inf")
    for run in sorted(usual(runs), key=lambda each: -each.right):
        if run.right < reach - NARROWEST * frame.size:
            break
        reach = min(run.left, reach if column else run.left)
        column.append(run)
    return column


def _usual(nearest: Sequence[Run]) -> Callable[[Sequence[Run]], list[Run]]:
    """Takes runs that are no wider than those next to a gutter are, headings left out."""
    widest = WIDER * median(run.right - run.left for run in nearest)
    return lambda runs: [run for run in runs if run.right - run.left <= widest]


def _joined(line: Sequence[Run]) -> Run:
    return Run([word for run in line for word in run.words], *sides(line))

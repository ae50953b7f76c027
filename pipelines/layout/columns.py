"""Whether what stands beside a gutter is read down (columns of text) or across (a table, a form).

Text that flows down a column fills it: the next line's first word would not have fitted on a line.
Entries of a table begin level with those beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.layout.frame import Frame, Run, around
from pipelines.layout.gutters import Gutter
from pipelines.layout.runs import levelled

FLOWS = 0.55  # share of lines that are full from which text flows
BROAD = 8.0  # heights of letters: width of an ordinary line of flowing text at least
WIDE = 12.0  # heights of letters: few entries of tables are as wide on both sides of a gutter
BRIDGED = 0.25  # share of lines from which a recognizer is believed that there is no gutter
MANY = 10  # lines from which it is not, where text flows on both sides
FEW = 3  # lines from which shares say something
NEAR = 0.25  # heights of letters: edges as near as that are level
ROWS = 0.6  # share of level entries from which two columns are a table
SURE = 0.9  # the same where both flow, or are wide
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
    left = column(_last(gutter.left, frame), frame)
    right = column(_first(gutter.right, frame), frame)
    fewest, width = min(len(left.lines), len(right.lines)), min(left.width, right.width)
    level = beside(left, right, frame)
    if bridged(gutter) > BRIDGED:
        return left.flows and right.flows and fewest >= MANY and width >= WIDE and level < ROWS
    if left.flows and right.flows:
        return level < SURE or min(len(left.entries), len(right.entries)) < FEW
    if fewest < FEW:
        return (left.flows or right.flows) and not level
    return (level < ROWS and width >= BROAD) or (level < SURE and width >= WIDE)


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
        first = min((frame.boxes[word] for word in below.words), key=lambda box: box.left)
        flows = edge - above.right < first.right - first.left + frame.size / 2
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


def _first(runs: Sequence[Run], frame: Frame) -> list[Run]:
    """Of what is right of a gutter, the column next to it."""
    edge = min(run.left for run in runs) + BROAD * frame.size
    end = max(run.right for run in runs if run.left <= edge)
    return [run for run in runs if run.left + run.right < 2 * end]


def _last(runs: Sequence[Run], frame: Frame) -> list[Run]:
    """Of what is left of a gutter, the column next to it."""
    edge = max(run.right for run in runs) - BROAD * frame.size
    start = min(run.left for run in runs if run.right >= edge)
    return [run for run in runs if run.left + run.right > 2 * start]


def _joined(line: Sequence[Run]) -> Run:
    return Run([word for run in line for word in run.words], *around(line))

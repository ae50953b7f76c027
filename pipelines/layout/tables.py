"""Tables: lines whose runs stand in columns, put together into rows.

The columns are the white space that is left when all lines are looked at from above, as in T. G.
Kieninger's T-Recs ("Table structure recognition based on robust block segmentation", 1998). A cell
of several lines is told by its lines being full, as `columns` tells text that flows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from pipelines.layout.frame import Frame, Run
from pipelines.points import BULLET

FEWEST = 3  # lines of several cells that make a table
GAP = 0.7  # heights of letters between two columns
BETWEEN = 12  # lines of one cell more than half of all: no table goes on so
MARKER = 2.5  # heights of letters: narrower is a list's number or bullet, not a column
STEP = 1.22  # times the least distance of lines: more parts rows
HALF = 0.8  # heights of letters: lines of one cell stand further apart
APART = 4.0  # heights of letters from line to line: more parts tables
NARROW = 8.0  # heights of letters
NO_END = re.compile(r"[\d:;.]$")  # of a line that goes on in the next
WRAPPED = 0.6  # share of a row's lines that must be full,
LED = 0.3  # where its first line alone has an entry in the first column

Level: TypeAlias = Sequence[Run]  # the runs on a line, from the left


@dataclass(slots=True)
class Table:
    """Lines `first` to `end` of a part of a page, and the left and right edges of its columns."""

    first: int
    end: int
    columns: list[tuple[int, int]] = field(default_factory=list)

    def number(self, run: Run) -> int:
        """Of the column that `run` stands in."""
        return max(0, bisect_right([left for left, _ in self.columns], run.left) - 1)


def tables(levels: Sequence[Level], frame: Frame) -> list[Table]:
    """The tables among `levels`, from the top."""
    found: list[Table] = []
    first = 0
    while first < len(levels):
        table, after = _grown(levels, first, frame) if len(levels[first]) > 1 else (None, first + 1)
        if table:
            found.append(table)
        first = after
    return found


def rows(table: Table, levels: Sequence[Level], frame: Frame) -> list[list[list[Run]]]:
    """Of each row its cells, of each cell its runs from the top; cells may be empty."""
    held = levels[table.first : table.end]
    groups: list[list[Level]] = []
    for group in _groups(held):
        if len(group) > 1 and _one(table, group, frame):
            groups.append(group)
            continue
        for level, below in zip(group, (*group[1:], None), strict=True):
            leads = below is not None and _beside(table, level, below, frame)
            if groups and (
                _beside(table, groups[-1][-1], level, frame)
                or (not leads and _goes_on(table, groups[-1][-1], level, frame))
            ):
                groups[-1].append(level)
            else:
                groups.append([level])
    return [_cells(table, group) for group in groups]


def _grown(levels: Sequence[Level], first: int, frame: Frame) -> tuple[Table | None, int]:
    """The table that begins with that line, if one does, and the line to go on with."""
    columns = [(run.left, run.right) for run in levels[first]]
    several, end = 1, first + 1
    for index in range(first + 1, len(levels)):
        level = levels[index]
        if _middle(level) - _middle(levels[index - 1]) > APART * frame.size:
            break
        wider = _with(columns, level, GAP * frame.size)
        if wider is None or index - first > 2 * several + BETWEEN:
            break
        columns = wider
        several += len(level) > 1
        if len(level) > 1 or level[0].left >= columns[1][0]:
            end = index + 1
    if several < FEWEST or several * 2 < end - first:
        return None, first + 1
    if _listed(columns, frame):
        return None, end
    return Table(first, end, columns), end


def _with(
    columns: Sequence[tuple[int, int]], level: Level, gap: float
) -> list[tuple[int, int]] | None:
    """The columns once `level` stands in them too; None: it does not."""
    joined: list[tuple[int, int]] = []
    for left, right in sorted([*columns, *((run.left, run.right) for run in level)]):
        if joined and left < joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    # A column more is one that was empty so far; one less is a line across two.
    return joined if len(joined) >= max(2, len(columns)) else None


def _listed(columns: Sequence[tuple[int, int]], frame: Frame) -> bool:
    """Whether it is a list: numbers or bullets, and the text beside them."""
    return len(columns) == 2 and columns[0][1] - columns[0][0] < MARKER * frame.size


def _groups(levels: Sequence[Level]) -> list[list[Level]]:
    """Lines between which there is no more white space than the least in the table."""
    steps = [_middle(b) - _middle(a) for a, b in pairwise(levels)]
    least = sorted(steps)[len(steps) // 10]
    groups = [[levels[0]]]
    for level, step in zip(levels[1:], steps, strict=True):
        if step > STEP * least:
            groups.append([])
        groups[-1].append(level)
    return groups


def _one(table: Table, group: Sequence[Level], frame: Frame) -> bool:
    """Whether lines are one row: in all columns, text goes on that is full where it breaks.

    Entries of a narrow column are full by chance; there, one on every line is a row a line.
    """
    full = pairs = 0
    for (left, right), cell in zip(table.columns, _cells(table, group), strict=True):
        if right - left < NARROW * frame.size and 2 * len(cell) > len(group):
            return False
        for above, below in pairwise(cell):
            pairs += 1
            full += _wraps(table, above, below, frame)
    leads = [any(table.number(run) == 0 for run in level) for level in group]
    return full >= (LED if leads[0] and not any(leads[1:]) else WRAPPED) * pairs


def _beside(table: Table, above: Level, below: Level, frame: Frame) -> bool:
    """Whether both are of one row: a cell of several lines, and what stands at half its height."""
    columns = {table.number(run) for run in above}
    near = _middle(above) + HALF * frame.size
    return any(table.number(run) not in columns and run.middle < near for run in below)


def _goes_on(table: Table, above: Level, level: Level, frame: Frame) -> bool:
    """Whether all of a line below is the rest of cells above, the first column's none of them."""
    cells = {table.number(run): run for run in above}
    return all(
        table.number(run) and _wraps(table, cells.get(table.number(run)), run, frame)
        for run in level
    )


def _wraps(table: Table, above: Run | None, below: Run, frame: Frame) -> bool:
    """Whether the first word of `below` would not have fitted beside `above` in its cell."""
    if above is None or NO_END.search(frame.texts[above.words[-1]]):
        return False
    if BULLET.match(frame.texts[below.words[0]]):
        return False
    return table.columns[table.number(above)][1] - above.right < frame.room(below)


def _cells(table: Table, group: Sequence[Level]) -> list[list[Run]]:
    cells: list[list[Run]] = [[] for _ in table.columns]
    for level in group:
        for run in level:
            cells[table.number(run)].append(run)
    return cells


def _middle(level: Level) -> float:
    return (min(run.top for run in level) + max(run.bottom for run in level)) / 2

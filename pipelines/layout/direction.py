"""Whether what stands beside a gutter is read down (columns of text, lists) or across (a table).

Text that flows down a column fills it: the next line's first word would not have fitted on a line.
Entries of a table begin level with those beside them.
"""

from __future__ import annotations

from pipelines.layout.columns import (
    BROAD,
    FEW,
    Column,
    abreast,
    beside,
    bulleted,
    column,
    facing,
    first,
    last,
    level,
)
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import Gutter

WIDE = 10.0  # heights of letters: few entries of tables are as wide on both sides of a gutter
BRIDGED = 0.25  # share of lines from which a recognizer is believed that there is no gutter
MANY = 8  # lines from which it is not, where text flows on both sides
FACING = 0.25  # share of lines with one at their height from which columns stand side by side
PLAIN = 0.75  # the same where they are plainly a table
WHOLE = 0.8  # share of lines of text without wide spaces
PROSE = 0.3  # entries a line that its paragraphs are at most,
SPARSE = 0.5  # and an entry of what stands beside them
ROWS = 0.6  # share of level entries from which two columns are a table
FLOWING = 0.75  # the same where text flows in both
SURE = 0.9  # the same where there are two wide ones and no more
EVEN = 0.25  # of the lines that one list has, those of another beside it
TWO = 0.75  # share of runs that are in the columns next to a gutter if there are no others
LONG = 16  # entries of a list that says of itself that it is none of a table's columns:
ALIKE = 1.5  # times as wide as the other at most,
LEAN = 5.0  # wider than numbers, heights of letters,
BROKEN = 0.85  # fewer of its lines begin an entry,
AGREED = 0.5  # and these are level with the other's hardly more often than by chance


def read_down(gutter: Gutter, frame: Frame) -> bool:
    """Whether all on the left of `gutter` is read before all on its right."""
    nearest = _nearest(gutter, frame)
    left, right = (column(runs, frame) for runs in nearest)
    fewest, width = min(len(left.lines), len(right.lines)), min(left.width, right.width)
    if facing(left, right) < FACING:
        return False
    if _bulleted(left, frame) and _bulleted(right, frame):
        return True
    agreed = beside(left, right, frame)
    if bridged(gutter) > BRIDGED:
        return left.flows and right.flows and fewest >= MANY and width >= WIDE and agreed < ROWS
    if left.flows and right.flows:
        return agreed < FLOWING or min(len(left.entries), len(right.entries)) < FEW
    # Beside a long text may stand anything: notes, a figure, a table.
    if (_long(left) or _long(right)) and agreed < ROWS / 2:
        return True
    if _prose(left, right, frame) or _prose(right, left, frame):
        return True
    if fewest < FEW:
        return False
    if _lists(left, right, agreed):
        return True
    if fewest < EVEN * max(len(left.lines), len(right.lines)):
        return False
    # Two lists side by side, as on a slide, begin level and soon are not.
    two = sum(map(len, nearest)) >= TWO * sum(map(len, abreast(gutter)))
    return (agreed < ROWS and width >= BROAD) or (two and agreed < SURE and width >= WIDE)


def tabular(gutter: Gutter, frame: Frame) -> bool:
    """Whether the entries on both sides of `gutter` are plainly the rows of a table."""
    left, right = (column(runs, frame) for runs in _nearest(gutter, frame))
    return (
        min(len(left.entries), len(right.entries)) > FEW
        and not (left.flows and right.flows)
        and facing(left, right) >= PLAIN
        and beside(left, right, frame) >= SURE
    )


def beside_prose(gutter: Gutter, frame: Frame) -> bool:
    """Whether text that no row of a table has as a cell stands beside it."""
    left, right = (column(runs, frame) for runs in _nearest(gutter, frame))
    return _prose(left, right, frame) or _prose(right, left, frame)


def _nearest(gutter: Gutter, frame: Frame) -> tuple[list[Run], list[Run]]:
    """The columns next to it."""
    left, right = abreast(gutter)
    return last(left, frame), first(right, frame)


def bridged(gutter: Gutter) -> float:
    """Share of the shorter side's lines that the recognizer saw go on beyond the gutter."""
    left = {run.line for run in gutter.left}
    right = {run.line for run in gutter.right}
    return len(left & right) / min(len(left), len(right))


def _prose(side: Column, other: Column, frame: Frame) -> bool:
    """Whether it is long text of few paragraphs beside many entries, which no row has as a cell."""
    few = min(PROSE * len(side.lines), SPARSE * len(other.entries))
    return (
        _long(side)
        and side.width >= WIDE
        and side.whole >= WHOLE
        and len(side.entries) <= few
        and level(side.lines, other.lines, frame) < SURE
    )


def _long(side: Column) -> bool:
    return len(side.lines) >= MANY and side.flows


def _bulleted(side: Column, frame: Frame) -> bool:
    """Whether every other entry begins with a bullet."""
    marked = sum(bulleted(entry, frame) for entry in side.entries)
    return marked >= max(2, len(side.entries) / 2)


def _lists(left: Column, right: Column, agreed: float) -> bool:
    """Whether they are a list in columns, such as an index, `agreed` of whose entries are level.

    Where all lines stand on one grid, an entry is level by chance with one of the other column as
    often as a line of that begins an entry. What is beyond chance is taken as a share of what could
    be, after J. Cohen, "A coefficient of agreement for nominal scales" (1960).
    """
    narrow, wide = sorted((left.width, right.width))
    other = max(left, right, key=lambda side: len(side.entries))
    chance = len(other.entries) / len(other.lines)
    return (
        min(len(left.entries), len(right.entries)) >= LONG
        and narrow >= LEAN
        and wide < ALIKE * narrow
        and chance < BROKEN
        and agreed - chance < AGREED * (1 - chance)
    )

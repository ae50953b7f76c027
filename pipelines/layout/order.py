"""The order in which the parts of a page are read.

A recursive cut along white space, after G. Nagy and S. Seth, "Hierarchical representation of
optically scanned documents" (ICPR 1984), except that only gutters between columns of flowing text
are cut: what is left is read in rows, which keeps tables and forms whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from pipelines.layout import across
from pipelines.layout.direction import beside_prose, read_down, tabular
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import Gutter, gutters

LEAST = 4  # runs of a part that may have columns
MOST = 3_000  # runs of one that is looked at: a newspaper's page has some 1,000, speckle any number
TIE = 0.9  # of the length of the longest gutter: one as long may have no table across it
HELD = 0.7  # of the length of a gutter that a table beside it has
JUDGED = 64  # gutters of a part that are judged, longest first

Table: TypeAlias = tuple[int, int]  # its top and bottom


def parts(runs: Sequence[Run], frame: Frame, *, leftward: bool = False) -> Iterator[list[Run]]:
    """The parts of a page in reading order, the runs of each to be read in rows.

    With `leftward`, the right column is read first.
    """
    left = [list(runs)]
    while left:
        part = left.pop()
        cut = _cut(part, frame)
        pieces = _parted(part, *cut, frame, leftward=leftward) if cut else ()
        if any(len(piece) == len(part) for piece in pieces) or not pieces:
            yield part
        else:
            left += reversed([piece for piece in pieces if piece])


def _parted(
    runs: Sequence[Run], gutter: Gutter, table: Table | None, frame: Frame, *, leftward: bool
) -> tuple[list[Run], ...]:
    if table is not None:
        top, bottom = table
        return (
            [run for run in runs if run.middle < top],
            [run for run in runs if top <= run.middle <= bottom],
            [run for run in runs if run.middle > bottom],
        )
    end = across.end(gutter, frame)
    left, right = ([run for run in side if run.top < end] for side in (gutter.left, gutter.right))
    beside = {id(run) for run in (*left, *right)}
    rest = [run for run in runs if id(run) not in beside]
    above = [run for run in rest if run.top < gutter.top]
    below = [run for run in rest if run.top >= gutter.top]
    return (above, right, left, below) if leftward else (above, left, right, below)


def _cut(runs: Sequence[Run], frame: Frame) -> tuple[Gutter, Table | None] | None:
    """The longest gutter between columns that are read down, and the first table across it.

    None: what is there is read in rows.
    """
    if not LEAST <= len(runs) <= MOST:
        return None
    second: tuple[Gutter, Table] | None = None
    refused: list[tuple[set[int], set[int]]] = []
    found = gutters(runs, frame.size)[:JUDGED]
    for gutter in found:
        if gutter.shared <= 2 * frame.size or (second and gutter.shared < TIE * second[0].shared):
            break
        left, right = ({id(run) for run in side} for side in (gutter.left, gutter.right))
        if any(left <= known[0] and right <= known[1] for known in refused):
            continue
        tables = across.tables(gutter, frame)
        if not _down(gutter, tables, frame) or _in_table(gutter, found, frame):
            refused.append((left, right))
        elif not tables:
            return gutter, None
        else:
            second = second or (gutter, tables[0])
    return second


def _in_table(gutter: Gutter, others: Sequence[Gutter], frame: Frame) -> bool:
    """Whether another gutter says that most of what stands beside this one is rows of a table."""
    top, bottom = gutter.ends
    return not beside_prose(gutter, frame) and any(
        min(bottom, other.ends[1]) - max(top, other.ends[0]) >= HELD * (bottom - top)
        and tabular(other, frame)
        for other in others
        if other.at != gutter.at
    )


def _down(gutter: Gutter, tables: Sequence[Table], frame: Frame) -> bool:
    """Whether it is read down, or was but for what stands across it."""
    if read_down(gutter, frame):
        return True
    left, right = (
        tuple(run for run in side if not any(top <= run.middle <= end for top, end in tables))
        for side in (gutter.left, gutter.right)
    )
    if not tables or not left or not right:
        return False
    return read_down(replace(gutter, left=left, right=right), frame)

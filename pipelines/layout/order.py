"""The order in which the parts of a page are read.

A recursive cut along white space, after G. Nagy and S. Seth, "Hierarchical representation of
optically scanned documents" (ICPR 1984), except that only gutters between columns of flowing text
are cut: what is left is read in rows, which keeps tables and forms whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.layout import across
from pipelines.layout.direction import read_down
from pipelines.layout.frame import Frame, Run
from pipelines.layout.gutters import Gutter, gutters

LEAST = 4  # runs of a part that may have columns


def parts(runs: Sequence[Run], frame: Frame, *, leftward: bool = False) -> Iterator[list[Run]]:
    """The parts of a page in reading order, the runs of each to be read in rows.

    With `leftward`, the right column is read first.
    """
    gutter = _cut(runs, frame)
    if gutter is None:
        yield list(runs)
        return
    for part in _parted(runs, gutter, frame, leftward=leftward):
        if len(part) == len(runs):
            yield part
        elif part:
            yield from parts(part, frame, leftward=leftward)


def _parted(
    runs: Sequence[Run], gutter: Gutter, frame: Frame, *, leftward: bool
) -> tuple[list[Run], ...]:
    table = across.table(gutter, frame)
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


def _cut(runs: Sequence[Run], frame: Frame) -> Gutter | None:
    """The longest gutter between columns that are read down; a table has none in it."""
    if len(runs) < LEAST:
        return None
    tables: list[tuple[set[int], set[int]]] = []
    for gutter in gutters(runs, frame.size):
        if gutter.shared <= 2 * frame.size:
            break
        left, right = ({id(run) for run in side} for side in (gutter.left, gutter.right))
        if any(left <= known[0] and right <= known[1] for known in tables):
            continue
        if read_down(gutter, frame) or _down_but_for_a_table(gutter, frame):
            return gutter
        tables.append((left, right))
    return None


def _down_but_for_a_table(gutter: Gutter, frame: Frame) -> bool:
    table = across.table(gutter, frame)
    if table is None:
        return False
    left, right = (
        tuple(run for run in side if not table[0] <= run.middle <= table[1])
        for side in (gutter.left, gutter.right)
    )
    return bool(left and right) and read_down(replace(gutter, left=left, right=right), frame)

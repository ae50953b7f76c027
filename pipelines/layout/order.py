"""The order in which the parts of a page are read.

A recursive cut along white space, after G. Nagy and S. Seth, "Hierarchical representation of
optically scanned documents" (ICPR 1984), except that only gutters between columns of flowing text
are cut: what is left is read in rows, which keeps tables and forms whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.layout.columns import read_down
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
    beside = {id(run) for side in (gutter.left, gutter.right) for run in side}
    rest = [run for run in runs if id(run) not in beside]
    above = [run for run in rest if run.top < gutter.top]
    below = [run for run in rest if run.top >= gutter.top]
    sides = (gutter.right, gutter.left) if leftward else (gutter.left, gutter.right)
    for part in (above, *sides, below):
        if part:
            yield from parts(part, frame, leftward=leftward)


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
        if read_down(gutter, frame):
            return gutter
        tables.append((left, right))
    return None

"""White space between columns: upright strips that no run crosses.

Such strips are the maximal white rectangles of T. M. Breuel, "Two geometric algorithms for layout
analysis" (DAS 2002), looked for only where columns begin or end, as runs that stand in line say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.layout.frame import Run

NARROWEST = 0.8  # heights of letters
IN_LINE = 0.5  # heights of letters: edges as near as that stand in line
LEVEL = 0.25  # of its height: edges as near to those of a line stand level with it
SUPPORT = 3  # runs whose edges stand in line


@dataclass(frozen=True, slots=True)
class Gutter:
    """A strip, and what stands between its ends: beside it, and nothing in it."""

    at: float  # its middle line, pixels from the left
    top: float
    left: tuple[Run, ...]  # from the top
    right: tuple[Run, ...]

    @property
    def ends(self) -> tuple[int, int]:
        """From where to where both sides have text, pixels from the top."""
        sides = self.left, self.right
        first = max(side[0].top for side in sides)
        return first, min(max(run.bottom for run in side) for side in sides)

    @property
    def shared(self) -> int:
        """Pixels down that both sides have text at."""
        first, last = self.ends
        return last - first


def gutters(runs: Sequence[Run], size: float) -> list[Gutter]:
    """The gutters between `runs`, longest first."""
    runs = sorted(runs, key=lambda run: run.top)
    found: dict[tuple[int, int, float], Gutter] = {}
    for left, right in _strips(runs, NARROWEST * size, IN_LINE * size):
        for gutter in _along(runs, left, right):
            key = (len(gutter.left), len(gutter.right), gutter.top)
            found.setdefault(key, gutter)
    return sorted(found.values(), key=lambda gutter: -gutter.shared)


def _strips(runs: Sequence[Run], width: float, near: float) -> Iterator[tuple[float, float]]:
    """Strips of that width left of where several runs begin, and right of where several end."""
    for edge in _edges(sorted(run.left for run in runs), near):
        yield edge[0] - width, edge[0]
    for edge in _edges(sorted(run.right for run in runs), near):
        yield edge[-1], edge[-1] + width


def _edges(sides: Sequence[int], near: float) -> Iterator[Sequence[int]]:
    first = 0
    for index in range(1, len(sides) + 1):
        if index == len(sides) or sides[index] - sides[index - 1] > near:
            if index - first >= SUPPORT:
                yield sides[first:index]
            first = index


def _along(runs: Sequence[Run], left: float, right: float) -> Iterator[Gutter]:
    """The gutters in the strip, between one run that crosses it and the next."""
    at = (left + right) / 2
    crossing: list[Run] = []
    beside: list[list[Run]] = [[]]
    for run in runs:
        if run.left < right - 1 and run.right > left + 1:
            crossing.append(run)
            beside.append([])
        else:
            beside[-1].append(run)
    top = float("-inf")
    for number, held in enumerate(beside):
        above, below = crossing[max(0, number - 2) : number], crossing[number : number + 2]
        top = max(top, above[-1].bottom) if above else top
        others = [
            *(above[-1:] if _follow(above) else ()),
            *(below[:1] if _follow(below) else ()),
        ]
        yield from _gutter(at, top, [run for run in held if not _level(run, others)])


def _follow(crossing: Sequence[Run]) -> bool:
    """Whether two lines that cross a strip follow each other: the columns above and below such
    lines are different ones, and one alone may be a slip of the recognizer.
    """
    if len(crossing) < 2:
        return False
    above, below = crossing
    return below.top - above.bottom < above.bottom - above.top


def _level(run: Run, others: Sequence[Run]) -> bool:
    return any(
        max(abs(run.top - other.top), abs(run.bottom - other.bottom))
        < LEVEL * (other.bottom - other.top)
        for other in others
    )


def _gutter(at: float, top: float, held: Sequence[Run]) -> Iterator[Gutter]:
    left = tuple(run for run in held if run.left < at)
    right = tuple(run for run in held if run.left >= at)
    if not left or not right:
        return
    gutter = Gutter(at, top, left, right)
    if gutter.shared > 0:
        yield gutter

"""Runs of words: lines parted where white space is wide, and put together where they are level."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from pipelines.boxes import sides
from pipelines.layout.frame import Frame, Run
from pipelines.points import POINTS

WIDE = 1.0  # heights of letters: few spaces between two words of a text are wider
WIDEST = 2.5  # heights of letters: none is
SOME = 0.6  # heights of letters: enough where many lines begin beyond it
MANY = 8  # lines
IN_LINE = 0.3  # heights of letters: edges as near as that stand in line
SPREAD = 2.0  # of a line's usual space: those of a line that is set to fill its width
LEVEL = 0.5  # of the lower one's height: runs that share as much of it stand on one line
BEYOND = 4.0  # heights of letters: a bullet belongs to what begins up to so much further
RECENT = 6  # lines above that a run may still belong to


def parted(lines: Iterable[Sequence[int]], frame: Frame) -> list[Run]:
    """The runs between wide spaces; the words of each keep the order they have in their line."""
    found = [
        frame.run(run, number) for number, line in enumerate(lines) for run in _parted(line, frame)
    ]
    edges = _edges(found, frame)
    return [part for run in found for part in _cut(run, edges, frame)] if edges else found


def _edges(runs: Sequence[Run], frame: Frame) -> list[int]:
    """Where many runs begin, pixels from the left, except at the left of all."""
    lefts = sorted(run.left for run in runs)
    near = IN_LINE * frame.size
    found: list[int] = []
    first = 0
    for index, left in enumerate(lefts):
        while left - lefts[first] > near:
            first += 1
        if index - first + 1 >= MANY and left > lefts[0] + near:
            found.append(lefts[(first + index) // 2])
    return found


def _cut(run: Run, edges: Sequence[int], frame: Frame) -> list[Run]:
    """`run` parted where a word begins at one of `edges`, and not close after another."""
    if len(run.words) == 1 or bisect_right(edges, run.left + frame.size) == len(edges):
        return [run]
    parts: list[list[int]] = []
    reach = run.left
    for word in sorted(run.words, key=lambda each: frame.boxes[each].left):
        left = frame.boxes[word].left
        apart = left - reach > SOME * frame.size and _at(left, edges, frame)
        if not parts or (apart and not _before(parts[-1], left, frame)):
            parts.append([])
        parts[-1].append(word)
        reach = max(reach, frame.boxes[word].right)
    if len(parts) == 1:
        return [run]
    places = {word: place for place, word in enumerate(run.words)}
    return [frame.run(sorted(part, key=places.__getitem__), run.line) for part in parts]


def _at(left: int, edges: Sequence[int], frame: Frame) -> bool:
    near = IN_LINE * frame.size
    index = bisect_right(edges, left - near)
    return index < len(edges) and edges[index] <= left + near


def _parted(line: Sequence[int], frame: Frame) -> list[list[int]]:
    if len(line) == 1:
        return [list(line)]
    boxes = [frame.boxes[word] for word in line]
    across = sorted((box.left, box.right) for box in boxes)
    gaps, reach = [], across[0][1]
    for left, right in across[1:]:
        gaps.append(left - reach)
        reach = max(reach, right)
    wide = _wide(gaps, median(box.bottom - box.top for box in boxes), frame.size)
    starts = [left for (left, _), gap in zip(across[1:], gaps, strict=True) if gap > wide]
    if not starts:
        return [list(line)]
    parts: list[list[int]] = [[] for _ in range(len(starts) + 1)]
    for word, box in zip(line, boxes, strict=True):
        parts[bisect_right(starts, box.left)].append(word)
    whole = parts[:1]
    for start, part in zip(starts, parts[1:], strict=True):
        if _before(whole[-1], start, frame):
            whole[-1] += part
        else:
            whole.append(part)
    return whole


def _before(part: Sequence[int], left: int, frame: Frame) -> bool:
    """Whether `part` is the bullet of what begins at `left`."""
    if len(part) > 1 or frame.texts[part[0]] not in POINTS:
        return False
    return left - frame.boxes[part[0]].right <= BEYOND * frame.size


def _wide(gaps: Sequence[int], height: float, size: float) -> float:
    """The space that parts a line; in one set wide, all spaces are."""
    height = max(height, size / 2)
    return max(WIDE * height, min(SPREAD * median(gaps), WIDEST * height))


def levelled(runs: Iterable[Run]) -> list[list[Run]]:
    """Lines from top to bottom, each the runs that stand on it from left to right."""
    lines: list[tuple[Run, list[Run]]] = []
    for run in sorted(runs, key=lambda each: each.top + each.bottom):
        for line, held in reversed(lines[-RECENT:]):
            place = bisect_right(held, run.left, key=lambda each: each.left)
            beside = held[max(0, place - 1) : place + 1]
            if _level(line, run) and not any(_over(each, run) for each in beside):
                held.insert(place, run)
                line.left, line.top, line.right, line.bottom = sides((line, run))
                break
        else:
            lines.append((Run([], run.left, run.top, run.right, run.bottom), [run]))
    lines.sort(key=lambda each: each[0].top + each[0].bottom)
    return [held for _, held in lines]


def between(levels: Sequence[Sequence[Run]]) -> list[int]:
    """Pixels of white space between each line and the next; negative where they overlap."""
    return [
        min(run.top for run in below) - max(run.bottom for run in above)
        for above, below in pairwise(levels)
    ]


def _level(line: Run, run: Run) -> bool:
    if run.top >= line.bottom or run.bottom <= line.top:
        return False
    shared = min(line.bottom, run.bottom) - max(line.top, run.top)
    return shared >= LEVEL * min(line.bottom - line.top, run.bottom - run.top)


def _over(one: Run, other: Run) -> bool:
    """Whether one stands over the other for more than a touch."""
    if one.right <= other.left or other.right <= one.left:
        return False
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.3 * min(one.right - one.left, other.right - other.left)

"""Lines of a page that is looked at in strips, which overlap: each line once, as it is seen best.

A line up to twice as high as the overlap is whole in one strip. A higher one may be cut in all, and
is taken from an overview: the page made so small that it is one strip.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import pairwise

import cv2
import numpy as np

from pipelines.deadline import Deadline
from pipelines.engines.rapid_map import Quad

STRIP_PIXELS = 300_000  # of which the detector takes 48 MB; of a megapixel, 350
STEP = 32  # sides of the network's input are multiples of it
WIDEST = 1856  # pixels across of a page whose strips are not larger, high as two overlaps and more
OVERLAP = 48  # pixels that a strip shows beyond the rows that are its own
SAME = 0.5  # of a line's area: lines of two strips that share more are one


class Sight(IntEnum):
    """How a line is shown, best first."""

    WHOLE = auto()  # in the rows that are the strip's own
    BESIDE = auto()  # in those that it shares with the next
    CUT = auto()  # not all of it


@dataclass(frozen=True, slots=True)
class Found:
    """A line as one strip shows it; corners in pixels of what the detector sees."""

    sight: Sight
    strip: int
    quad: Quad


def strips(height: int, width: int) -> Iterator[tuple[int, int]]:
    """The first row of each strip's own, and the row after its last: all about as many."""
    shown = STRIP_PIXELS // (STEP * math.ceil(width / STEP)) // STEP * STEP
    own = height if height <= shown else max(OVERLAP, shown - 2 * OVERLAP)
    count = math.ceil(height / own)
    yield from pairwise(round(height * number / count) for number in range(count + 1))


def sight(quad: Quad, own: tuple[int, int], shown: tuple[int, int], height: int) -> Sight:
    """How a strip of those rows, of a page that has `height`, shows a line."""
    low, high = quad[:, 1].min(), quad[:, 1].max()
    if (shown[0] > 0 and low <= shown[0]) or (shown[1] < height and high >= shown[1]):
        return Sight.CUT
    return Sight.WHOLE if own[0] <= quad[:, 1].mean() < own[1] else Sight.BESIDE


def once(found: Iterable[Found], deadline: Deadline) -> list[Found]:
    """Each line once, as it is seen best. Raises PageFailed TIMEOUT.

    Lines of two columns that one strip takes for one, and another sees apart, are apart.
    """
    lines = sorted(found, key=lambda each: (each.sight, -_area(each.quad)))
    strips = np.array([line.strip for line in lines])
    lows = np.array([line.quad.min(axis=0) for line in lines]).reshape(-1, 2)
    highs = np.array([line.quad.max(axis=0) for line in lines]).reshape(-1, 2)
    kept = np.zeros(len(lines), np.bool_)
    repeats: dict[int, list[Found]] = {}
    for at, one in enumerate(lines):
        deadline.check()
        near = kept & (np.abs(strips - one.strip) == 1)
        near &= (lows <= highs[at]).all(axis=1) & (highs >= lows[at]).all(axis=1)
        others = np.flatnonzero(near).tolist()
        again = next((other for other in others if _within(one.quad, lines[other].quad)), None)
        if again is not None:
            repeats[again].append(one)
            continue
        shared = sum(_shared(one.quad, lines[other].quad) for other in others)
        if shared <= SAME * _area(one.quad):
            kept[at] = True
            repeats[at] = []
    return [
        each for at, again in repeats.items() for each in _parts(lines[at], again) or [lines[at]]
    ]


def _parts(line: Found, repeats: Iterable[Found]) -> list[Found]:
    """Those of `repeats` that are `line` in parts, as one other strip shows it, or none."""
    strips: dict[int, list[Found]] = {}
    for each in repeats:
        if each.sight is not Sight.CUT:
            strips.setdefault(each.strip, []).append(each)
    for parts in strips.values():
        if len(parts) > 1 and sum(_area(part.quad) for part in parts) > SAME * _area(line.quad):
            return parts
    return []


def mended(lines: Sequence[Found], overview: Sequence[Quad]) -> list[Quad]:
    """`lines`, but instead of what is cut the line of the `overview` that it is a part of."""
    cut = [line.quad for line in lines if line.sight is Sight.CUT]
    whole = [line.quad for line in lines if line.sight is not Sight.CUT]
    better = [
        quad
        for quad in overview
        if any(_within(part, quad) for part in cut)
        and not any(_within(line, quad) for line in whole)
    ]
    left = [part for part in cut if not any(_within(part, quad) for quad in better)]
    return [*whole, *better, *left]


def _within(quad: Quad, other: Quad) -> bool:
    """Whether the middle of `quad`, or most of it, lies in `other`."""
    middle = quad.mean(axis=0)
    inside = cv2.pointPolygonTest(other, (float(middle[0]), float(middle[1])), False) >= 0
    return inside or _shared(quad, other) > SAME * _area(quad)


def _shared(quad: Quad, other: Quad) -> float:
    return float(cv2.intersectConvexConvex(quad, other)[0])


def _area(quad: Quad) -> float:
    return float(cv2.contourArea(quad))

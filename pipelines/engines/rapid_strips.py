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

from pipelines.engines.rapid_map import Quad

STRIP_PIXELS = 300_000  # of which the detector takes 48 MB; of a megapixel, 350
STEP = 32  # sides of the network's input are multiples of it
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

    @property
    def area(self) -> float:
        return float(cv2.contourArea(self.quad))

    def repeats(self, other: Found) -> bool:
        """Whether another strip shows this line, or one that it is a part of, as `other`."""
        return abs(self.strip - other.strip) == 1 and _within(self.quad, other.quad)

    def shared(self, other: Found) -> float:
        """Pixels that it and a line of the next strip share."""
        if abs(self.strip - other.strip) != 1 or _apart(self.quad, other.quad):
            return 0.0
        return _shared(self.quad, other.quad)


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


def once(found: Iterable[Found]) -> list[Found]:
    """Each line once, as it is seen best.

    Lines of two columns that one strip takes for one, and another sees apart, are apart.
    """
    kept: list[tuple[Found, list[Found]]] = []
    for one in sorted(found, key=lambda each: (each.sight, -each.area)):
        again = next((repeats for other, repeats in kept if one.repeats(other)), None)
        if again is not None:
            again.append(one)
        elif sum(one.shared(other) for other, _ in kept) <= SAME * one.area:
            kept.append((one, []))
    return [each for line, repeats in kept for each in _parts(line, repeats) or [line]]


def _parts(line: Found, repeats: Iterable[Found]) -> list[Found]:
    """Those of `repeats` that are `line` in parts, as one other strip shows it, or none."""
    strips: dict[int, list[Found]] = {}
    for each in repeats:
        if each.sight is not Sight.CUT:
            strips.setdefault(each.strip, []).append(each)
    for parts in strips.values():
        if len(parts) > 1 and sum(part.area for part in parts) > SAME * line.area:
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
    if _apart(quad, other):
        return False
    middle = quad.mean(axis=0)
    inside = cv2.pointPolygonTest(other, (float(middle[0]), float(middle[1])), False) >= 0
    return inside or _shared(quad, other) > SAME * float(cv2.contourArea(quad))


def _shared(quad: Quad, other: Quad) -> float:
    return float(cv2.intersectConvexConvex(quad, other)[0])


def _apart(quad: Quad, other: Quad) -> bool:
    low, high = quad.min(axis=0), quad.max(axis=0)
    return bool((other.min(axis=0) > high).any() or (other.max(axis=0) < low).any())

"""Where the lines of a page are: a PP-OCR detector's map of letters, as turned rectangles.

The page is looked at in strips, so that memory does not grow with it: a megapixel at once takes
350 MB. What the map means and its figures are those of Differentiable Binarization (Liao et al.,
2020) and of PP-OCR's own configuration.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import pairwise
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.deadline import Deadline
from pipelines.engines.rapid_models import Floats, Model

Gray = NDArray[np.uint8]
Quad = NDArray[np.float32]  # four corners, x and y: top left, top right, bottom right, bottom left

SHORT_SIDE = 960  # pixels that a page's shorter side is brought to, if it has more,
LEAST_SIDE = 736  # or less
STRIP_PIXELS = 400_000
STEP = 32  # sides of the network's input are multiples of it
OVERLAP = 96  # pixels beyond a strip's own rows: a line as high is whole in one strip
LETTER = 0.3  # least value of a pixel that belongs to a line
LINE = 0.5  # least mean of a line
SAME = 0.5  # of a line's area: lines of two strips that share more are one
GROWTH = 1.6  # how far the map's lines, which are shrunk, are grown again
LEAST = 3  # pixels of a line's side


class Sight(IntEnum):
    """How a strip shows a line, best first."""

    WHOLE = auto()  # in the rows that are its own
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
        """Whether `other`, which is seen as well or better, is the same line in another strip."""
        if abs(self.strip - other.strip) != 1 or self._apart(other):
            return False
        shared, _ = cv2.intersectConvexConvex(self.quad, other.quad)
        if self.sight is Sight.WHOLE:
            return bool(shared > SAME * max(self.area, other.area))
        middle = self.quad.mean(axis=0)
        within = cv2.pointPolygonTest(other.quad, (float(middle[0]), float(middle[1])), False) >= 0
        return within or bool(shared > SAME * self.area)

    def _apart(self, other: Found) -> bool:
        low, high = self.quad.min(axis=0), self.quad.max(axis=0)
        return bool((other.quad.min(axis=0) > high).any() or (other.quad.max(axis=0) < low).any())


def lines(page: Gray, detector: Model, deadline: Deadline) -> list[Quad]:
    """Corners of every line on `page`, in its pixels. Raises PageFailed TIMEOUT, ENGINE_FAILED."""
    height, width = page.shape
    scale = _scale(width, height)
    small = cv2.resize(
        page,
        (max(STEP, round(width * scale)), max(STEP, round(height * scale))),
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
    )
    across, down = width / small.shape[1], height / small.shape[0]
    found = []
    for strip, (first, end) in enumerate(_strips(*small.shape)):
        deadline.check()
        top, bottom = max(0, first - OVERLAP), min(small.shape[0], end + OVERLAP)
        for quad in _quads(_map(cast(Gray, small[top:bottom]), detector)):
            quad[:, 1] += top
            above = top > 0 and quad[:, 1].min() <= top
            below = bottom < small.shape[0] and quad[:, 1].max() >= bottom
            inside = first <= quad[:, 1].mean() < end
            sight = Sight.CUT if above or below else Sight.WHOLE if inside else Sight.BESIDE
            found.append(Found(sight, strip, quad))
    return [(each.quad * (across, down)).astype(np.float32) for each in _once(found)]


def _once(found: Iterable[Found]) -> list[Found]:
    """Each line once, as it is seen best."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.sight, -each.area)):
        if not any(one.repeats(other) for other in kept):
            kept.append(one)
    return kept


def _scale(width: int, height: int) -> float:
    short = min(width, height)
    return min(max(1.0, LEAST_SIDE / short), SHORT_SIDE / short)


def _strips(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Rows of each strip, of about the same height."""
    most = max(2 * OVERLAP, STRIP_PIXELS // width - 2 * OVERLAP)
    count = 1 if height * width <= STRIP_PIXELS else math.ceil(height / most)
    edges = [round(height * number / count) for number in range(count + 1)]
    return pairwise(edges)


def _map(strip: Gray, detector: Model) -> Floats:
    """For each pixel how likely it is one of a line's core."""
    height, width = strip.shape
    padded = np.full((-(-height // STEP) * STEP, -(-width // STEP) * STEP), 255, np.uint8)
    padded[:height, :width] = strip
    values = (padded.astype(np.float32) / 255 - 0.5) / 0.5
    answer = detector(np.broadcast_to(values, (1, 3, *padded.shape)))
    return answer[0, 0, :height, :width]


def _quads(likely: Floats) -> Iterator[Quad]:
    mask = cv2.dilate((likely > LETTER).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        centre, (wide, high), angle = cv2.minAreaRect(contour)
        core = cv2.boxPoints((centre, (wide, high), angle))
        if min(wide, high) < LEAST or _mean(likely, core) < LINE:
            continue
        grown = wide * high * GROWTH / (wide + high)  # twice the offset of area / perimeter
        corners = cv2.boxPoints((centre, (wide + grown, high + grown), angle))
        yield _ordered(corners)


def _mean(likely: Floats, corners: NDArray[Any]) -> float:
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = likely[top:bottom, left:right]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, inside)[0])


def _ordered(corners: NDArray[Any]) -> Quad:
    """Clockwise from the top left, as a reader of an upright page would call them."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = (pair[np.argsort(pair[:, 1], kind="stable")] for pair in (by_x[:2], by_x[2:]))
    return np.stack([left[0], right[0], right[1], left[1]]).astype(np.float32)

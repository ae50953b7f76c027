"""The pixels of one line, and where on its page they lie."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.engines.rapid_map import Quad
from pipelines.values import Box

Gray = NDArray[np.uint8]

GAP = 0.1  # of a line's height: white space that is wider parts words


def cut(page: Gray, quad: Quad) -> Gray:
    """The part of `page` inside `quad`, its top edge lying level."""
    top_left, top_right, _, bottom_left = quad
    width = max(1, round(math.dist(top_left, top_right)))
    height = max(1, round(math.dist(top_left, bottom_left)))
    level = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turn = cv2.getPerspectiveTransform(quad, level)
    line = cv2.warpPerspective(
        page, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return cast(Gray, line)


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of a line from `left` to before `right`; whether a space follows them."""

    left: int
    right: int
    spaced: bool


def parts(line: Gray, most: int) -> Iterator[Part]:
    """`line` cut where it is whitest, or has least ink, into parts of at most `most` pixels."""
    height, width = line.shape
    ink = _ink(line).sum(axis=0, dtype=np.int32)
    left = 0
    while width - left > most:
        start = left + most // 2
        white = ink[start : left + most]
        first, end = _widest(white <= white.min())
        middle = start + (first + end) // 2
        yield Part(left, middle, end - first > GAP * height)
        left = middle
    yield Part(left, width, spaced=False)


def _widest(flags: NDArray[np.bool_]) -> tuple[int, int]:
    """Where the longest run of true values begins, and the place after it."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False)).reshape(-1, 2)
    first, end = edges[int((edges[:, 1] - edges[:, 0]).argmax())]
    return int(first), int(end)


def inked(line: Gray, left: float, right: float) -> tuple[float, float, float, float]:
    """The ink's own bounds inside those columns, or those columns."""
    first, end = math.floor(left), max(math.floor(left) + 1, math.ceil(right))
    ink = _ink(line[:, first:end])
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return float(first), 0.0, float(end), float(line.shape[0])
    return (
        float(first + columns[0]),
        float(rows[0]),
        float(first + columns[-1] + 1),
        float(rows[-1] + 1),
    )


def _ink(line: Gray) -> Gray:
    """1 where a letter is, 0 on the ground: dark on light, or light on dark."""
    _, dark = cv2.threshold(line, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return cast(Gray, dark if 2 * dark.mean() <= 1 else 1 - dark)


def box(inside: tuple[float, float, float, float], line: Gray, quad: Quad, page: Gray) -> Box:
    """Bounds in pixels of the page of a rectangle in pixels of the line."""
    height, width = line.shape
    left, top, right, bottom = inside
    along, down = (quad[1] - quad[0]) / width, (quad[3] - quad[0]) / height
    corners = np.stack(
        [quad[0] + x * along + y * down for x in (left, right) for y in (top, bottom)]
    )
    most = (page.shape[1], page.shape[0])
    low = np.clip(np.floor(corners.min(axis=0)), 0, most).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), 0, most).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))

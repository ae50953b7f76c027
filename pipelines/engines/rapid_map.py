"""What a PP-OCR detector's map of letters means: lines, as turned rectangles.

The figures are those of Differentiable Binarization (Liao et al., 2020) and of PP-OCR's own
configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.engines.rapid_models import Floats

Quad = NDArray[np.float32]  # four corners, x and y: top left, top right, bottom right, bottom left

LETTER = 0.3  # least value of a pixel that belongs to a line
LINE = 0.5  # least mean of a line
GROWTH = 1.6  # how far the map's lines, which are shrunk, are grown again
LEAST = 3  # pixels of a line's side


def quads(likely: Floats) -> Iterator[Quad]:
    """Corners of each line, of a map that says for each pixel how likely it is a line's core."""
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

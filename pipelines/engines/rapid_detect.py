"""Where the lines of a page are: a PP-OCR detector looks at it strip by strip.

Memory does not grow with the page, then, and a page can be given up between two strips.
"""

from __future__ import annotations

import math
from typing import cast

import cv2
import numpy as np

from pipelines.deadline import Deadline
from pipelines.engines.rapid_line import Gray
from pipelines.engines.rapid_map import Quad, quads
from pipelines.engines.rapid_models import Floats, Model
from pipelines.engines.rapid_strips import (
    OVERLAP,
    STEP,
    STRIP_PIXELS,
    WIDEST,
    Found,
    Sight,
    mended,
    once,
    sight,
    strips,
)

SHORT_SIDE = 960  # pixels that a page's shorter side is brought to, if it has more,
LEAST_SIDE = 736  # or less, if it has
ENLARGED = 8_000_000  # pixels in all then, at most: a long receipt is, a line alone is not


def lines(page: Gray, detector: Model, deadline: Deadline) -> list[Quad]:
    """Corners of every line on `page`, in its pixels. Raises PageFailed TIMEOUT, ENGINE_FAILED."""
    small = _scaled(page, _scale(*page.shape))
    height = small.shape[0]
    found = []
    for strip, (first, end) in enumerate(strips(*small.shape)):
        deadline.check()
        top, bottom = max(0, first - OVERLAP), min(height, end + OVERLAP)
        for quad in quads(_map(small[top:bottom], detector)):
            quad[:, 1] += top
            seen = sight(quad, (first, end), (top, bottom), height)
            found.append(Found(seen, strip, quad))
    kept = once(found, deadline)
    overview: list[Quad] = []
    if any(line.sight is Sight.CUT for line in kept):
        deadline.check()
        overview = _overview(small, detector)
    return [_onto(quad, small, page) for quad in mended(kept, overview)]


def _overview(page: Gray, detector: Model) -> list[Quad]:
    """Lines of `page` made small, in pixels of it as it is: few, of large letters."""
    small = _scaled(page, math.sqrt(STRIP_PIXELS / page.size))
    return [_onto(quad, small, page) for quad in quads(_map(small, detector))]


def _scale(height: int, width: int) -> float:
    short = min(width, height)
    most = min(SHORT_SIDE / short, WIDEST / width)
    return min(most, max(1.0, min(LEAST_SIDE / short, math.sqrt(ENLARGED / (width * height)))))


def _scaled(page: Gray, scale: float) -> Gray:
    height, width = page.shape
    wanted = max(STEP, round(width * scale)), max(STEP, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cast(Gray, cv2.resize(page, wanted, interpolation=way))


def _onto(quad: Quad, small: Gray, page: Gray) -> Quad:
    across, down = page.shape[1] / small.shape[1], page.shape[0] / small.shape[0]
    return quad * np.array((across, down), np.float32)


def _map(strip: Gray, detector: Model) -> Floats:
    """For each pixel how likely it is one of a line's core."""
    height, width = strip.shape
    padded = np.full((-(-height // STEP) * STEP, -(-width // STEP) * STEP), 255, np.uint8)
    padded[:height, :width] = strip
    values = (padded.astype(np.float32) / 255 - 0.5) / 0.5
    answer = detector(np.broadcast_to(values, (1, 3, *padded.shape)))
    return answer[0, 0, :height, :width]

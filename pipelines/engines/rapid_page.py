"""A page by PP-OCR's models: lines where the detector sees them, each read on its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np

from pipelines.deadline import Deadline
from pipelines.engines import memory, rapid_detect
from pipelines.engines.rapid_line import Gray
from pipelines.engines.rapid_map import Quad
from pipelines.engines.rapid_models import Model
from pipelines.engines.rapid_read import UPRIGHT, Reader
from pipelines.pixels import array_of
from pipelines.values import Corners, Raster, Word

cv2.setNumThreads(1)  # pages run in parallel by process
SAMPLE = 4  # lines that say how a page is turned
SURER = 0.1  # of confidence: by how much one way must be better than the other


class PageReader:
    """Both models, kept warm. Methods raise PageFailed TIMEOUT and ENGINE_FAILED."""

    def __init__(self, detector: Path, reader: Path) -> None:
        self._detector = Model(detector)
        self._reader = Reader(Model(reader))

    def pieces(self, raster: Raster, deadline: Deadline, *, latin: bool) -> list[list[Word]]:
        """The words of each line that the detector sees; `latin` keeps to Latin letters."""
        page = _page(raster)
        return self._read(page, self._lines(page, deadline), deadline, latin=latin)

    def parts(
        self, raster: Raster, spots: Sequence[Corners], deadline: Deadline, *, latin: bool
    ) -> list[list[Word]]:
        """The words in each of `spots`, which are level."""
        quads = [np.array(spot, np.float32) for spot in spots]
        return self._read(_page(raster), quads, deadline, latin=latin, level=True)

    def _lines(self, page: Gray, deadline: Deadline) -> list[Quad]:
        found = rapid_detect.lines(page, self._detector, deadline)
        memory.trim()
        return found

    def _read(
        self,
        page: Gray,
        quads: Sequence[Quad],
        deadline: Deadline,
        *,
        latin: bool,
        level: bool = False,
    ) -> list[list[Word]]:
        found = []
        for quad in quads:
            deadline.check()
            words = self._reader.words(page, quad, latin=latin, level=level)
            found.append([Word(each.text, each.box, each.confidence, 0) for each in words])
        memory.trim()
        deadline.check()
        return found

    def orientation(self, raster: Raster, deadline: Deadline) -> int | None:
        """The turn by which the longest lines are read more surely; None: none stands out."""
        page = _page(raster)
        quads = self._lines(page, deadline)
        longest = sorted(quads, key=cv2.contourArea, reverse=True)[:SAMPLE]
        if not longest:
            return None
        lying = 2 * sum(map(_high, longest)) > len(longest)
        sure = {}
        for turns in (1, 3) if lying else (0, 2):
            deadline.check()
            sure[90 * turns] = self._confidence(page, longest, turns)
        best = max(sure, key=lambda angle: sure[angle])
        return best if sure[best] - min(sure.values()) >= SURER else None

    def _confidence(self, page: Gray, quads: Sequence[Quad], turns: int) -> float:
        """Mean confidence of lines, the page turned clockwise by so many right angles."""
        turned = np.ascontiguousarray(np.rot90(page, -turns))
        found = []
        for quad in quads:
            words = self._reader.words(turned, _turned(quad, page, turns), latin=False)
            found.append(fmean(word.confidence for word in words) if words else 0.0)
        return fmean(found)


def _page(raster: Raster) -> Gray:
    return array_of(raster)


def _high(quad: Quad) -> bool:
    return bool(np.linalg.norm(quad[3] - quad[0]) >= UPRIGHT * np.linalg.norm(quad[1] - quad[0]))


def _turned(quad: Quad, page: Gray, turns: int) -> Quad:
    """`quad` as it lies once its page is turned clockwise by so many right angles."""
    height, width = page.shape
    for _ in range(turns):
        quad = np.stack([height - quad[:, 1], quad[:, 0]], axis=1)
        quad = np.roll(quad, 1, axis=0)
        height, width = width, height
    return quad.astype(np.float32)

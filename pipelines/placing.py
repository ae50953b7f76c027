"""Where the characters of a text layer stand on the page as it is displayed."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from pipelines.values import Box

DPI = 144  # of the boxes; two pixels a point
FINE = 1 << 20  # pixels that the sides of a page are measured with


class Placing:
    """From a page's own points to pixels from its top left, as it is displayed.

    Runs inside `pipelines.confine`. `width` and `height` are those of the page at DPI.
    """

    def __init__(self, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> None:
        width, height = page.get_size()
        self.width = max(1, round(width * DPI / 72))
        self.height = max(1, round(height * DPI / 72))
        self._text = text
        x, y = ctypes.c_int(), ctypes.c_int()

        def displayed(across: float, up: float) -> tuple[float, float]:
            pdfium.FPDF_PageToDevice(page, 0, 0, FINE, FINE, 0, across, up, x, y)
            return x.value * self.width / FINE, y.value * self.height / FINE

        far = max(0.1, min(width, height))
        self._x0, self._y0 = displayed(0, 0)
        right, up = displayed(far, 0), displayed(0, far)
        self._xx, self._yx = (right[0] - self._x0) / far, (right[1] - self._y0) / far
        self._xy, self._yy = (up[0] - self._x0) / far, (up[1] - self._y0) / far

    def boxes(self, stretches: Sequence[tuple[int, int]]) -> list[Box]:
        """Of the characters of each stretch, from its first to before its end: within the page.

        Box(0, 0, 0, 0) for characters that stand nowhere on it.
        """
        corners, starts = self._corners(stretches)
        found = np.zeros((len(stretches), 4), int)
        held = np.diff(starts, append=len(corners)) > 0
        if held.any():
            x, y = corners[:, 0::2], corners[:, 1::2]
            with np.errstate(all="ignore"):  # a file may state any number
                across = self._x0 + self._xx * x + self._xy * y
                down = self._y0 + self._yx * x + self._yy * y
            first = starts[held]
            sides = (
                np.fmin.reduceat(np.fmin(*across.T), first),
                np.fmin.reduceat(np.fmin(*down.T), first),
                np.fmax.reduceat(np.fmax(*across.T), first),
                np.fmax.reduceat(np.fmax(*down.T), first),
            )
            most = self.width, self.height, self.width, self.height
            found[held] = np.clip(np.rint(np.nan_to_num(np.stack(sides, 1))), 0, most)
        return [Box(*sides) for sides in found.tolist()]

    def _corners(
        self, stretches: Sequence[tuple[int, int]]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Rectangles (n, 4): left, top, right, bottom in points; where those of each stretch begin.

        Rectangles of words, not boxes of characters: PDFium is asked far less.
        """
        corner = bytearray(4 * 8)
        into = [ctypes.c_double.from_buffer(corner, 8 * side) for side in range(4)]
        corners, starts = bytearray(), []
        for first, end in stretches:
            starts.append(len(corners) // len(corner))
            for index in range(pdfium.FPDFText_CountRects(self._text, first, end - first)):
                pdfium.FPDFText_GetRect(self._text, index, *into)
                corners += corner
        return np.frombuffer(corners).reshape(-1, 4), np.array(starts, np.intp)

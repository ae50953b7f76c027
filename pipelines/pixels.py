"""The pixels of a page as others take them: Pillow, numpy, and what PDFium gives."""

from __future__ import annotations

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from pipelines.values import Raster

MODES = {"L": "L", "BGR": "RGB", "BGRX": "RGB"}  # of pixels, as PDFium says and as Pillow does
BAND = 2**20  # pixels that are made gray at a time: Pillow takes four bytes for one in colour


def image_of(raster: Raster) -> Image.Image:
    """`raster` as an image that shares its pixels: a copy takes 1 ms of 8 Mpx, and its memory."""
    return Image.frombuffer("L", (raster.width, raster.height), raster.pixels, "raw", "L", 0, 1)


def array_of(raster: Raster) -> NDArray[np.uint8]:
    """`raster` as an array of its rows, which shares its pixels and cannot be written to."""
    return np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)


def gray(bitmap: pypdfium2.PdfBitmap) -> Image.Image:
    """A bitmap of one of MODES as 8-bit gray; one that is gray already shares its pixels."""
    size, stride, raw = (bitmap.width, bitmap.height), bitmap.stride, bitmap.mode.upper()
    if raw == "L":
        return Image.frombuffer("L", size, bitmap.buffer, "raw", raw, stride, 1)
    rows, whole = max(1, BAND // size[0]), Image.new("L", size)
    seen = np.frombuffer(bitmap.buffer, np.uint8)
    for top in range(0, size[1], rows):
        part = seen[top * stride : (top + rows) * stride]
        lines = size[0], len(part) // stride
        band = Image.frombuffer(MODES[raw], lines, part, "raw", raw, stride, 1)
        whole.paste(band.convert("L"), (0, top))
    return whole


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """`image` in that `size`.

    Shrunk by BILINEAR, which averages over what becomes one pixel; LANCZOS is sharper, takes twice
    the time and is read no better: by `python -m bench.accuracy --kinds` with each, Fraktur has a
    CER of 0.013 and 0.012 without it, clean print 0.007 and 0.006, typescripts 0.090 and 0.096.
    Enlarged by BICUBIC: with BILINEAR, the typescripts, which are small, have 0.105.
    """
    larger = any(new > old for new, old in zip(size, image.size, strict=True))
    way = Image.Resampling.BICUBIC if larger else Image.Resampling.BILINEAR
    return image.resize(size, way, reducing_gap=2.0)

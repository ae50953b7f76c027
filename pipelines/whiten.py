"""Shadows, stains and gray paper taken off a page, so that ink is dark on white everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pipelines.values import Raster

PATCH = 16  # pixels across a patch of even light
LIGHT = 0.85  # share of its pixels that are darker than its paper, at most
SMOOTH = 5  # patches, across which the light changes little
BORDER = 0.35  # of the lightest paper: darker patches are no paper but scanner lid or shadow
INK = 0.02  # share of pixels that are darker than what counts as ink at its darkest
# Where all but SHADE of the paper is as white, there is nothing to take off. Of 19 pages of the
# corpus that read badly the paper there is 196 at most on the five that gain by it, and 242 or more
# on eight of the others.
SHADE, WHITE = 0.05, 240
DARK = 0.75  # the darkest that ink may be for its contrast to be stretched: pale print


def whitened(raster: Raster) -> Raster | None:
    """`raster` divided by its paper's gray, its ink stretched to black where it is pale.

    None: its paper is white already.
    """
    pixels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)
    paper = _paper(pixels)
    if np.quantile(paper[::PATCH, ::PATCH], SHADE) >= WHITE:
        return None
    even = pixels / np.maximum(paper, 1.0)
    ink = min(DARK, float(np.quantile(even[::4, ::4], INK)))
    even = np.clip((even - ink) / (1.0 - ink), 0.0, 1.0)
    return replace(raster, pixels=(even * 255).astype(np.uint8).tobytes())


def _paper(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The gray of the paper at each pixel: that of its patch and of those around it."""
    height, width = pixels.shape
    down, across = -(-height // PATCH), -(-width // PATCH)
    padded = np.pad(pixels, ((0, down * PATCH - height), (0, across * PATCH - width)), "edge")
    tiles = padded[::2, ::2].reshape(down, PATCH // 2, across, PATCH // 2)
    light = np.quantile(tiles, LIGHT, axis=(1, 3), method="lower")
    patches = Image.fromarray(light.astype(np.uint8))
    patches = patches.filter(ImageFilter.MedianFilter(SMOOTH))
    patches = patches.filter(ImageFilter.GaussianBlur(1))
    gray = np.asarray(patches, np.float32)
    gray = np.maximum(gray, BORDER * gray.max())
    smooth = Image.fromarray(gray).resize((across * PATCH, down * PATCH), Image.Resampling.BILINEAR)
    return np.asarray(smooth, np.float32)[:height, :width]

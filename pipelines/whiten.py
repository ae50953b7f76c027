"""Shadows, stains and gray paper taken off a page, so that ink is dark on white everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pipelines.pixels import array_of
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
BAND = 16 * PATCH  # rows that are worked on at once: as floats a page takes twenty times its pixels
EVERY = 4  # rows and columns of which one says how dark ink is
DARK = 0.75  # the darkest that ink may be for its contrast to be stretched: pale print


def whitened(raster: Raster) -> Raster | None:
    """`raster` divided by its paper's gray, its ink stretched to black where it is pale.

    None: its paper is white already.
    """
    pixels = array_of(raster)
    light = _light(pixels)
    shades, darks = [], []
    for band, paper in _bands(pixels, light):
        shades.append(paper[::PATCH, ::PATCH])
        darks.append((band / paper)[::EVERY, ::EVERY])
    if np.quantile(np.concatenate(shades), SHADE) >= WHITE:
        return None
    ink = min(DARK, float(np.quantile(np.concatenate(darks), INK)))
    white = b"".join(
        (np.clip((band / paper - ink) / (1.0 - ink), 0.0, 1.0) * 255).astype(np.uint8).tobytes()
        for band, paper in _bands(pixels, light)
    )
    return replace(raster, pixels=white)


def _light(pixels: NDArray[np.uint8]) -> Image.Image:
    """The gray of the paper in each patch and those around it, as an image of floats."""
    height, width = pixels.shape
    down, across = -(-height // PATCH), -(-width // PATCH)
    padded = np.pad(pixels, ((0, down * PATCH - height), (0, across * PATCH - width)), "edge")
    tiles = padded[::2, ::2].reshape(down, PATCH // 2, across, PATCH // 2).transpose(0, 2, 1, 3)
    sample = tiles.reshape(down, across, -1)
    darker = int(LIGHT * (sample.shape[2] - 1))
    # `np.quantile` would make floats of all of them first, eight times their size.
    patches = Image.fromarray(np.partition(sample, darker, axis=2)[:, :, darker])
    patches = patches.filter(ImageFilter.MedianFilter(SMOOTH))
    patches = patches.filter(ImageFilter.GaussianBlur(1))
    gray = np.asarray(patches, np.float32)
    return Image.fromarray(np.maximum(gray, max(1.0, BORDER * gray.max())))


def _bands(
    pixels: NDArray[np.uint8], light: Image.Image
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
    """Rows of the page, and the gray of the paper at each of their pixels."""
    height, width = pixels.shape
    for first in range(0, height, BAND):
        rows = min(BAND, light.height * PATCH - first)
        box = (0, first / PATCH, light.width, (first + rows) / PATCH)
        smooth = light.resize((light.width * PATCH, rows), Image.Resampling.BILINEAR, box)
        band = pixels[first : first + rows]
        yield band, np.asarray(smooth, np.float32)[: len(band), :width]

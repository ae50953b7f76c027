"""The pixels of a page as an image of Pillow's."""

from __future__ import annotations

from PIL import Image

from pipelines.values import Raster


def image_of(raster: Raster) -> Image.Image:
    """`raster` as an image that shares its pixels: a copy takes 1 ms of 8 Mpx, and its memory."""
    return Image.frombuffer("L", (raster.width, raster.height), raster.pixels, "raw", "L", 0, 1)

"""Pages that lie on their side or upside down: their pixels, or what was read on them, turned."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from pipelines import boxes
from pipelines.pixels import image_of
from pipelines.values import Box, Raster, Recognition

TURNS = {
    90: Image.Transpose.ROTATE_270,  # Pillow counts the other way round
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def turned(raster: Raster, angle: int) -> Raster:
    """`raster` turned clockwise by 0, 90, 180 or 270 degrees."""
    if not angle:
        return raster
    image = image_of(raster).transpose(TURNS[angle])
    return replace(raster, width=image.width, height=image.height, pixels=image.tobytes())


def read_turned(read: Recognition, angle: int) -> Recognition:
    """`read` as if its raster had been turned clockwise by `angle` first: its boxes lie on that."""
    if not angle:
        return read
    width, height = read.width, read.height

    def place(box: Box) -> Box:
        return boxes.turned(box, width, height, angle)

    return replace(
        read,
        words=tuple(replace(word, box=place(word.box)) for word in read.words),
        blocks=tuple(replace(block, box=place(block.box)) for block in read.blocks),
        width=height if angle in (90, 270) else width,
        height=width if angle in (90, 270) else height,
        turn=(read.turn - angle) % 360,
    )

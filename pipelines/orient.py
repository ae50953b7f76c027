"""Pages that lie on their side or upside down: pixels turned upright, boxes turned back."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

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
    image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
    image = image.transpose(TURNS[angle])
    return replace(raster, width=image.width, height=image.height, pixels=image.tobytes())


def turned_back(recognition: Recognition, raster: Raster, angle: int) -> Recognition:
    """What was read of `raster` turned by `angle`, with boxes as they lie on `raster`."""
    if not angle:
        return recognition
    words = tuple(
        replace(word, box=_box_back(word.box, raster, angle)) for word in recognition.words
    )
    return replace(
        recognition,
        words=words,
        width=raster.width,
        height=raster.height,
        blocks=tuple(
            replace(block, box=_box_back(block.box, raster, angle)) for block in recognition.blocks
        ),
        turn=angle,
    )


def _box_back(box: Box, raster: Raster, angle: int) -> Box:
    width, height = raster.width, raster.height
    if angle == 180:
        return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
    if angle == 90:
        return Box(box.top, height - box.right, box.bottom, height - box.left)
    return Box(width - box.bottom, box.left, width - box.top, box.right)

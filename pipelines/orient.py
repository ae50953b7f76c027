"""Pages that were scanned sideways or upside down: tried again upright when they read badly."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from pipelines.deadline import Deadline
from pipelines.engines.protocols import Recognizer
from pipelines.errors import PageFailed
from pipelines.values import Box, Raster, Recognition

DOUBTFUL = 0.6  # mean confidence below which a page may be turned; upright pages stay above
TURNS = {
    90: Image.Transpose.ROTATE_270,  # Pillow counts the other way round
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def upright(
    first: Recognition, raster: Raster, recognizer: Recognizer, deadline: Deadline
) -> Recognition:
    """The better of `first` and what the page reads like when turned upright by `deadline`.

    Ordinary pages pay nothing: only a page of low confidence is looked at again. `first` is kept
    when there is no time for that, or when it fails.
    """
    if first.confidence is not None and first.confidence >= DOUBTFUL:
        return first
    # Tesseract cannot be interrupted while it finds the orientation, which takes it less time than
    # the reading took: as much must be left.
    if deadline.left() <= deadline.spent():
        return first
    try:
        angle = recognizer.orientation(raster, seconds=deadline.left())
        left = deadline.left()
        if not angle or not left:
            return first
        again = recognizer.recognize(turned(raster, angle), first.languages, seconds=left)
    except PageFailed:
        return first
    return _turned_back(again, raster, angle) if evidence(again) > evidence(first) else first


def evidence(recognition: Recognition) -> float:
    """How much was read, and how surely: letters weighted by what is beyond doubt."""
    return sum(len(word.text) * max(0.0, word.confidence - 0.5) for word in recognition.words)


def turned(raster: Raster, angle: int) -> Raster:
    """`raster` turned clockwise by 90, 180 or 270 degrees."""
    image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
    image = image.transpose(TURNS[angle])
    return replace(raster, width=image.width, height=image.height, pixels=image.tobytes())


def _turned_back(recognition: Recognition, raster: Raster, angle: int) -> Recognition:
    """Boxes as they lie on the page that people see."""
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

"""A page as an engine is shown it: upright, level, scaled; and boxes as they lie on the page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from pipelines import orient
from pipelines.pixels import array_of, image_of, resized
from pipelines.values import Box, Raster, Recognition


@dataclass(frozen=True, slots=True)
class View:
    """In this order: turned clockwise, rotated counter-clockwise, scaled."""

    turn: int = 0  # degrees: 0, 90, 180, 270
    slope: float = 0.0  # degrees by which lines fall to the right
    scale: float = 1.0

    def of(self, raster: Raster) -> Raster:
        """What the engine is shown."""
        shown = orient.turned(raster, self.turn)
        if self.slope:
            shown = _rotated(shown, self.slope)
        return _scaled(shown, self.scale) if self.scale != 1.0 else shown

    def back(self, read: Recognition, raster: Raster) -> Recognition:
        """What was read of the view, with boxes as they lie on `raster`."""
        upright = raster.width, raster.height
        if self.turn in (90, 270):
            upright = raster.height, raster.width
        if self.slope or self.scale != 1.0:
            rotated = _rotated_size(*upright, self.slope)
            place = _Place(self, rotated, upright)
            read = replace(
                read,
                words=tuple(replace(word, box=place.back(word.box)) for word in read.words),
                blocks=tuple(replace(block, box=place.back(block.box)) for block in read.blocks),
                width=upright[0],
                height=upright[1],
                dpi=raster.dpi,
            )
        return orient.read_turned(read, (360 - self.turn) % 360)


def enlarged(raster: Raster, scale: float, most: int) -> float:
    """`scale`, or less where it would make a page of more than `most` pixels."""
    return min(scale, math.sqrt(most / (raster.width * raster.height)))


def covered(raster: Raster, boxes: Iterable[Box]) -> Raster:
    """`raster` with white where `boxes` are."""
    pixels = array_of(raster).copy()
    for box in boxes:
        pixels[max(0, box.top) : box.bottom, max(0, box.left) : box.right] = 255
    return replace(raster, pixels=pixels.tobytes())


class _Place:
    """Points of a scaled, rotated page on the upright one."""

    def __init__(self, view: View, rotated: tuple[int, int], upright: tuple[int, int]) -> None:
        self._scale = view.scale
        self._middle = rotated[0] / 2, rotated[1] / 2
        self._centre = upright[0] / 2, upright[1] / 2
        self._bounds = upright
        angle = math.radians(view.slope)
        self._cos, self._sin = math.cos(angle), math.sin(angle)

    def back(self, box: Box) -> Box:
        corners = [
            self._point(x / self._scale, y / self._scale)
            for x in (box.left, box.right)
            for y in (box.top, box.bottom)
        ]
        across, down = zip(*corners, strict=True)
        width, height = self._bounds
        return Box(
            max(0, math.floor(min(across) + 0.01)),
            max(0, math.floor(min(down) + 0.01)),
            min(width, math.ceil(max(across) - 0.01)),
            min(height, math.ceil(max(down) - 0.01)),
        )

    def _point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self._middle[0], y - self._middle[1]
        return (
            self._centre[0] + x * self._cos - y * self._sin,
            self._centre[1] + x * self._sin + y * self._cos,
        )


def _rotated(raster: Raster, slope: float) -> Raster:
    paper = int(np.median(array_of(raster)))
    image = image_of(raster).rotate(slope, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)
    return replace(raster, width=image.width, height=image.height, pixels=image.tobytes())


def _rotated_size(width: int, height: int, slope: float) -> tuple[int, int]:
    """As Pillow's rotate makes it with `expand`."""
    if not slope:
        return width, height
    size: tuple[int, int] = (
        Image.new("1", (width, height)).rotate(slope, Image.Resampling.NEAREST, expand=True).size
    )
    return size


def _scaled(raster: Raster, scale: float) -> Raster:
    size = max(1, round(raster.width * scale)), max(1, round(raster.height * scale))
    image = resized(image_of(raster), size)
    return replace(
        raster, width=size[0], height=size[1], dpi=raster.dpi * scale, pixels=image.tobytes()
    )

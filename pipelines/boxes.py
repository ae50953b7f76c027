"""Rectangles on a raster: the one around several, and where one lies when the raster is turned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pipelines.values import Box


class Sided(Protocol):
    """Whatever has four sides, in pixels from the top left."""

    @property
    def left(self) -> int: ...
    @property
    def top(self) -> int: ...
    @property
    def right(self) -> int: ...
    @property
    def bottom(self) -> int: ...


def sides(boxes: Iterable[Sided]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the least rectangle around `boxes` (at least one)."""
    found = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def around(boxes: Iterable[Sided]) -> Box:
    """The least box that holds all of `boxes` (at least one)."""
    return Box(*sides(boxes))


def turned(box: Box, width: int, height: int, angle: int) -> Box:
    """`box` on a raster of `width` x `height` pixels once that is turned clockwise by `angle`.

    `angle` is 0, 90, 180 or 270 degrees.
    """
    if angle == 90:
        return Box(height - box.bottom, box.left, height - box.top, box.right)
    if angle == 180:
        return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
    if angle == 270:
        return Box(box.top, width - box.right, box.bottom, width - box.left)
    return box

"""The baseline of a line of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.values import Box

DRIFT = 0.35  # of the letters' height: a line that rises or falls by less is level
SOLID = 0.5  # of the letters' height: what is lower is a mark, such as a dash or a dot
STEEP = 0.5  # words that rise by more stand above one another, and on no line


@dataclass(frozen=True, slots=True)
class Slope:
    """A straight line below the words of a line: ``y = rise * x + foot``, pixels, y downwards."""

    rise: float
    foot: float

    def at(self, x: float) -> float:
        """Its height at `x`."""
        return self.rise * x + self.foot


def slope(boxes: Sequence[Box]) -> Slope:
    """The baseline of upright words: least squares over their feet, level where that is as good.

    A quarter of the feet lie above it: letters such as g and p reach below the baseline.
    """
    height = sorted(box.bottom - box.top for box in boxes)[len(boxes) // 2]
    solid = [box for box in boxes if box.bottom - box.top >= SOLID * height]
    centers = [(box.left + box.right) / 2 for box in solid]
    feet = [float(box.bottom) for box in solid]
    rise = _rise(centers, feet)
    if abs(rise) > STEEP or abs(rise) * (max(centers) - min(centers)) < DRIFT * height:
        rise = 0.0
    levels = sorted(foot - rise * x for x, foot in zip(centers, feet, strict=True))
    return Slope(rise, levels[len(levels) // 4])


def _rise(across: Sequence[float], down: Sequence[float]) -> float:
    middle, level = sum(across) / len(across), sum(down) / len(down)
    spread = sum((x - middle) ** 2 for x in across)
    if not spread:
        return 0.0
    together = sum((x - middle) * (y - level) for x, y in zip(across, down, strict=True))
    return together / spread

"""The signs that the points of a list begin with."""

from __future__ import annotations

import re

ROUND, SQUARE = "•", "▪"
POINTS = frozenset("•▪■●○◦‣·・")  # these alone: nothing else is written so
BULLET = re.compile(r"[-–—*•▪■●○◦‣·・]")  # and those that are other signs too

"""Whether a page lies on its side, guessed from its ink before anything is read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines import ink

RULE = 8  # pixels of an edge to both sides of a point that make it one of a rule, not of a letter
FEW = 500  # points of an edge, each way, that say something
# Times as sharp as rows columns are where a page lies on its side: 4.7 to 9.7 of such pages in the
# corpus, but 2.9 of one that is skewed too. Of upright pages 0.01 to 2, and 2.5 to 3.7 of four: a
# skewed one, one with a frame, a catalogue and a drawing.
CLEAR = 4.0


def turn(dark: ink.Ink) -> int:
    """The clockwise turn in degrees by which a page is likely upright: 0, 90 or 270.

    The edges of letters fall into rows where lines lie level, and into columns where they run down
    the page; on the side that letters stand on, more so. A guess, right of most print: whoever acts
    on it sees by the reading. 2 ms a page.
    """
    feet, heads, left, right = map(_sharpness, (dark[::-1], dark, dark.T, dark.T[::-1]))
    if not min(feet, heads, left, right) or max(left, right) < CLEAR * max(feet, heads):
        return 0
    return 90 if right >= left else 270


def _sharpness(dark: ink.Ink) -> float:
    """How much rows differ by the upper edges of letters in them; 0 where there are too few."""
    edges = dark[1:] & ~dark[:-1]
    rules = edges[:, : -2 * RULE] & edges[:, RULE:-RULE] & edges[:, 2 * RULE :]
    counts: NDArray[np.int64] = edges.sum(axis=1)
    counts -= rules.sum(axis=1)
    total = int(counts.sum())
    return float(np.square(np.diff(counts)).sum() / total) if total >= FEW else 0.0

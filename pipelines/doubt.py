"""Signs that an engine read a page badly, in what it read and in what it left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from pipelines import calibration
from pipelines.layout import frame
from pipelines.pixels import array_of
from pipelines.values import Raster, Recognition

SHORT = 2  # words: a line of as many has cells, with the line beside it, as one with a gap has
# Share of lines that have, from which the page does: prose has up to 0.19, receipts from 0.35 and
# tables from 0.26 (tesserocr on photographs and scans; of slides, half have less than 0.4).
CELL_SHARE = 0.22
GAP = 2.5  # heights of a letter: as much white space in a line parts cells
INKED = 0.001  # share of a page that is ink: less is nothing to read
STEP, BLOCK = 4, 16  # pixels, and looked-at pixels, across a patch of even light
LIGHT, DARK = 0.8, 0.75  # a patch's paper is lighter than so much of it; ink, than so much of paper


def doubtful(read: Recognition, bound: float) -> bool:
    """Whether words were read, and less than `bound` of their letters are likely right."""
    if not read.words:
        return False
    right = calibration.letters(read.words, read.engine)
    return right / sum(len(word.text) for word in read.words) < bound


def has_cells(read: Recognition) -> bool:
    """Whether the page looks like a receipt, a form or a table rather than like prose."""
    held = frame.lines_of(read.words)
    page = frame.framed(read, held)
    lines = [page.run(line) for line in held]
    return sum(_cells(page, lines)) >= CELL_SHARE * max(1, len(lines))


def _cells(page: frame.Frame, lines: Sequence[frame.Run]) -> list[bool]:
    """For each line whether it has a wide gap, or it or a line beside it is short."""
    found = [_gap(page, line) for line in lines]
    order = sorted(range(len(lines)), key=lambda at: lines[at].top)
    for place, at in enumerate(order):
        line = lines[at]
        for below in order[place + 1 :]:
            other = lines[below]
            if other.top >= line.bottom:
                break
            if not (found[at] and found[below]) and _short(line, other) and _beside(line, other):
                found[at] = found[below] = True
    return found


def _gap(page: frame.Frame, line: frame.Run) -> bool:
    boxes = [page.boxes[index] for index in line.words]
    return any(right.left - left.right > GAP * page.size for left, right in pairwise(boxes))


def _short(line: frame.Run, other: frame.Run) -> bool:
    return min(len(line.words), len(other.words)) <= SHORT


def _beside(line: frame.Run, other: frame.Run) -> bool:
    apart = other.left >= line.right or other.right <= line.left
    shared = min(line.bottom, other.bottom) - max(line.top, other.top)
    return apart and 2 * shared >= min(line.bottom - line.top, other.bottom - other.top)


def missed(read: Recognition, raster: Raster) -> float:
    """Share of the page's ink that lies outside all words; 0 where there is next to none.

    Ink is what is darker than the paper around it. One pixel in sixteen is looked at: 1 ms a page.
    """
    pixels = array_of(raster)
    sample = pixels[::STEP, ::STEP]
    down, across = sample.shape[0] // BLOCK, sample.shape[1] // BLOCK
    if not (down and across):
        return 0.0
    tiles = sample[: down * BLOCK, : across * BLOCK].reshape(down, BLOCK, across, BLOCK)
    paper = np.quantile(tiles, LIGHT, axis=(1, 3), method="lower", keepdims=True)
    ink = (tiles < DARK * paper).reshape(down * BLOCK, across * BLOCK)
    total = int(ink.sum())
    if total < INKED * ink.size:
        return 0.0
    for word in read.words:
        box = word.box
        ink[
            max(0, box.top // STEP - 1) : box.bottom // STEP + 2,
            max(0, box.left // STEP - 1) : box.right // STEP + 2,
        ] = False
    return int(ink.sum()) / total

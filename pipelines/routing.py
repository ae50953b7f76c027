"""Which pages, and which of their lines, a second, stronger engine reads too, and what comes of it.

The first engine is cheap and right on clean print; the second takes four times as long, and is the
better one where print is not clean. How sure the first is says which page is which, by the
calibrated share of its letters that are right; so does how its lines stand, for on receipts, forms
and tables it loses cells, and their rows, while it is sure of what it saw; and so does the ink that
lies outside all of its words, as where the shadow on a photograph hides half a page from it. Of a
page of prose the second engine sees only what the first did not read well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np

from pipelines import calibration, orient
from pipelines.boxes import around
from pipelines.deadline import Deadline
from pipelines.engines.protocols import Recognizer
from pipelines.errors import PageFailed
from pipelines.layout import frame
from pipelines.merge import merged
from pipelines.values import Box, Raster, Recognition, Word
from pipelines.view import covered

ESCALATED = "escalated"  # flag: a second engine read the page too
FAILED = "escalation_failed"  # flag: it should have, but failed or ran out of time
BOTH = " + "  # between the names of two engines
CELLS = 0.07  # how much surer the first must be of a page of cells
SHORT = 2  # words: a line of as many beside another is a cell,
CELL_SHARE = 0.15  # and where as many words are in such lines, or in wide gaps, the page has cells
GAP = 2.5  # heights of a letter: as much white space in a line parts cells
SEEN = 0.8  # of the second's text: less says that the first missed parts of the page
# How likely right each word of a line must be for the line not to be read again. Typescripts have
# a CER of 0.087 so and of 0.088 with every line read again, for 0.6 of the time.
WELL = 0.6
MISSED = 0.3  # of a page's ink outside all words: shadows, or print that the first cannot see
INKED = 0.001  # share of a page that is ink: less is nothing to read
STEP, BLOCK = 4, 16  # pixels, and looked-at pixels, across a patch of even light
LIGHT, DARK = 0.8, 0.75  # a patch's paper is lighter than so much of it; ink, than so much of paper


def closer(
    first: Recognition, raster: Raster, second: Recognizer, bound: float, deadline: Deadline
) -> Recognition:
    """`first`, or what both engines together read where `first` is likely right for less than
    `bound` of its letters; boxes lie on `raster` as before. `bound` 0 says never.
    """
    cells, blind = has_cells(first), missed(first, raster) >= MISSED
    if not bound or not (blind or doubtful(first, min(1.0, bound + CELLS) if cells else bound)):
        return first
    whole = cells or blind
    shown = raster if whole else covered(raster, read_well(first))
    try:
        deadline.check()
        again = second.recognize(
            orient.turned(shown, first.turn),
            first.languages,
            seconds=deadline.left(),
        )
    except PageFailed:
        return replace(first, flags=(*first.flags, FAILED))
    return joined(first, again, whole=whole)


def read_well(first: Recognition) -> list[Box]:
    """Where the lines are that need not be read again."""
    lines: dict[int, list[Word]] = defaultdict(list)
    for word in first.words:
        lines[word.line].append(word)
    return [
        around(word.box for word in words)
        for words in lines.values()
        if all(calibration.right(word, first.engine) >= WELL for word in words)
    ]


def doubtful(first: Recognition, bound: float) -> bool:
    """Whether words were read, and less than `bound` of their letters are likely right."""
    if not first.words:
        return False
    right = calibration.letters(first.words, first.engine)
    return right / sum(len(word.text) for word in first.words) < bound


def joined(first: Recognition, again: Recognition, *, whole: bool) -> Recognition:
    """Both readings as one; `again` is of the page turned upright as `first` says.

    Lines are those of the first engine, which parts columns; where the second saw the `whole` page,
    of a page of cells, or one that the first saw little of, those of the second. The engine's name
    is that of each whose words are kept.
    """
    turn = first.turn
    upright = orient.read_turned(first, turn)
    missing = len(first.text) < SEEN * len(again.text)
    rows_of_second = whole and (has_cells(upright) or missing)
    pair = (again, upright) if rows_of_second else (upright, again)
    best = merged(*pair)
    kept = {(word.text, word.box) for word in best.words}
    engines = [
        read.engine
        for read in (upright, again)
        if any((word.text, word.box) in kept for word in read.words)
    ]
    return replace(
        orient.read_turned(best, (360 - turn) % 360),
        engine=BOTH.join(engines) or first.engine,
        flags=tuple(dict.fromkeys((*first.flags, ESCALATED))),
        blocks=(),
    )


def outcome(read: Recognition) -> str | None:
    """Whose words were kept of a page that was to be read twice: first, second, both, or failed."""
    if FAILED in read.flags:
        return "failed"
    if ESCALATED not in read.flags:
        return None
    if BOTH in read.engine:
        return "both"
    return "second" if read.engine.startswith("rapidocr") else "first"


def has_cells(read: Recognition) -> bool:
    """Whether the page looks like a receipt, a form or a table rather than like prose."""
    held = frame.lines_of(read.words)
    page = frame.framed(read, held)
    lines = [page.run(line) for line in held]
    cells = 0
    for number, line in enumerate(lines):
        beside = [
            other for index, other in enumerate(lines) if index != number and _beside(line, other)
        ]
        if any(min(len(line.words), len(other.words)) <= SHORT for other in beside):
            cells += len(line.words)
        boxes = [page.boxes[index] for index in line.words]
        cells += sum(right.left - left.right > GAP * page.size for left, right in pairwise(boxes))
    return cells >= CELL_SHARE * max(1, len(read.words))


def _beside(line: frame.Run, other: frame.Run) -> bool:
    apart = other.left >= line.right or other.right <= line.left
    shared = min(line.bottom, other.bottom) - max(line.top, other.top)
    return apart and 2 * shared >= min(line.bottom - line.top, other.bottom - other.top)


def missed(read: Recognition, raster: Raster) -> float:
    """Share of the page's ink that lies outside all words; 0 where there is next to none.

    Ink is what is darker than the paper around it. One pixel in sixteen is looked at: 1 ms a page.
    """
    pixels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)
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

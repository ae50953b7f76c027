"""Which pages, and what of them, a second, stronger engine reads too, and what comes of it.

The first engine is cheap and right on clean print; the second takes longer, and is the
better one where print is not clean. `pipelines.doubt` says which page is which. Of prose the second
engine is shown only the lines that the first did not read well; where ink lies outside all words,
as under a stamp or the shadow on a photograph, it looks for more there; of receipts, forms and
tables, whose rows the first loses while it is sure of what it saw, it reads everything.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from pipelines import orient, scripts, spots
from pipelines.deadline import Deadline
from pipelines.doubt import doubtful, has_cells, missed
from pipelines.engines.protocols import Rereader
from pipelines.errors import PageFailed
from pipelines.merge import merged
from pipelines.values import Raster, Recognition
from pipelines.view import covered

ESCALATED = "escalated"  # flag: a second engine read the page too
FAILED = "escalation_failed"  # flag: it should have, but failed or ran out of time
BOTH = " + "  # between the names of two engines
CELLS = 0.07  # how much surer the first must be of a page of cells
SEEN = 0.8  # of the second's text: less says that the first missed parts of the page
# Of a page's ink outside all words: shadows, stamps and pictures, or print that the first did not
# see. From the first share on that is looked at, from the second the page is read anew.
PART, BLIND = 0.15, 0.3
SOME = 0.07  # the same of a page that is in doubt, whose lines may be missing one by one


class Share(Enum):
    """What of a page the second engine reads."""

    LINES = auto()  # those that the first read badly
    MORE = auto()  # these, and any that it did not see
    REST = auto()  # all but those that it read well
    WHOLE = auto()


def closer(
    first: Recognition, raster: Raster, second: Rereader, bound: float, deadline: Deadline
) -> Recognition:
    """`first`, or what both engines together read where `first` is likely right for less than
    `bound` of its letters or leaves much ink unread; boxes lie on `raster` as before. `bound` 0
    says never.
    """
    share = asked(first, raster, bound)
    upright = orient.read_turned(first, first.turn)
    if share is None or (share is Share.LINES and not spots.unread(upright)):
        return first
    try:
        again = _again(upright, orient.turned(raster, first.turn), second, share, deadline)
    except PageFailed:
        return replace(first, flags=(*first.flags, FAILED))
    return joined(first, again, whole=share is Share.WHOLE)


def _again(
    upright: Recognition, raster: Raster, second: Rereader, share: Share, deadline: Deadline
) -> Recognition:
    """What the second engine reads of that share. Raises PageFailed."""
    languages = upright.languages

    def whole(shown: Raster) -> Recognition:
        deadline.check()
        return second.recognize(shown, languages, seconds=deadline.left())

    if share is Share.WHOLE:
        return whole(raster)
    if share is Share.REST:
        return whole(covered(raster, spots.read_well(upright)))
    deadline.check()
    badly = second.reread(raster, spots.unread(upright), languages, seconds=deadline.left())
    if share is Share.LINES:
        return badly
    try:
        unseen = whole(covered(raster, spots.seen(upright)))
    except PageFailed:  # what was read of the bad lines counts
        return replace(badly, flags=(*badly.flags, FAILED))
    after = 1 + max((word.line for word in badly.words), default=-1)
    more = (replace(word, line=after + word.line) for word in unseen.words)
    return replace(badly, words=(*badly.words, *more))


def asked(first: Recognition, raster: Raster, bound: float) -> Share | None:
    """What of the page is to be read again; None: nothing."""
    if not bound:
        return None
    outside, cells = missed(first, raster), has_cells(first)
    if outside >= BLIND or (cells and doubtful(first, min(1.0, bound + CELLS))):
        return Share.WHOLE
    if outside >= PART:
        return Share.REST
    # The second reads lines of Fraktur no better: CER 0.0125 with it, 0.0129 without.
    fraktur = scripts.of(first.languages[0]).script == scripts.FRAKTUR
    if fraktur or not doubtful(first, bound):
        return None
    return Share.MORE if outside >= SOME else Share.LINES


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
        flags=tuple(dict.fromkeys((*first.flags, *again.flags, ESCALATED))),
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

"""The text of a page as invisible page content: each word in its place, as wide as its box.

A line is written at one size, so that selecting it in a viewer looks like a line; the horizontal
scale makes each word end where its box ends, and a space fills the gap to the next. Words stand
level, also on lines that slope: Poppler takes letters whose baselines differ by half a point for
parts of different words, so that none of a turned word is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipelines.boxes import turned
from pipelines.outputs.baseline import slope
from pipelines.outputs.pdf import bidi, glyphless
from pipelines.rows import CJK
from pipelines.values import Box, Word

FONT = "/OctavoT%d"  # and the plane of Unicode
ODD = 2.0  # times the usual height of a line's words: a word beyond stands at its own size
EM = glyphless.WIDTH / glyphless.UNITS  # width of a character at size 1
DEPTH = -glyphless.DESCENT / glyphless.UNITS  # of the baseline above the foot of a line, at size 1


@dataclass(frozen=True, slots=True)
class Layer:
    """The words of a page and the raster that their boxes refer to."""

    number: int  # of the page in the file, from 1
    width: int  # pixels
    height: int
    turn: int  # degrees clockwise that set the text upright
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of a page that is shown, in its own coordinates, and its /Rotate."""

    left: float
    bottom: float
    right: float
    top: float
    rotate: int = 0  # degrees clockwise: 0, 90, 180, 270


@dataclass(frozen=True, slots=True)
class Run:
    """Text on a level baseline: pixels of the upright raster, y upwards."""

    text: str
    x: float
    y: float
    width: float
    size: float


Matrix = tuple[float, float, float, float, float, float]


def content(layer: Layer, sheet: Sheet) -> bytes:
    """Page content that writes the layer and leaves the graphics state as it was."""
    parts = ["q", " ".join(_number(value) for value in matrix(layer, sheet)), "cm BT 3 Tr"]
    at: tuple[int, float] | None = None
    for run in runs(layer):
        parts.append(_placed(run))
        for plane, codes in _codes(run.text):
            if at != (plane, run.size):
                at = (plane, run.size)
                parts.append(f"{FONT % plane} {_number(run.size)} Tf")
            parts.append(f"<{codes}> Tj")
    return "\n".join([*parts, "ET Q", ""]).encode()


def planes(layer: Layer) -> set[int]:
    """The planes of Unicode that its text is in; that of the space always."""
    return {0} | {ord(mark) >> 16 for word in layer.words for mark in word.text}


def matrix(layer: Layer, sheet: Sheet) -> Matrix:
    """From pixels of the upright raster, y upwards, to the page's own coordinates."""
    wide, high = layer.width, layer.height
    deep = wide if layer.turn in (90, 270) else high  # of the upright raster
    corners = []
    for x, y in ((0.0, deep), (1.0, deep), (0.0, deep - 1.0)):  # origin, one right, one up
        across, down = _turned_back(x, y, layer)
        corners.append(_shown(across / wide, down / high, sheet))
    (e, f), (right_x, right_y), (up_x, up_y) = corners
    return (right_x - e, right_y - f, up_x - e, up_y - f, e, f)


def runs(layer: Layer) -> Iterator[Run]:
    """The words and the spaces between them, line by line."""
    deep = layer.width if layer.turn in (90, 270) else layer.height
    for _, group in groupby(layer.words, key=lambda word: word.line):
        words = [_upright(word, layer) for word in group]
        yield from _line([word for word in words if word.text], deep)


def _line(words: Sequence[Word], deep: int) -> Iterator[Run]:
    if not words:
        return
    if bidi.rightward("".join(word.text for word in words)):
        words = sorted(words, key=lambda word: word.box.left)
        words = [replace(word, text=bidi.seen(word.text)) for word in words]
    heights = sorted(word.box.bottom - word.box.top for word in words)
    usual = ODD * heights[len(heights) // 2]
    line = [word.box for word in words if word.box.bottom - word.box.top <= usual]
    for word, after in zip(words, [*words[1:], None], strict=True):
        odd = word.box.bottom - word.box.top > usual
        run = _run(word, [word.box] if odd else line, deep)
        if after is None or _joined(word, after):
            yield run
            continue
        end = _end(word.box, after.box)
        yield replace(run, width=end - word.box.left)
        yield replace(run, text=" ", x=end, width=max(1.0, after.box.left - end))


def _end(box: Box, after: Box) -> float:
    """Where a word ends: before the next one, if that leaves it half of its width.

    Readers see no space between words that lie on one another.
    """
    right = max(box.right, box.left + 1)
    clear = after.left - 1
    return float(right if clear < (box.left + right) / 2 else min(right, clear))


def _run(word: Word, line: Sequence[Box], deep: int) -> Run:
    """A word on the baseline of `line`, at a size that spans the heights of all its boxes."""
    base = slope(line)
    centers = [(box.left + box.right) / 2 for box in line]
    over = max(base.at(x) - box.top for x, box in zip(centers, line, strict=True))
    under = max(box.bottom - base.at(x) for x, box in zip(centers, line, strict=True))
    size = max(1.0, over + under)
    foot = base.at((word.box.left + word.box.right) / 2) + under
    width = max(1.0, float(word.box.right - word.box.left))
    return Run(word.text, word.box.left, deep - foot + DEPTH * size, width, size)


def _joined(left: Word, right: Word) -> bool:
    """Chinese and Japanese put no space between words."""
    return bool(CJK.match(left.text[-1]) and CJK.match(right.text[0]))


def _placed(run: Run) -> str:
    scale = 100 * run.width / (EM * run.size * len(run.text))
    return f"1 0 0 1 {_number(run.x)} {_number(run.y)} Tm {_number(scale)} Tz"


def _codes(text: str) -> Iterator[tuple[int, str]]:
    for plane, group in groupby(text, key=lambda mark: ord(mark) >> 16):
        yield plane, "".join(f"{ord(mark) & 0xFFFF:04X}" for mark in group)


def _upright(word: Word, layer: Layer) -> Word:
    box = turned(word.box, layer.width, layer.height, layer.turn)
    return replace(word, text=word.text.strip(), box=box)


def _turned_back(x: float, y: float, layer: Layer) -> tuple[float, float]:
    """A point of the upright raster on the raster as the page shows it; y downwards."""
    if layer.turn == 90:
        return y, layer.height - x
    if layer.turn == 180:
        return layer.width - x, layer.height - y
    if layer.turn == 270:
        return layer.width - y, x
    return x, y


def _shown(across: float, down: float, sheet: Sheet) -> tuple[float, float]:
    """A point of the page as it is shown (0 to 1 from its top left) in the page's coordinates."""
    wide, high = sheet.right - sheet.left, sheet.top - sheet.bottom
    if sheet.rotate == 90:
        return sheet.left + down * wide, sheet.bottom + across * high
    if sheet.rotate == 180:
        return sheet.right - across * wide, sheet.bottom + down * high
    if sheet.rotate == 270:
        return sheet.right - down * wide, sheet.top - across * high
    return sheet.left + across * wide, sheet.top - down * high


def _number(value: float) -> str:
    """A number as PDF has it: no exponent, no needless digits."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if value else "0"

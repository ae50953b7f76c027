"""What a line says: a PP-OCR reader's columns as words with boxes and confidences."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.engines import rapid_line
from pipelines.engines.rapid_line import Gray
from pipelines.engines.rapid_map import Quad
from pipelines.engines.rapid_models import Floats, Model
from pipelines.rows import CJK
from pipelines.values import Box

HEIGHT = 48  # pixels of a line as the reader wants it
COLUMN = 8  # of those, in each column of its answer
LEAST_WIDTH = 2 * COLUMN
MOST_WIDTH = 1280  # pixels, which take 35 MB: longer lines are read in parts
FINE = 6  # bits of a line's width that count
UPRIGHT = 1.5  # times its width: a line this high runs down the page
BLANK = 0  # the column's value that is no character


@dataclass(frozen=True, slots=True)
class Piece:
    """A word on a line."""

    text: str
    box: Box
    confidence: float  # 0 to 1: the geometric mean of its characters'


@dataclass(frozen=True, slots=True)
class Seen:
    """A character where the reader saw it."""

    text: str
    at: float  # its middle, as a share of the line's width
    confidence: float


class Reader:
    """Reads lines, in Latin letters or in any that the model knows."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._characters = np.array(model.characters())
        # Taken out of a line's 18,710 columns before anything else is done with them.
        self._latin = np.flatnonzero([_latin(each) for each in self._characters])

    def words(self, page: Gray, quad: Quad, *, latin: bool, level: bool = False) -> list[Piece]:
        """Words from left to right; none where the reader sees no character.

        A high, narrow line runs down the page, unless it is known to be `level`.
        """
        line = rapid_line.cut(page, quad)
        if not level and line.shape[0] >= UPRIGHT * line.shape[1]:
            line = np.ascontiguousarray(np.rot90(line))
            quad = np.roll(quad, -1, axis=0)
        seen = self._seen(line, latin)
        return [_piece(group, line, quad, page) for group in _groups(seen)]

    def _seen(self, line: Gray, latin: bool) -> list[Seen]:
        height, width = line.shape
        found: list[Seen] = []
        spaced = False
        for part in rapid_line.parts(line, max(1, MOST_WIDTH * height // HEIGHT)):
            read = self._read(line[:, part.left : part.right], latin)
            if spaced and found and read and not (_dense(found[-1]) and _dense(read[0])):
                found.append(Seen(" ", part.left / width, 1.0))
            for seen in read:
                at = part.left + seen.at * (part.right - part.left)
                found.append(replace(seen, at=at / width))
            spaced = part.spaced
        return found

    def _read(self, line: Gray, latin: bool) -> list[Seen]:
        height, width = line.shape
        wide = planned(math.ceil(HEIGHT * width / height))
        scaled = cv2.resize(line, (wide, HEIGHT), interpolation=cv2.INTER_LINEAR)
        values = (scaled.astype(np.float32) / 255 - 0.5) / 0.5
        likely = self._model(np.broadcast_to(values, (1, 3, HEIGHT, wide)))[0]
        if latin:
            return _decoded(likely[:, self._latin], self._characters[self._latin])
        return _decoded(likely, self._characters)


def planned(wide: int) -> int:
    """So many pixels, but for half a column or 1.6 %: onnxruntime plans its memory once a width.

    With few widths typescripts take 0.77 of the time, and are read as well
    (`python -m bench.accuracy --kinds --engine rapidocr --only tapus`).
    """
    step = max(COLUMN, 1 << max(0, wide.bit_length() - FINE))
    return min(MOST_WIDTH, max(LEAST_WIDTH, round(wide / step) * step))


def _decoded(likely: Floats, characters: NDArray[np.str_]) -> list[Seen]:
    """Connectionist temporal classification, greedily: runs of a value are one character."""
    best = likely.argmax(axis=1)
    found = []
    start = 0
    for column in range(1, len(best) + 1):
        if column < len(best) and best[column] == best[start]:
            continue
        value = int(best[start])
        if value != BLANK:
            sure = float(likely[start:column, value].max())
            middle = (start + column) / 2 / len(best)
            found.append(Seen(str(characters[value]), middle, sure))
        start = column
    return found


def _dense(seen: Seen) -> bool:
    """Whether no space stands beside it in its own script."""
    return bool(CJK.match(seen.text))


def _latin(character: str) -> bool:
    """Whether it is Latin, or a sign between such letters."""
    return not character or ord(character[0]) < 0x250 or 0x2000 <= ord(character[0]) < 0x2300


def _groups(seen: list[Seen]) -> list[list[Seen]]:
    """Characters between spaces, each group with the room that it has."""
    groups: list[list[Seen]] = [[]]
    for character in seen:
        if character.text.isspace():
            groups.append([])
        else:
            groups[-1].append(character)
    return [group for group in groups if group]


def _piece(group: list[Seen], line: Gray, quad: Quad, page: Gray) -> Piece:
    height, width = line.shape
    half = _pitch(group, height / width) / 2
    left = max(0.0, group[0].at - half) * width
    right = min(1.0, group[-1].at + half) * width
    text = "".join(character.text for character in group)
    sure = math.exp(sum(math.log(max(each.confidence, 1e-6)) for each in group) / len(group))
    box = rapid_line.box(rapid_line.inked(line, left, right), line, quad, page)
    return Piece(text, box, min(1.0, sure))


def _pitch(group: list[Seen], square: float) -> float:
    """How far characters stand apart, as a share of the line; half a `square` for a lone one."""
    if len(group) == 1:
        return square / 2
    return (group[-1].at - group[0].at) / (len(group) - 1)

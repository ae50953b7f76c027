"""Pieces of lines in the order of a page: rows by geometry, from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipelines.values import Box, Word

SAME_ROW = 0.5  # of the lower one's height: pieces whose heights overlap by this share a row
PARAGRAPH = 1.6  # times the usual distance of rows: a wider gap parts paragraphs

CJK = re.compile(r"[\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
TOUCHING = 0.5  # of the letters' height: a gap up to this is none


def rows(pieces: Iterable[Sequence[Word]]) -> list[list[Word]]:
    """Words of each row from left to right, rows from top to bottom; each piece keeps its order.

    A piece is a run of words that an engine saw as one line, with the slope of its scan.
    """
    found: list[tuple[Box, list[Sequence[Word]]]] = []
    standing = [(around(word.box for word in piece), piece) for piece in pieces if piece]
    for box, piece in sorted(standing, key=lambda each: each[0].top + each[0].bottom):
        for number in range(len(found) - 1, max(-1, len(found) - 4), -1):
            row, held = found[number]
            if _level(row, box) and not any(_across(around(w.box for w in h), box) for h in held):
                found[number] = (around((row, box)), [*held, piece])
                break
        else:
            found.append((box, [piece]))
    ordered = sorted(found, key=lambda each: each[0].top + each[0].bottom)
    return [
        [word for piece in sorted(held, key=lambda p: p[0].box.left) for word in piece]
        for _, held in ordered
    ]


def page(pieces: Iterable[Sequence[Word]]) -> tuple[str, tuple[Word, ...]]:
    """The text that rows make, and their words with the line that each is on."""
    return written(rows(pieces))


def written(found: Sequence[Sequence[Word]]) -> tuple[str, tuple[Word, ...]]:
    """The text of rows in their order, and their words with the line that each is on.

    Paragraphs are parted where rows stand further apart than usual.
    """
    boxes = [around(word.box for word in row) for row in found]
    steps = [low.top + low.bottom - high.top - high.bottom for high, low in pairwise(boxes)]
    usual = median(steps) if steps else 0
    parts: list[str] = []
    for number, row in enumerate(found):
        if number and steps[number - 1] > PARAGRAPH * usual:
            parts.append("")
        parts.append(joined(row))
    words = tuple(replace(word, line=number) for number, row in enumerate(found) for word in row)
    return "\n".join(parts), words


def around(boxes: Iterable[Box]) -> Box:
    """The least box that holds all of `boxes`, of which there is one at least."""
    held = list(boxes)
    return Box(
        min(box.left for box in held),
        min(box.top for box in held),
        max(box.right for box in held),
        max(box.bottom for box in held),
    )


def joined(words: Sequence[Word]) -> str:
    """The text of one line: a space between words, where their script puts one."""
    text = ""
    for left, word in zip([None, *words], words, strict=False):
        text += word.text if left is None or _touching(left, word) else f" {word.text}"
    return text


def _touching(left: Word, right: Word) -> bool:
    """Chinese and Japanese put no space between words, yet engines tell them apart."""
    if not (CJK.match(left.text[-1]) and CJK.match(right.text[0])):
        return False
    height = max(left.box.bottom - left.box.top, right.box.bottom - right.box.top)
    return right.box.left - left.box.right <= TOUCHING * height


def _level(row: Box, box: Box) -> bool:
    shared = min(row.bottom, box.bottom) - max(row.top, box.top)
    return shared >= SAME_ROW * min(row.bottom - row.top, box.bottom - box.top)


def _across(left: Box, right: Box) -> bool:
    """Whether one stands over or under the other for more than a touch."""
    shared = min(left.right, right.right) - max(left.left, right.left)
    return shared > 0.3 * min(left.right - left.left, right.right - right.left)

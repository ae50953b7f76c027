"""Rows of words: the text that they make, and what they have in common by geometry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipelines import scripts
from pipelines.boxes import around
from pipelines.values import Box, Word

SAME_ROW = 0.5  # of the lower one's height: pieces whose heights overlap by this share a row
PARAGRAPH = 1.6  # times the usual distance of rows: a wider gap parts paragraphs

CJK = re.compile(scripts.CJK)
TOUCHING = 0.5  # of the letters' height: a gap up to this is none


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


def joined(words: Sequence[Word]) -> str:
    """The text of one line: a space between words, where their script puts one."""
    text = ""
    for left, word in zip([None, *words], words, strict=False):
        text += word.text if left is None or touching(left, word) else f" {word.text}"
    return text


def touching(left: Word, right: Word) -> bool:
    """Chinese and Japanese put no space between words, yet engines tell them apart."""
    if not (CJK.match(left.text[-1:]) and CJK.match(right.text[:1])):
        return False
    height = max(left.box.bottom - left.box.top, right.box.bottom - right.box.top)
    return right.box.left - left.box.right <= TOUCHING * height


def level(row: Box, box: Box) -> bool:
    """Whether they stand side by side, as far as their heights say."""
    shared = min(row.bottom, box.bottom) - max(row.top, box.top)
    return shared >= SAME_ROW * min(row.bottom - row.top, box.bottom - box.top)

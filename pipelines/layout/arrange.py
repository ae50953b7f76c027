"""A page's words in reading order, in lines and blocks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pipelines.layout import blocks, frame, order, runs
from pipelines.layout.frame import Frame, Run
from pipelines.layout.text import text_of
from pipelines.rows import joined
from pipelines.values import Block, BlockKind, Box, Recognition, Word


def arranged(read: Recognition) -> Recognition:
    """`read` with its words in reading order, its lines numbered in it, its blocks and its text.

    The words stay the same; what the recognizer said of lines is a hint. Sizes and distances are
    taken in heights of letters, so neither the resolution nor the engine matters.
    """
    if not read.words:
        return replace(read, text="", blocks=())
    lines = frame.lines_of(read.words)
    page = frame.framed(read, lines)
    rows = _ordered(lines, page, leftward=_leftward(read.words))
    words = tuple(
        _on_line(read.words[index], number)
        for number, row in enumerate(rows)
        for index in row.words
    )
    texts = [joined([read.words[index] for index in row.words]) for row in rows]
    found = [
        Block(BlockKind.TEXT, _box(words, first, end), first, end)
        for first, end in blocks.paragraphs(rows, texts, page)
    ]
    return replace(
        read, text=text_of(words, found), words=words, blocks=tuple(found), turn=page.turn
    )


def _ordered(lines: Sequence[Sequence[int]], page: Frame, *, leftward: bool) -> list[Run]:
    rows: list[Run] = []
    for part in order.parts(runs.parted(lines, page), page, leftward=leftward):
        for level in runs.levelled(part):
            held = reversed(level) if leftward else level
            rows.append(page.run([word for run in held for word in run.words]))
    return rows


def _leftward(words: Sequence[Word]) -> bool:
    """Whether most letters are of a script that is read from the right."""
    kinds = [unicodedata.bidirectional(word.text[0]) for word in words]
    return 2 * sum(kind in ("R", "AL") for kind in kinds) > len(kinds)


def _on_line(word: Word, line: int) -> Word:
    return word if word.line == line else Word(word.text, word.box, word.confidence, line)


def _box(words: Sequence[Word], first: int, end: int) -> Box:
    return Box(*frame.around(word.box for word in words if first <= word.line < end))

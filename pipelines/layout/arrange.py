"""A page's words in reading order, in lines and blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.layout import blocks, frame
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
    page = frame.framed(read)
    rows = [page.row(line) for line in frame.lines_of(read.words)]
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
    return replace(read, text=text_of(words, found), words=words, blocks=tuple(found))


def _on_line(word: Word, line: int) -> Word:
    return word if word.line == line else Word(word.text, word.box, word.confidence, line)


def _box(words: Sequence[Word], first: int, end: int) -> Box:
    return Box(*frame.around(word.box for word in words if first <= word.line < end))

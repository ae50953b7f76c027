"""A page's words in reading order, in lines and blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.boxes import around
from pipelines.layout import blocks, frame, runs
from pipelines.layout.spans import Rows
from pipelines.rows import joined
from pipelines.values import Block, BlockKind, Box, Recognition, Word
from pipelines.words import leftward

NOWHERE = Box(0, 0, 0, 0)


def arranged(read: Recognition) -> Recognition:
    """`read` with its words in reading order, its lines numbered in it, its blocks and its text.

    The words stay the same; what the recognizer said of lines is a hint. Sizes and distances are
    taken in heights of letters, so neither the resolution nor the engine matters.
    """
    return _arranged(read, given=False)


def grouped(read: Recognition) -> Recognition:
    """`read` with its blocks and its text, words and lines in the order they have."""
    return _arranged(read, given=True)


def _arranged(read: Recognition, *, given: bool) -> Recognition:
    if not read.words:
        return replace(read, text="", blocks=())
    lines = frame.lines_of(read.words)
    page = frame.framed(read, lines)
    found = Rows(page, _leftward(read.words))
    parted = runs.parted(lines, page)
    if given:
        found.page_as_given(parted, lines)
    else:
        found.page(parted)
    rows = [[read.words[index] for index in row.words] for row in found.rows]
    words = tuple(_on_line(word, number) for number, row in enumerate(rows) for word in row)
    upright: Sequence[Word] = read.words
    if page.turn:
        pairs = zip(read.words, page.skewed, strict=True)
        upright = [replace(word, box=box) for word, box in pairs]
    texts = [joined([upright[index] for index in row.words]) for row in found.rows]
    parts = _blocks(found, texts)
    return replace(
        read,
        text="\n\n".join("\n".join(texts[part.first : part.end]) for part in parts),
        words=words,
        blocks=tuple(replace(part, box=_hull(rows[part.first : part.end])) for part in parts),
        turn=page.turn,
    )


def _blocks(found: Rows, texts: Sequence[str]) -> list[Block]:
    """The blocks without their boxes: a table is one, text has its paragraphs.

    A paragraph goes on where its column ends.
    """
    parts: list[Block] = []
    for span in found.spans:
        held = slice(span.first, span.end)
        stretches = [(0, span.end - span.first)]
        if span.kind is BlockKind.TEXT:
            stretches = blocks.paragraphs(found.rows[held], texts[held], found.frame)
        for number, (first, end) in enumerate(stretches):
            part = Block(span.kind, NOWHERE, span.first + first, span.first + end, span.columns)
            if not number and parts and _goes_on(parts[-1], part, texts):
                part = replace(parts.pop(), end=part.end)
            parts.append(part)
    return parts


def _goes_on(above: Block, below: Block, texts: Sequence[str]) -> bool:
    if not above.kind is below.kind is BlockKind.TEXT or above.end - above.first < 2:
        return False
    return blocks.goes_on(texts[above.end - 1], texts[below.first])


def _leftward(words: Sequence[Word]) -> bool:
    """Whether most letters are of a script that is read from the right."""
    told = [leftward(word) for word in words if word.text]
    return 2 * sum(told) > len(told)


def _on_line(word: Word, line: int) -> Word:
    return word if word.line == line else Word(word.text, word.box, word.confidence, line)


def _hull(rows: Iterable[Iterable[Word]]) -> Box:
    return around(word.box for row in rows for word in row)

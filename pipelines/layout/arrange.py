"""A page's words in reading order, in lines and blocks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.layout import blocks, frame, order, runs, tables
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
    rows, spans = _ordered(lines, page, leftward=_leftward(read.words))
    words = tuple(
        _on_line(read.words[index], number)
        for number, row in enumerate(rows)
        for index in row.words
    )
    texts = [joined([read.words[index] for index in row.words]) for row in rows]
    found = [
        Block(span.kind, _box(words, first, end), first, end, span.columns)
        for span in spans
        for first, end in _stretches(span, rows, texts, page)
    ]
    return replace(
        read, text=text_of(words, found), words=words, blocks=tuple(found), turn=page.turn
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of one kind: first row and the one after the last."""

    kind: BlockKind
    first: int
    end: int
    columns: tuple[int, ...] = ()


def _ordered(
    lines: Sequence[Sequence[int]], page: Frame, *, leftward: bool
) -> tuple[list[Run], list[Span]]:
    rows: list[Run] = []
    spans: list[Span] = []

    def add(cells: Sequence[Sequence[Run]]) -> None:
        held = reversed(cells) if leftward else cells
        rows.append(page.run([word for cell in held for run in cell for word in run.words]))

    def end(kind: BlockKind, columns: tuple[int, ...] = ()) -> None:
        first = spans[-1].end if spans else 0
        if len(rows) > first:
            spans.append(Span(kind, first, len(rows), columns))

    for part in order.parts(runs.parted(lines, page), page, leftward=leftward):
        levels = runs.levelled(part)
        done = 0
        for table in tables.tables(levels, page):
            for level in levels[done : table.first]:
                add([level[::-1] if leftward else level])
            end(BlockKind.TEXT)
            for row in tables.rows(table, levels, page):
                add(row)
            end(BlockKind.TABLE, tuple(left for left, _ in table.columns))
            done = table.end
        for level in levels[done:]:
            add([level[::-1] if leftward else level])
        end(BlockKind.TEXT)
    return rows, spans


def _stretches(
    span: Span, rows: Sequence[Run], texts: Sequence[str], page: Frame
) -> list[tuple[int, int]]:
    """The blocks of a span: a table is one, text has its paragraphs."""
    if span.kind is not BlockKind.TEXT:
        return [(span.first, span.end)]
    held = slice(span.first, span.end)
    return [
        (span.first + first, span.first + end)
        for first, end in blocks.paragraphs(rows[held], texts[held], page)
    ]


def _leftward(words: Sequence[Word]) -> bool:
    """Whether most letters are of a script that is read from the right."""
    kinds = [unicodedata.bidirectional(word.text[0]) for word in words]
    return 2 * sum(kind in ("R", "AL") for kind in kinds) > len(kinds)


def _on_line(word: Word, line: int) -> Word:
    return word if word.line == line else Word(word.text, word.box, word.confidence, line)


def _box(words: Sequence[Word], first: int, end: int) -> Box:
    return Box(*frame.around(word.box for word in words if first <= word.line < end))

"""A page as Markdown."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from pipelines.rows import joined
from pipelines.values import Block, BlockKind, Word

LEFT_OUT = (BlockKind.HEADER, BlockKind.FOOTER)  # no part of the text that goes on over pages
# Characters that mean something anywhere, and those that do at the start of a line.
ANYWHERE = re.compile(r"([\\`*_\[\]<>|~]|&(?=#?\w+;))")
AT_START = re.compile(r"^(\s*)([#+\-=]|\d+[.)](?=\s))")
ORDERED = re.compile(r"^(\d+)([.)])$")
EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def markdown(words: Sequence[Word], blocks: Sequence[Block], text: str) -> str:
    """A page's cleaned `text` as Markdown: paragraphs, and its tables as Markdown tables.

    `words` and `blocks` are those of its Recognition. Where `text` still has a paragraph a block,
    tables are made of their words and headers and footers are left out; else, as after a cleanup
    that joined paragraphs, all of `text` is given as paragraphs. Nothing in it can become markup.
    """
    paragraphs = EMPTY_LINE.split(text) if text.strip() else []
    if len(paragraphs) != len(blocks):
        return "\n\n".join(map(_paragraph, paragraphs))
    parts: list[str] = []
    for block, paragraph in zip(blocks, paragraphs, strict=True):
        if block.kind is BlockKind.TABLE:
            parts.append(
                _table([word for word in words if block.first <= word.line < block.end], block)
            )
        elif block.kind not in LEFT_OUT:
            parts.append(_paragraph(paragraph))
    return "\n\n".join(parts)


def _paragraph(text: str) -> str:
    return "\n".join(_at_start(_escaped(line.strip())) for line in text.strip().split("\n"))


def _escaped(text: str) -> str:
    return ANYWHERE.sub(r"\\\1", text)


def _at_start(line: str) -> str:
    found = AT_START.match(line)
    if not found:
        return line
    mark = found[2]
    ordered = ORDERED.match(mark)
    safe = f"{ordered[1]}\\{ordered[2]}" if ordered else f"\\{mark}"
    return found[1] + safe + line[found.end() :]


def _table(words: Sequence[Word], block: Block) -> str:
    """A table's words with its first row as the header, which Markdown tables cannot be without."""
    rows = [_cells(row, block.columns) for row in _rows(words, block)]
    lines = [_row(rows[0]), _row(["---"] * len(rows[0])), *map(_row, rows[1:])]
    return "\n".join(lines)


def _rows(words: Sequence[Word], block: Block) -> Iterator[list[Word]]:
    for line in range(block.first, block.end):
        yield [word for word in words if word.line == line]


def _cells(row: Iterable[Word], columns: Sequence[int]) -> list[str]:
    cells: list[list[Word]] = [[] for _ in columns]
    for word in row:
        cells[max(0, bisect_right(columns, word.box.left) - 1)].append(word)
    return [_escaped(joined(cell)) for cell in cells]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

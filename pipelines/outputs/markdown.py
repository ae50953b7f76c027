"""A page as Markdown."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelines.boxes import turned
from pipelines.rows import joined
from pipelines.values import Block, BlockKind, Box, Word

MARKED = (BlockKind.HEADER, BlockKind.FOOTER)  # no part of the text that goes on over pages
# Characters that mean something anywhere, and those that do at the start of a line.
ANYWHERE = re.compile(r"([\\`*_\[\]<>|~]|&(?=#?\w+;))")
AT_START = re.compile(r"^(\s*)([#+\-=]|\d+[.)](?=\s))")
ORDERED = re.compile(r"^(\d+)([.)])$")
EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def markdown(
    words: Sequence[Word],
    blocks: Sequence[Block],
    text: str,
    *,
    width: int = 0,
    height: int = 0,
    turn: int = 0,
) -> str:
    """A page's cleaned `text` as Markdown: paragraphs, and its tables as Markdown tables.

    The rest is of the page's Recognition; `width` and `height` matter where `turn` is not 0. Where
    `text` still has a paragraph a block, tables are made of their words, and headers and footers
    are comments; else, as after a cleanup that joined paragraphs, all of it is paragraphs. Nothing
    that stands on a page becomes markup.
    """
    paragraphs = EMPTY_LINE.split(text) if text.strip() else []
    if len(paragraphs) != len(blocks):
        return "\n\n".join(map(_paragraph, paragraphs))
    parts: list[str] = []
    for block, paragraph in zip(blocks, paragraphs, strict=True):
        if block.kind is BlockKind.TABLE:
            held = [word for word in words if block.first <= word.line < block.end]
            parts.append(_table(held, block, lambda box: turned(box, width, height, turn)))
        elif block.kind in MARKED:
            parts.append(f"<!-- {block.kind}: {_escaped(' '.join(paragraph.split()))} -->")
        else:
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


def _table(words: Sequence[Word], block: Block, place: Callable[[Box], Box]) -> str:
    """A table's words with its first row as the header, which Markdown tables cannot be without."""
    rows = [_cells(row, block.columns, place) for row in _rows(words, block)]
    lines = [_row(rows[0]), _row(["---"] * len(rows[0])), *map(_row, rows[1:])]
    return "\n".join(lines)


def _rows(words: Sequence[Word], block: Block) -> Iterator[list[Word]]:
    for line in range(block.first, block.end):
        yield [word for word in words if word.line == line]


def _cells(row: Iterable[Word], columns: Sequence[int], place: Callable[[Box], Box]) -> list[str]:
    cells: list[list[Word]] = [[] for _ in columns]
    for word in row:
        cells[max(0, bisect_right(columns, place(word.box).left) - 1)].append(word)
    return [_escaped(joined(cell)) for cell in cells]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

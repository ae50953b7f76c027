"""A document and its pages as renderers take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from pipelines.boxes import around, turned
from pipelines.rows import touching
from pipelines.values import Block, BlockKind, Box, Word


class Choice(StrEnum):
    """Which text of a page."""

    RAW = "raw"  # as it was read
    CLEAN = "clean"  # cleaned; as it was read where cleaning has not been done


@dataclass(frozen=True, slots=True)
class Why:
    """Why a page has no text."""

    code: str  # a reason code; "pending" where the document ended before the page was read
    detail: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Consecutive words on one line of a page."""

    number: int  # as words and blocks count it
    first: int  # index of its first word
    end: int  # index after its last one
    words: tuple[Word, ...]
    box: Box
    confidence: float  # mean over its words, 0 to 1


@dataclass(frozen=True, slots=True)
class PageResult:
    """A page with what was read on it; without `raw`, nothing was, and `why` says why not."""

    number: int  # in the file, from 1
    state: str
    raw: str | None = None
    clean: str | None = None
    words: tuple[Word, ...] = ()
    blocks: tuple[Block, ...] = ()
    width: int | None = None  # pixels of the raster that boxes refer to
    height: int | None = None
    dpi: float | None = None
    turn: int = 0  # degrees clockwise that set the text on that raster upright
    confidence: float | None = None  # 0 to 1
    engine: str | None = None
    languages: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    why: Why | None = None

    def text(self, choice: Choice) -> str | None:
        """The text that was chosen; None: the page has none."""
        return self.raw if choice is Choice.RAW or self.clean is None else self.clean


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What is known of a document without its pages."""

    id: str
    filename: str  # the client's, cleaned
    media_type: str
    sha256: str | None  # hex
    state: str
    page_count: int  # pages asked for
    pages_done: int
    pages_failed: int
    created_at: str  # ISO 8601, UTC
    finished_at: str | None
    missing_pages: tuple[int, ...]  # asked for, without text
    engines: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    software: str = "Octavo"  # name and version of what made the result


Renderer = Callable[[DocumentResult, Iterator[PageResult], Choice], Iterator[bytes]]


def lines(page: PageResult) -> list[Line]:
    """The words of a page by lines, in reading order."""
    found: list[Line] = []
    at = 0
    for number, group in groupby(page.words, key=lambda word: word.line):
        words = tuple(group)
        confidence = sum(word.confidence for word in words) / len(words)
        box = around(word.box for word in words)
        found.append(Line(number, at, at + len(words), words, box, confidence))
        at += len(words)
    return found


def blocks(page: PageResult) -> list[tuple[Block, list[Line]]]:
    """The blocks of a page with their lines; one block where the engine tells none.

    Lines that no block claims form blocks of their own, so that no word is lost.
    """
    found: list[tuple[Block, list[Line]]] = []
    of_line = {number: block for block in page.blocks for number in range(block.first, block.end)}
    for block, group in groupby(lines(page), key=lambda line: of_line.get(line.number)):
        held = list(group)
        found.append((block or _unnamed(held), held))
    return found


def touch(page: PageResult, left: Word, right: Word) -> bool:
    """Whether no space stands between two words of a line, on a page however it lies."""
    if page.turn:
        size = page.width or 0, page.height or 0
        left, right = (
            replace(word, box=turned(word.box, *size, page.turn)) for word in (left, right)
        )
    return touching(left, right)


def _unnamed(held: list[Line]) -> Block:
    box = around(line.box for line in held)
    return Block(BlockKind.TEXT, box, held[0].number, held[-1].number + 1)

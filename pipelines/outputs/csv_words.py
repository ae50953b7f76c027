"""CSV (RFC 4180): a word a row with its place and confidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pipelines.outputs.values import Choice, DocumentResult, PageResult, lines
from pipelines.values import Word

COLUMNS = ("page", "line", "word", "left", "top", "right", "bottom", "confidence", "text")
# A spreadsheet takes what begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """A head, then the words in reading order; boxes in pixels of the page's raster.

    A text that a spreadsheet would run has an apostrophe before it; pages without text have no row.
    """
    del document, choice
    yield _rows([COLUMNS])
    for page in pages:
        rows = [
            _row(page.number, line.number, line.first + at, word)
            for line in lines(page)
            for at, word in enumerate(line.words)
        ]
        if rows:
            yield _rows(rows)


def safe(text: str) -> str:
    """`text` as a cell that nothing runs."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _row(page: int, line: int, at: int, word: Word) -> tuple[object, ...]:
    box = word.box
    place = (box.left, box.top, box.right, box.bottom)
    return (page, line, at, *place, round(word.confidence, 4), safe(word.text))


def _rows(rows: list[tuple[object, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()

"""Tesseract's TSV as a Recognition: one reading of it for both Tesseract engines."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines import resolution, rows
from pipelines.values import Box, Raster, Recognition, Word
from pipelines.words import CONTROL, mean_confidence

WORD_LEVEL = "5"
LEAST_RESOLUTION = 70
# What readings by the network do without: a search for letters of one width takes 0.4 % of the time
# and changes nothing on the corpus' 52 pages of known text, typescripts among them.
VARIABLES = {"textord_all_prop": "1"}
# See `Recognizer.upright`. Of the corpus' 52 pages of known text, told their language, one has 0.43
# at most when it is upside down, and 0.69 at least when it is upright.
UPRIGHT = 0.6


def recognition(tsv: str, raster: Raster, engine: str, languages: tuple[str, ...]) -> Recognition:
    """The words of `tsv` (columns as tesseract(1) writes them) with the text that they make."""
    words: list[Word] = []
    lines: list[tuple[tuple[str, str], list[Word]]] = []  # paragraph, words of the line
    current: tuple[str, ...] | None = None
    for place, box, confidence, text in _rows(tsv):
        if place != current:
            current = place
            lines.append((place[:2], []))
        words.append(Word(text, box, confidence, len(lines) - 1))
        lines[-1][1].append(words[-1])
    return Recognition(
        text=_text(lines),
        words=tuple(words),
        confidence=mean_confidence(words),
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        engine=engine,
        languages=languages,
        flags=raster.flags,
    )


def stated_resolution(raster: Raster) -> int:
    """Pixels per inch to tell Tesseract; the least it takes makes it judge by the letters.

    An assumed figure misleads its layout analysis: CER of a typescript in columns 0.55, judged by
    its letters 0.13.
    """
    return LEAST_RESOLUTION if resolution.ASSUMED in raster.flags else round(raster.dpi)


def _rows(tsv: str) -> Iterator[tuple[tuple[str, str, str], Box, float, str]]:
    for row in tsv.split("\n"):
        cells = row.split("\t", 11)
        if len(cells) < 12 or cells[0] != WORD_LEVEL:
            continue
        text = CONTROL.sub("", cells[11]).strip()
        if not text:
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        box = Box(left, top, left + width, top + height)
        confidence = min(1.0, max(0.0, float(cells[10]) / 100))
        yield (cells[2], cells[3], cells[4]), box, confidence, text


def _text(lines: list[tuple[tuple[str, str], list[Word]]]) -> str:
    parts: list[str] = []
    previous: tuple[str, str] | None = None
    for paragraph, words in lines:
        if previous is not None and paragraph != previous:
            parts.append("")
        previous = paragraph
        parts.append(rows.joined(words))
    return "\n".join(parts)

"""The text that a PDF page already carries: its words, and whether it can be believed."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines import pdf, told
from pipelines.engines.tsv import CONTROL, mean_confidence
from pipelines.errors import PageFailed, Reason
from pipelines.layout.arrange import arranged
from pipelines.values import AUTO_LANGUAGES, Box, PageInfo, Recognition, TextLayer, Word

DPI = 144  # of the boxes; two pixels a point
NOISE = 0.05  # share of characters that no text has
TOLD = 0.4  # share of letters and digits below which it is punctuation, or the wrong alphabet
SPACED = 0.6  # share of words of one letter from which letters are spaced out
MOST = 200_000  # characters of a page; a newspaper has 50,000
FEW = 20  # words or characters from which shares say something
STAMP = 80  # characters of a stamp or page number on a scan that has no layer of its own
HYPHENS = {"\x02": "-", "￾": "-"}  # how PDFium writes a hyphen that ends a line


@dataclass(frozen=True, slots=True)
class Run:
    """Characters between white space: first index, index after the last, line."""

    text: str
    first: int
    end: int
    line: int


def characters(page: pypdfium2.PdfPage) -> str:
    """The layer as PDFium reads it; of one longer than `MOST`, one character more than that."""
    text = page.get_textpage()
    try:
        return str(text.get_text_range(0, min(text.count_chars(), MOST + 1)))
    finally:
        text.close()


def taken(text: str, mode: TextLayer, *, scan: bool) -> bool:
    """Whether `mode` takes the layer `text` of a page that a scan covers or not."""
    if mode is TextLayer.FORCE or not text.strip():
        return False
    return mode is TextLayer.SKIP or sound(text, scan=scan)


def sound(text: str, *, scan: bool = False) -> bool:
    """Whether a layer reads like text: few characters that mean nothing, letters that form words.

    On a scan, a layer as short as a stamp is not the page's text; nor is one longer than `MOST`
    the text of any page.
    """
    if len(text) > MOST:
        return False
    solid = "".join(text.split())
    if not solid or (scan and len(solid) < STAMP):
        return False
    noise = sum(
        character == "�" or unicodedata.category(character) in ("Cc", "Co", "Cn", "Cs")
        for character in solid
        if character not in HYPHENS
    )
    told = sum(unicodedata.category(character)[0] in "LMN" for character in solid)
    if noise > NOISE * len(solid) or told < TOLD * len(solid):
        return False
    words = [word for word in text.split() if word.isalpha() and word.isascii()]
    letters = sum(len(word) == 1 for word in words)
    return len(words) < FEW or letters < SPACED * len(words)


def extract(source: Path, page: PageInfo, languages: tuple[str, ...] = ()) -> Recognition:
    """The layer in its own order; boxes in pixels of the page at `DPI`, confidence 1.

    Of AUTO_LANGUAGES, its words tell which it is in, or none does.

    Runs inside `pipelines.confine`. Raises PageFailed RENDER_FAILED, and PAGE_TOO_LARGE above
    `MOST` characters.
    """
    with pdf.opened(source) as document, pdf.loaded(document, page.number) as sheet:
        text = sheet.get_textpage()
        try:
            _check(text, page.number)
            place = _Placing(sheet, text)
            words = [Word(run.text, place.box(run), 1.0, run.line) for run in _runs(text)]
        finally:
            text.close()
    if languages == AUTO_LANGUAGES:
        code = told.language(" ".join(word.text for word in words))
        languages = (code,) if code else ()
    read = Recognition(
        text="",
        words=tuple(words),
        confidence=mean_confidence(words),
        width=place.width,
        height=place.height,
        dpi=float(DPI),
        engine="text-layer",
        languages=languages,
    )
    return arranged(read)


def _check(text: pypdfium2.PdfTextPage, number: int) -> None:
    if text.count_chars() > MOST:
        raise PageFailed(
            Reason.PAGE_TOO_LARGE,
            f"The text layer of page {number} has {text.count_chars()} characters;"
            f" at most {MOST} are taken.",
            advice="Use text_layer=force to read the page instead.",
        )


def _runs(text: pypdfium2.PdfTextPage) -> Iterator[Run]:
    line, start, run = 0, 0, ""
    fresh = True  # the line has no word yet
    count = text.count_chars()
    for index in range(count):
        character = _character(text, index)
        if run and character.isspace():
            yield Run(run, start, index, line)
            run, fresh = "", False
        if character == "\n" and not fresh:
            line, fresh = line + 1, True
        character = CONTROL.sub("", character).strip()
        if character and not run:
            start = index
        run += character
    if run:
        yield Run(run, start, count, line)


def _character(text: pypdfium2.PdfTextPage, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return "�"
    return HYPHENS.get(chr(code), chr(code))


class _Placing:
    """From a page's own points to pixels from its top left, as it is displayed."""

    def __init__(self, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> None:
        width, height = page.get_size()
        self.width = max(1, round(width * DPI / 72))
        self.height = max(1, round(height * DPI / 72))
        self._page, self._text = page, text
        self._corner = [ctypes.c_double() for _ in range(4)]
        self._x, self._y = ctypes.c_int(), ctypes.c_int()

    def box(self, run: Run) -> Box:
        points: list[tuple[int, int]] = []
        left, right, bottom, top = self._corner
        for index in range(run.first, run.end):
            if pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top):
                points.append(self._pixel(left.value, bottom.value))
                points.append(self._pixel(right.value, top.value))
        if not points:
            return Box(0, 0, 0, 0)
        across, down = zip(*points, strict=True)
        return Box(min(across), min(down), max(across), max(down))

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        pdfium.FPDF_PageToDevice(
            self._page, 0, 0, self.width, self.height, 0, x, y, self._x, self._y
        )
        return (
            min(self.width, max(0, self._x.value)),
            min(self.height, max(0, self._y.value)),
        )

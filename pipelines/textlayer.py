"""The text that a PDF page already carries: its words with their boxes."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines import told
from pipelines.errors import PageFailed, Reason
from pipelines.layout.arrange import grouped
from pipelines.placing import DPI, Placing
from pipelines.soundness import MOST
from pipelines.values import AUTO_LANGUAGES, PageInfo, Recognition, Word
from pipelines.words import CONTROL, mean_confidence

HYPHENS = {"\x02": "-", "￾": "-"}  # how PDFium writes a hyphen that ends a line
HYPHEN = str.maketrans(HYPHENS)
SOLID = re.compile(r"\S+|\n")
WIDE = re.compile(r"[^\x00-\ud7ff\ue000-\uffff]")
# Lam and alef are one letter for a typesetter: PDFium turns the two that it stands for around.
ALEF_LAM = re.compile("[اأإآٱ]ل")
FURTHEST = 2**31 - 1  # pixels from an edge of the page, as they are stored


def extract(
    sheet: pypdfium2.PdfPage,
    text: pypdfium2.PdfTextPage,
    page: PageInfo,
    languages: tuple[str, ...] = (),
) -> Recognition:
    """The layer in its own order; boxes in pixels of the page at `DPI`, confidence 1.

    Of AUTO_LANGUAGES, its words tell which it is in, or none does.

    Runs inside `pipelines.confine`. Raises PageFailed PAGE_TOO_LARGE above `MOST` characters, and
    for a page so large that boxes on it cannot be told.
    """
    _check(text, page)
    width, height, found = placed(sheet, text)
    words = [word for _, word in found]
    if languages == AUTO_LANGUAGES:
        languages = told.languages(" ".join(word.text for word in words))
    read = Recognition(
        text="",
        words=tuple(words),
        confidence=mean_confidence(words),
        width=width,
        height=height,
        dpi=float(DPI),
        engine="text-layer",
        languages=languages,
    )
    return grouped(read)


def placed(
    sheet: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage
) -> tuple[int, int, list[tuple[int, Word]]]:
    """Sides of the page in pixels at DPI; its words, each with the index of its first character.

    Runs inside `pipelines.confine`.
    """
    place = Placing(sheet, text)
    return place.width, place.height, list(_words(_characters(text), place))


def _check(text: pypdfium2.PdfTextPage, page: PageInfo) -> None:
    if max(page.width, page.height) * DPI / 72 > FURTHEST:
        raise PageFailed(
            Reason.PAGE_TOO_LARGE,
            f"Page {page.number} measures {page.width:.0f} x {page.height:.0f} points.",
            advice="Give the page a size that it can have.",
        )
    if text.count_chars() > MOST:
        raise PageFailed(
            Reason.PAGE_TOO_LARGE,
            f"The text layer of page {page.number} has {text.count_chars()} characters;"
            f" at most {MOST} are taken.",
            advice="Use text_layer=force to read the page instead.",
        )


def _characters(text: pypdfium2.PdfTextPage) -> str:
    """The layer with one character for each that PDFium counts."""
    count = text.count_chars()
    whole = str(text.get_text_range(0, count, errors="surrogatepass")) if count else ""
    if len(whole) != count or WIDE.search(whole):
        whole = "".join(_character(text, index) for index in range(count))
    return _lams_first(whole, text)


def _character(text: pypdfium2.PdfTextPage, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text, index)
    return "�" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


def _lams_first(whole: str, text: pypdfium2.PdfTextPage) -> str:
    """Alef and lam that are one shape on the page, in the order that people read them."""
    x, y = ctypes.c_double(), ctypes.c_double()

    def place(index: int) -> tuple[float, float]:
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        return x.value, y.value

    def turned(found: re.Match[str]) -> str:
        two = found[0]
        return two[::-1] if place(found.start()) == place(found.start() + 1) else two

    return ALEF_LAM.sub(turned, whole)


def _words(whole: str, place: Placing) -> Iterator[tuple[int, Word]]:
    found: list[tuple[int, int, str, int]] = []  # first character, end, what is written, line
    line, fresh = 0, True  # the line has no word yet
    for solid in SOLID.finditer(whole):
        if solid[0] == "\n":
            if not fresh:
                line, fresh = line + 1, True
        elif written := CONTROL.sub("", solid[0].translate(HYPHEN)):
            found.append((*solid.span(), written, line))
            fresh = False
    boxes = place.boxes([(first, end) for first, end, *_ in found])
    for (first, _, written, line), box in zip(found, boxes, strict=True):
        yield first, Word(written, box, 1.0, line)

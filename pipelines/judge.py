"""The verdict on a page: what it carries, told without drawing it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines import pdf, soundness
from pipelines.values import PageInfo, TextLayer, Verdict

STAMP = 80  # characters of a stamp or page number on a scan that has no layer of its own
BANDS, STAMPED = 20, 2  # bands of the page's height, and in how few of them a stamp stands
HIDDEN = 0.3  # share of text objects that nobody sees, from which a layer is not the page's
SAMPLED = 200  # text objects looked at
INVISIBLE = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
PASTED = 0.3  # share of the page from which an image may be a pasted page
LEGIBLE = 90  # pixels per inch from which an image can be read
CAPTION = 40  # characters on an image that has a layer of its own
PASTED_PIXELS = 20_000_000  # of an image that is decoded to look at it
# Print on paper: mostly bright, some of it dark, and rows that change between the two often.
BRIGHT, DARK, PAPER, INK, CHANGES, WRITTEN = 170, 100, 0.6, (0.01, 0.35), 20, 0.3


def taken(verdict: Verdict | None, mode: TextLayer) -> bool:
    """Whether `mode` takes the text layer of such a page, or its emptiness, for its text."""
    match mode:
        case TextLayer.FORCE:
            return False
        case TextLayer.SKIP:
            return verdict not in (None, Verdict.IMAGE)
        case TextLayer.AUTO:
            return verdict in (Verdict.TEXT, Verdict.BLANK)


def judge(sheet: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, page: PageInfo) -> PageInfo:
    """The page with its resolution, its verdict and why; runs inside `pipelines.confine`.

    Grounds beside those of `soundness.fault`: "hidden" (text that nobody sees on a page that is no
    scan), "stamp" (hardly more than a stamp's text on a scan), "pasted" (an image of print that the
    layer leaves out).
    """
    layer = characters(text)
    placed = pdf.images(sheet)
    dpi = pdf.resolution(placed, has_text=bool(layer.strip()))
    verdict, why = _verdict(sheet, text, layer, placed, scan=dpi is not None)
    return replace(page, dpi=dpi, verdict=verdict, why=why)


def characters(text: pypdfium2.PdfTextPage) -> str:
    """The layer as PDFium reads it; of one longer than `MOST`, one character more than that."""
    return str(text.get_text_range(0, min(text.count_chars(), soundness.MOST + 1)))


def _verdict(
    sheet: pypdfium2.PdfPage,
    text: pypdfium2.PdfTextPage,
    layer: str,
    placed: Sequence[pdf.Image],
    *,
    scan: bool,
) -> tuple[Verdict, str]:
    if not layer.strip():
        drawn = pdfium.FPDFPage_CountObjects(sheet) or pdfium.FPDFPage_GetAnnotCount(sheet)
        return (Verdict.IMAGE if drawn else Verdict.BLANK), ""
    if fault := soundness.fault(layer):
        return Verdict.BAD_TEXT, fault
    if scan:
        stamp = len("".join(layer.split())) < STAMP or _in_few_bands(sheet, text)
        return (Verdict.MIXED, "stamp") if stamp else (Verdict.TEXT, "")
    if _hidden(sheet):
        return Verdict.BAD_TEXT, "hidden"
    if any(_pasted(sheet, text, image) for image in placed):
        return Verdict.MIXED, "pasted"
    return Verdict.TEXT, ""


def _in_few_bands(sheet: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> bool:
    """Whether all text stands in as narrow a strip of the page as a stamp does."""
    _, bottom, _, top = pdf.box(sheet)
    height = (top - bottom) / BANDS
    corner = [ctypes.c_double() for _ in range(4)]
    touched: set[int] = set()
    for index in range(pdfium.FPDFText_CountRects(text, 0, -1)):
        pdfium.FPDFText_GetRect(text, index, *corner)
        touched.update(int((corner[side].value - bottom) // height) for side in (1, 3))
    return len(touched) <= STAMPED


def _hidden(sheet: pypdfium2.PdfPage) -> bool:
    count = pdfium.FPDFPage_CountObjects(sheet)
    shown = unseen = 0
    for index in range(0, count, max(1, count // SAMPLED)):
        part = pdfium.FPDFPage_GetObject(sheet, index)
        if pdfium.FPDFPageObj_GetType(part) == pdfium.FPDF_PAGEOBJ_TEXT:
            shown += 1
            unseen += pdfium.FPDFTextObj_GetTextRenderMode(part) in INVISIBLE
    return unseen > HIDDEN * shown


def _pasted(sheet: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, image: pdf.Image) -> bool:
    """Whether an image is large, sharp, without text of the layer on it, and looks like print."""
    if image.share < PASTED or image.dpi < LEGIBLE:
        return False
    if len("".join(text.get_text_bounded(*image.box).split())) >= CAPTION:
        return False
    for found in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        if found.get_bounds() == image.box:
            return _printed(found)
    return False


def _printed(image: pypdfium2.PdfImage) -> bool:
    try:
        width, height = image.get_px_size()
        if width * height > PASTED_PIXELS:
            return False
        pixels = image.get_bitmap().to_numpy()
    except pypdfium2.PdfiumError:
        return False
    gray = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    dark = gray < DARK
    least, most = INK
    if (gray > BRIGHT).mean() < PAPER or not least <= dark.mean() <= most:
        return False
    changes = (dark[:, 1:] != dark[:, :-1]).sum(axis=1)
    return bool((changes > CHANGES).mean() > WRITTEN)

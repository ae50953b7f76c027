"""A page that is one image and nothing else, as that image's own pixels instead of a drawing.

Most scans are such pages. To draw one, PDFium works out every pixel anew, even where each is one of
the image's. `python -m bench.drawing` measures both.
"""

from __future__ import annotations

import math
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from pipelines import pdf
from pipelines.pixels import MODES

AWAY = 0.5  # points that the edges of the image may lie from those of the page: 2 pixels at 300 dpi
NARROW = 0.005  # the same of small pages, as a share of their shorter side
FLAT = 0.01  # points by which edges may slant: no pixel of any scan
PARTS = 5_000  # of one page that are looked at, at 2 us each; the text layer of a scan has hundreds
# Entries of an image that hide some of it, of a graphics state that change how it looks, and of a
# page's colour spaces that stand for those of its images.
HIDING = ("/SMask", "/SMaskInData", "/Mask", "/ImageMask", "/OC")
CHANGING = ("/TR", "/TR2")
DEFAULTS = ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
# What else PDFium would leave out, blend or make transparent, it says itself: see `_covers`.
LOOKED_AT = "Do gs BDC"  # operators: paint an object, set a graphics state, begin a layer


def bitmap_of(
    source: Path, sheet: pypdfium2.PdfPage, number: int, most: int
) -> pypdfium2.PdfBitmap | None:
    """The image that is all of the page, decoded, as it lies before the page's own rotation.

    None: there is none such, it has more than `most` pixels or cannot be decoded; the page is to be
    drawn.
    """
    image = _alone(sheet)
    if image is None or not _covers(image, sheet) or not _is_all_seen(source, number):
        return None
    try:
        bitmap = image.get_bitmap() if 0 < math.prod(image.get_px_size()) <= most else None
    except pypdfium2.PdfiumError:
        return None
    return bitmap if bitmap and bitmap.mode.upper() in MODES else None


def _alone(sheet: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The one thing that is seen on the page, if it is an image of the page's own."""
    if pdfium.FPDFPage_GetAnnotCount(sheet) or pdfium.FPDFPage_CountObjects(sheet) > PARTS:
        return None
    found = None
    for part in sheet.get_objects(max_depth=1):
        if part.type == pdfium.FPDF_PAGEOBJ_IMAGE and found is None:
            found = part
        elif (
            part.type != pdfium.FPDF_PAGEOBJ_TEXT
            or pdfium.FPDFTextObj_GetTextRenderMode(part) != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        ):
            return None
    return found


def _covers(image: pypdfium2.PdfImage, sheet: pypdfium2.PdfPage) -> bool:
    """Whether the image lies on the page from edge to edge, neither cut nor turned nor blended."""
    a, b, c, d, _, _ = image.get_matrix().get()
    if min(a, d) <= 0 or max(abs(b), abs(c)) > FLAT:
        return False
    if pdfium.FPDFPageObj_HasTransparency(image):
        return False
    if pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(image)) > 0:
        return False
    edges = zip(image.get_bounds(), pdf.box(sheet), strict=True)
    away = min(AWAY, NARROW * min(sheet.get_size()))
    return all(abs(ours - wanted) <= away for ours, wanted in edges)


def _is_all_seen(source: Path, number: int) -> bool:
    """Whether the page paints one image, and nothing hides or changes any of it.

    PDFium says nothing of masks, layers and transfer functions, so the file is asked: 0.2 ms.
    """
    try:
        with pikepdf.open(source) as file:
            page = file.pages[number - 1]
            if any(name in page.resources.get("/ColorSpace", {}) for name in DEFAULTS):
                return False
            painted = []
            for step in pikepdf.parse_content_stream(page, LOOKED_AT):
                name, operator = str(step.operands[0]), str(step.operator)
                if operator == "Do":
                    painted.append(page.resources.XObject[name])
                elif operator == "gs":
                    state = page.resources.ExtGState[name]
                    if any(entry in state for entry in CHANGING):
                        return False
                elif name == "/OC":
                    return False
            return len(painted) == 1 and _is_plain(painted[0])
    except (pikepdf.PdfError, LookupError, AttributeError, TypeError, ValueError):
        return False  # a file that only PDFium makes sense of


def _is_plain(image: pikepdf.Object) -> bool:
    """Whether an image is seen as it is decoded, and decoded as quickly as it is drawn."""
    if any(name in image for name in HIDING):
        return False
    colours = image.get("/ColorSpace")
    if isinstance(colours, pikepdf.Array):
        return bool(colours[0] != pikepdf.Name.DeviceN)  # a program is run for every pixel
    return colours is not None or "/JPXDecode" in repr(image.get("/Filter"))

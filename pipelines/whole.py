"""A page that is one image and nothing else, as that image's own pixels instead of a drawing.

Most scans are such pages. To draw one, PDFium works out every pixel anew, even where each is one of
the image's. `python -m bench.drawing` measures both.
"""

from __future__ import annotations

import io
import math
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

AWAY = 0.5  # points that the edges of the image may lie from those of the page
FLAT = 1e-3  # of a matrix: what turns or slants nothing
PARTS = 5_000  # of one page that are looked at; the text layer of a scan has hundreds
BAND = 2**20  # pixels that are made gray at a time: a page in colour takes four bytes a pixel
MODES = {"L": "L", "BGR": "RGB", "BGRX": "RGB"}  # of pixels, as PDFium says and as Pillow does
# What the dictionary of an image has where not all of it is seen. In its data the same bytes stand
# by chance once in thousands of pages, which are drawn then.
UNSEEN = (b"Mask", b"/OC ", b"/OC<")


def bitmap_of(
    document: pypdfium2.PdfDocument, sheet: pypdfium2.PdfPage, number: int, most: int
) -> pypdfium2.PdfBitmap | None:
    """The image that is all of the page, decoded, as it lies before the page's own rotation.

    None: there is none such, it has more than `most` pixels or cannot be decoded; the page is to be
    drawn.
    """
    image = _alone(sheet)
    if image is None or not _covers(image, sheet) or _part_unseen(document, number):
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
    edges = zip(image.get_bounds(), sheet.get_cropbox(), strict=True)
    return all(abs(ours - wanted) <= AWAY for ours, wanted in edges)


def _part_unseen(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Whether a mask or a hidden layer is about; told from the page saved as a file of its own.

    PDFium has no other way to ask. The dictionary of an image is never compressed, and the page
    alone is saved in 2 ms, of which the file may have thousands.
    """
    with closing(pypdfium2.PdfDocument.new()) as alone, io.BytesIO() as file:
        alone.import_pages(document, [number - 1])
        alone.save(file)
        said = file.getvalue()
        return any(name in said for name in UNSEEN)


def gray(bitmap: pypdfium2.PdfBitmap) -> Image.Image:
    """A bitmap of one of MODES as 8-bit gray; one that is gray already shares its pixels."""
    size, stride, raw = (bitmap.width, bitmap.height), bitmap.stride, bitmap.mode.upper()
    if raw == "L":
        return Image.frombuffer("L", size, bitmap.buffer, "raw", raw, stride, 1)
    rows, whole = max(1, BAND // size[0]), Image.new("L", size)
    seen = memoryview(bitmap.buffer).cast("B")
    for top in range(0, size[1], rows):
        part = seen[top * stride : (top + rows) * stride]
        lines = size[0], len(part) // stride
        band = Image.frombuffer(MODES[raw], lines, part, "raw", raw, stride, 1)
        whole.paste(band.convert("L"), (0, top))
    return whole

"""The pypdfium2 rasterizer: in-process, quick, from pip alone."""

from __future__ import annotations

import math
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from pipelines import pdf, whole
from pipelines.errors import PageFailed, Reason
from pipelines.orient import turned
from pipelines.pixels import gray, resized
from pipelines.values import Raster

ROUNDING = 0.01  # pixels by which a side that is a whole number of them may come out longer
SIMPLE = 1_000  # objects of a page up to which it is worth looking whether it is a scan


class Pdfium:
    """PDFium draws pages of 300 dpi gray in 0.02 to 0.5 s."""

    name = "pypdfium2"
    spawns = False

    @property
    def version(self) -> str:
        return str(pypdfium2.PYPDFIUM_INFO.version)

    def rasterize(
        self, source: Path, page: int, *, dpi: float, max_pixels: int, seconds: int
    ) -> Raster:
        with pdf.opened(source, forms=True) as document, pdf.loaded(document, page) as sheet:
            width, height = (math.ceil(side * dpi / 72 - ROUNDING) for side in sheet.get_size())
            if width * height > max_pixels * 1.01:
                raise PageFailed(
                    Reason.PAGE_TOO_LARGE, f"Page {page} has more than {max_pixels} pixels."
                )
            taken = whole.bitmap_of(source, sheet, page, max_pixels)
            turn = sheet.get_rotation() if taken else 0
            if turn in (90, 270):
                width, height = height, width
            bitmap = taken or _drawn(sheet, page, dpi)  # its pixels live as long as it does
            image = _near(gray(bitmap), (width, height))
            raster = Raster(image.width, image.height, dpi, image.tobytes())
        return pdf.undamaged(turned(raster, turn), source, page)


def _near(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """`image` in that `size`; as it is where only the rounding of sides is between."""
    sides = zip(image.size, size, strict=True)
    return image if all(abs(own - side) <= 1 for own, side in sides) else resized(image, size)


def _drawn(sheet: pypdfium2.PdfPage, page: int, dpi: float) -> pypdfium2.PdfBitmap:
    # PDFium is quicker to shrink an image of gray or colour when it need not make it gray as well.
    few = pdfium.FPDFPage_CountObjects(sheet) <= SIMPLE
    scan = few and sum(image.share for image in pdf.images(sheet)) >= pdf.COVERS
    try:
        return sheet.render(scale=dpi / 72, grayscale=not scan)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise PageFailed(
            Reason.RENDER_FAILED, f"PDFium cannot draw page {page}: {error}."
        ) from error

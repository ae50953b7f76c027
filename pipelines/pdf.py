"""What a PDF says of its pages without drawing them; runs inside `pipelines.confine`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.errors import DocumentRejected, PageFailed, Reason
from pipelines.values import Raster
from pipelines.wire import LARGEST

IMAGES_LOOKED_AT = 500  # of one page; a scan is cut into strips, not into more than these
COVERS = 0.8  # share of the page from which its images are the page
PICTURE = 0.3  # the same for a page that has no text of its own
LARGE = 0.05  # share of the page that keeps an ornament from setting the resolution


@contextmanager
def opened(source: Path, *, forms: bool = False) -> Iterator[pypdfium2.PdfDocument]:
    """An open document. Raises DocumentRejected ENCRYPTED, NO_PAGES, INVALID_PDF."""
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise _rejected(error.err_code) from error
    except FileNotFoundError as error:
        raise DocumentRejected(
            Reason.OBJECT_MISSING, f"There is no file {source.name}.", retryable=True
        ) from error
    try:
        if forms:
            document.init_forms()
        yield document
    finally:
        document.close()


@contextmanager
def loaded(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    """A page with its content parsed. Raises PageFailed RENDER_FAILED."""
    try:
        page = document[number - 1]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise PageFailed(Reason.RENDER_FAILED, f"Page {number} cannot be loaded.") from error
    try:
        yield page
    finally:
        page.close()


def sizes(source: Path, most: int) -> tuple[tuple[float, float], ...]:
    """Width and height in points of every page, after its own rotation; parses no content.

    Raises DocumentRejected as `opened` does, and TOO_MANY_PAGES above `most`.
    """
    with opened(source) as document:
        count = len(document)
        if count > most:
            raise DocumentRejected(
                Reason.TOO_MANY_PAGES,
                f"The file has {count} pages; at most {most} are accepted.",
                advice="Split the file.",
            )
        return tuple(_size(document, index) for index in range(count))


@dataclass(frozen=True, slots=True)
class Image:
    """An image as it is placed on a page."""

    share: float  # of the page's area
    dpi: float  # pixels per inch
    box: tuple[float, float, float, float]  # left, bottom, right, top; points


def images(page: pypdfium2.PdfPage) -> list[Image]:
    """The first images of a page; decodes none."""
    return [image for image, _ in _placed(page)]


def box(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what is shown of a page, in points; inherited boxes too."""
    left, bottom, right, top = page.get_bbox()
    return float(left), float(bottom), float(right), float(top)


def undamaged(raster: Raster, source: Path, number: int) -> Raster:
    """`raster`, unless it shows nothing where the page has an image that cannot be decoded.

    Renderers leave the place of such an image empty and say nothing of it. Raises PageFailed
    RENDER_FAILED.
    """
    if raster.pixels.lstrip(raster.pixels[:1]):
        return raster
    with opened(source) as document, loaded(document, number) as page:
        for image, part in _placed(page):
            if image.share >= LARGE and not _decodes(part):
                raise PageFailed(
                    Reason.RENDER_FAILED, f"The image of page {number} cannot be decoded."
                )
    return raster


def resolution(placed: Sequence[Image], *, has_text: bool) -> float | None:
    """Pixels per inch of the scan that covers the page; None: the page is no scan.

    Scans come as one image, as strips, or as layers of which the finest holds the letters.
    """
    if sum(image.share for image in placed) < (COVERS if has_text else PICTURE):
        return None
    large = [image.dpi for image in placed if image.share >= LARGE]
    return max(large) if large else sorted(image.dpi for image in placed)[len(placed) // 2]


def _size(document: pypdfium2.PdfDocument, index: int) -> tuple[float, float]:
    try:
        width, height = document.get_page_size(index)
    except pypdfium2.PdfiumError:  # the page says why itself, when it is drawn
        return 0.0, 0.0
    # What no answer of a child can carry is more than can be drawn, as its page says.
    return min(float(width), float(LARGEST)), min(float(height), float(LARGEST))


def _placed(page: pypdfium2.PdfPage) -> Iterator[tuple[Image, pypdfium2.PdfObject]]:
    left, bottom, right, top = box(page)
    area = abs((right - left) * (top - bottom))
    if not area:
        return
    parts = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    for part in islice(parts, IMAGES_LOOKED_AT):
        if image := _image(part, area):
            yield image, part


def _image(image: pypdfium2.PdfObject, page_area: float) -> Image | None:
    try:
        pixels = math.prod(image.get_px_size())
        box = image.get_bounds()
        form = image.container
        while form is not None:  # bounds are those within the form that the page places
            box = form.get_matrix().on_rect(*box)
            form = form.container
    except pypdfium2.PdfiumError:
        return None
    left, bottom, right, top = box
    area = abs((right - left) * (top - bottom))
    if not area or not pixels:
        return None
    # The mean of both directions also holds for an image that is placed sideways.
    dpi = 72 * math.sqrt(pixels / area)
    return Image(min(1.0, area / page_area), dpi, (left, bottom, right, top))


def _decodes(image: pypdfium2.PdfObject) -> bool:
    try:
        image.get_bitmap()
    except pypdfium2.PdfiumError:
        return False
    return True


def _rejected(code: int | None) -> DocumentRejected:
    if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return DocumentRejected(
            Reason.ENCRYPTED,
            "The file is encrypted.",
            advice="Remove its password and send it again.",
        )
    if code == pdfium.FPDF_ERR_SUCCESS:
        return DocumentRejected(Reason.NO_PAGES, "The file has no page.")
    return DocumentRejected(
        Reason.INVALID_PDF,
        "The file is damaged: PDFium cannot open it.",
        advice="Print it to a new PDF, or repair it with qpdf, and send that.",
    )

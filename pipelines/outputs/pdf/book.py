"""A PDF whose pages are the pictures of an image file; runs inside `pipelines.confine`.

What it holds at a time is one picture: a page is written before the next is decoded.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from pipelines import images, resolution
from pipelines.errors import DocumentRejected, PageFailed, Reason
from pipelines.outputs.pdf.pictures import Picture, picture
from pipelines.outputs.pdf.writer import Writer
from pipelines.values import Limits

LONGEST, SHORTEST = 14_400.0, 3.0  # points a side: what PDF readers bear (ISO 32000-1, Annex C)
# From the unit square of an image to that of the page, by EXIF's orientation.
SHOWN = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def write(source: Path, media_type: str, target: Path, limits: Limits) -> int:
    """Write a page a picture to `target`; how many. Raises DocumentRejected INVALID_IMAGE."""
    with target.open("r+b") as file, images.opened(source, media_type) as image:
        writer = Writer(file)
        root, tree = writer.promise(), writer.promise()
        kids: list[int] = []
        raw = b"" if media_type == "image/tiff" else source.read_bytes()
        while True:
            try:
                kids.append(_page(writer, tree, image, raw, limits))
            except images.BROKEN as error:
                raise _damaged(len(kids) + 1) from error
            # An animation is one page: its first picture.
            if media_type != "image/tiff" or not _next(image, len(kids)):
                break
        listed = b" ".join(b"%d 0 R" % kid for kid in kids)
        writer.add(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids)), tree)
        writer.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree, root)
        writer.end(root)
    return len(kids)


def _next(image: Image.Image, index: int) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    except images.BROKEN as error:
        raise _damaged(index + 1) from error
    return True


def _damaged(number: int) -> DocumentRejected:
    return DocumentRejected(Reason.INVALID_IMAGE, f"The image is damaged at page {number}.")


def _page(writer: Writer, tree: int, image: Image.Image, raw: bytes, limits: Limits) -> int:
    if not images.decodable(image, limits):
        raise PageFailed(Reason.PAGE_TOO_LARGE, "A picture has too many pixels.")
    turned = images.orientation(image)
    *sides, stated = images.shape(image)
    dpi = stated or max(image.size) / resolution.PAGE_INCHES
    width, height = (side * 72 / dpi for side in sides)
    if turned in images.SIDEWAYS:
        width, height = height, width
    scale = min(1.0, LONGEST / max(width, height))
    width, height = (max(SHORTEST, side * scale) for side in (width, height))
    shown = _xobject(writer, picture(image, raw))
    a, b, c, d, e, f = SHOWN.get(turned, SHOWN[1])
    placed = (a * width, b * height, c * width, d * height, e * width, f * height)
    draw = b"q %s cm /Im0 Do Q\n" % b" ".join(b"%.4f" % value for value in placed)
    content = writer.stream(b"", len(draw), [draw])
    return writer.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.4f %.4f] /Contents %d 0 R"
        b" /Resources << /XObject << /Im0 %d 0 R >> >> >>" % (tree, width, height, content, shown)
    )


def _xobject(writer: Writer, found: Picture) -> int:
    entries = found.entries
    if found.mask is not None:
        entries += b" /SMask %d 0 R" % _xobject(writer, found.mask)
    return writer.stream(entries, len(found.data), [found.data])

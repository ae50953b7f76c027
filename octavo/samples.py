"""Sample scans made from free text, whose true text is therefore known.

Pages are typeset in a font that PDFium carries, then given the look of a scan: gray paper, noise, a
slight turn, a soft lens. The same seed makes the same pixels.
"""

from __future__ import annotations

import random
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from octavo.sample_text import TEXTS

DPI = 200
WIDTH, HEIGHT = 595, 842  # A4 in points, as all lengths of the typesetting
MARGIN = 70
FONT, LEADING = 12, 18
TITLE_FONT, TITLE_LEADING = 20, 40
CHARACTERS = 86  # of a line
BOTTOM = 95
INK, PAPER = 40, 232  # gray levels
NOISE = 14  # gray levels that the paper wavers by
TURN = 0.6  # degrees, at most
EPOCH = time.gmtime(0)  # a date in the file would make each one differ
FORMATS = {
    ".pdf": "PDF",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
}
ONE_PAGE = {"PNG", "JPEG", "WEBP"}


def make_scan(path: Path, pages: int = 3, seed: int = 8, language: str = "eng") -> list[str]:
    """Write a scan of `pages` pages to `path` and return the true text of each.

    The suffix says the format: .pdf (images only, no text layer) and .tiff hold many pages, .png,
    .jpg and .webp one. `language` is "eng" or "spa". Lines of the text are joined by LF, paragraphs
    by an empty line. Raises ValueError for another suffix or language, or pages that do not fit.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None or language not in TEXTS or pages < 1 or (pages > 1 and kind in ONE_PAGE):
        raise ValueError(f"no scan of {pages} pages in {language} is made as {path.suffix!r}")
    rng = random.Random(f"{seed} {language}")  # noqa: S311 - a look, not a secret
    sheets = [page_lines(number, rng, language) for number in range(1, pages + 1)]
    images = [scanned(typeset(lines), rng) for lines in sheets]
    _save(images, path, kind)
    return ["\n".join(lines) for lines in sheets]


def make_book(path: Path, pages: int) -> None:
    """Write a born-digital PDF of `pages` pages, small however many: four pages, taken in turn."""
    rng = random.Random(pages)  # noqa: S311 - a look, not a secret
    book = pypdfium2.PdfDocument.new()
    sheets = [pypdfium2.PdfDocument(pdf(placed(page_lines(n, rng)))) for n in range(1, 5)]
    for number in range(pages):
        book.import_pages(sheets[number % len(sheets)])
    book.save(path)
    for document in (book, *sheets):
        document.close()


def page_lines(number: int, rng: random.Random, language: str = "eng") -> list[str]:
    """Lines of one page: a title, paragraphs that fit, the page's number. Empty lines part them."""
    titles, paragraphs = TEXTS[language]
    lines = [titles[(number - 1) % len(titles)], ""]
    room = (HEIGHT - 2 * MARGIN - TITLE_FONT - TITLE_LEADING - BOTTOM // 2) // LEADING
    used = 0
    for paragraph in rng.sample(paragraphs, len(paragraphs)):
        wrapped = textwrap.wrap(paragraph, CHARACTERS, break_long_words=False)
        if used + len(wrapped) + 1 > room:
            break
        lines += [*wrapped, ""]
        used += len(wrapped) + 1
    return [*lines, str(number)]


def placed(lines: Sequence[str]) -> list[tuple[str, int, int, int]]:
    """Lines with size and place: the first as a title, the last in the middle of the foot."""
    found = [(lines[0], TITLE_FONT, MARGIN, HEIGHT - MARGIN - TITLE_FONT)]
    y = HEIGHT - MARGIN - TITLE_FONT - TITLE_LEADING
    for line in lines[2:-1]:
        found.append((line, FONT, MARGIN, y))
        y -= LEADING
    return [*found, (lines[-1], FONT, WIDTH // 2, BOTTOM // 2)]


def typeset(lines: Sequence[str]) -> Image.Image:
    """Black on white."""
    return drawn(placed(lines))


def drawn(
    placed: Sequence[tuple[str, int, int, int]],
    *,
    font: str = "Times-Roman",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    dpi: float = DPI,
) -> Image.Image:
    """Lines with size and place, in points from the bottom left, black on a white page.

    `font` is one of those that every reader of PDF has.
    """
    document = pypdfium2.PdfDocument(pdf(placed, font, size))
    page = document[0]
    try:
        image: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil().copy()
    finally:
        page.close()
        document.close()
    return image


def pdf(
    placed: Sequence[tuple[str, int, int, int]],
    font: str = "Times-Roman",
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> bytes:
    """A PDF of one page with lines as `drawn` takes them."""
    content = b"BT "
    for line, height, x, y in placed:
        escaped = line.encode("cp1252")
        for special in (b"\\", b"(", b")"):
            escaped = escaped.replace(special, b"\\" + special)
        content += b"/F %d Tf 1 0 0 1 %d %d Tm (%s) Tj " % (height, x, y, escaped)
    content += b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources"
        b" << /Font << /F 5 0 R >> >> >>" % size,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
        % font.encode(),
    )
    body = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF"
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    return body + head + table + trailer % (count, len(body))


def scanned(page: Image.Image, rng: random.Random) -> Image.Image:
    """The page as a scanner would see it."""
    angle = rng.uniform(-TURN, TURN)
    page = page.point([INK + value * (255 - INK) // 255 for value in range(256)])
    page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(0.7))
    grain = Image.frombytes("L", page.size, rng.randbytes(page.width * page.height))
    grain = grain.point([value * NOISE // 255 for value in range(256)])
    paper = page.point([value * PAPER // 255 for value in range(256)])
    return ImageChops.add(paper, grain)


def _save(images: list[Image.Image], path: Path, kind: str) -> None:
    first, rest = images[0], images[1:]
    if kind == "PDF":
        first.save(
            path,
            kind,
            save_all=True,
            append_images=rest,
            resolution=DPI,
            quality=80,
            creationDate=EPOCH,
            modDate=EPOCH,
            producer="Octavo",
            title="A sample scan",
        )
    elif kind == "TIFF":
        first.save(
            path, kind, save_all=True, append_images=rest, dpi=(DPI, DPI), compression="tiff_lzw"
        )
    else:
        first.save(path, kind, dpi=(DPI, DPI))

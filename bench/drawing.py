"""Pages that are one image: their pixels taken from the image, beside PDFium drawing the page.

`python -m bench.drawing` takes the scans of OCTAVO_CORPUS whose true text is known, in turn both
ways, at the resolution at which each is read; the best of three, in this process.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import bound
from pipelines import pdf, resolution, whole
from pipelines.engines.pdfium import Pdfium
from pipelines.inspect import inspect
from pipelines.values import Limits, Options, PageInfo

LIMITS = Limits()


def main() -> int:
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus:
        raise SystemExit("this needs OCTAVO_CORPUS")
    taken = drawn = 0.0
    pages = others = 0
    with tempfile.TemporaryDirectory() as place:
        for book in bound.books(Path(corpus), Path(place)):
            for page in inspect(book.path, Options(), LIMITS).pages:
                if not _is_image(book.path, page):
                    others += 1
                    continue
                pages += 1
                taken += _best(lambda at=page, of=book.path: _take(of, at))
                drawn += _best(lambda at=page, of=book.path: _draw(of, at))
    print(f"{pages} pages are one image, {others} are not")
    print(f"  taken from it {taken:.2f} s, drawn {drawn:.2f} s: {drawn / taken:.2f} times as fast")
    return 0


def _is_image(source: Path, page: PageInfo) -> bool:
    with pdf.opened(source) as document, pdf.loaded(document, page.number) as sheet:
        return whole.bitmap_of(document, sheet, page.number, LIMITS.max_page_pixels) is not None


def _take(source: Path, page: PageInfo) -> None:
    dpi, most = resolution.wanted(page.dpi), LIMITS.max_page_pixels
    Pdfium().rasterize(source, page.number, dpi=dpi, max_pixels=most, seconds=60)


def _draw(source: Path, page: PageInfo) -> None:
    with pdf.opened(source, forms=True) as document, pdf.loaded(document, page.number) as sheet:
        sheet.render(scale=resolution.wanted(page.dpi) / 72, grayscale=True).to_pil().tobytes()


def _best(act: Callable[[], None]) -> float:
    """Seconds."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())

"""Pages that are one image: their pixels taken from the image, beside PDFium drawing the page.

`python -m bench.drawing` does both with the scans of OCTAVO_CORPUS whose true text is known, in
turn, at the resolution at which each is read; the best of three, in this process. Scans that are
not one image are drawn in gray and in colour.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import bound
from pipelines import pdf, resolution, whole
from pipelines.engines.pdfium import Pdfium
from pipelines.inspect import inspect
from pipelines.pixels import gray
from pipelines.values import Limits, Options, PageInfo

LIMITS = Limits()


def main() -> int:
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus:
        raise SystemExit("this needs OCTAVO_CORPUS")
    seconds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        for book in bound.books(Path(corpus), Path(place)):
            for page in inspect(book.path, Options(), LIMITS).pages:
                if page.dpi is not None:
                    seconds.update(_page(book.path, page))
    for kind in ("one image", "others"):
        print(f"{kind}: {seconds[kind]:.0f} pages")
        for way in ("as it is read", "drawn in gray", "drawn in colour"):
            print(f"  {way:16} {seconds[kind + way]:6.2f} s")
    return 0


def _page(source: Path, page: PageInfo) -> dict[str, float]:
    kind = "one image" if _is_image(source, page) else "others"
    return {
        kind: 1,
        kind + "as it is read": _best(partial(_take, source, page)),
        kind + "drawn in gray": _best(partial(_draw, source, page, in_gray=True)),
        kind + "drawn in colour": _best(partial(_draw, source, page, in_gray=False)),
    }


def _is_image(source: Path, page: PageInfo) -> bool:
    with pdf.opened(source) as document, pdf.loaded(document, page.number) as sheet:
        return whole.bitmap_of(source, sheet, page.number, LIMITS.max_page_pixels) is not None


def _take(source: Path, page: PageInfo) -> None:
    dpi, most = resolution.wanted(page.dpi), LIMITS.max_page_pixels
    Pdfium().rasterize(source, page.number, dpi=dpi, max_pixels=most, seconds=60)


def _draw(source: Path, page: PageInfo, *, in_gray: bool) -> None:
    scale = resolution.wanted(page.dpi) / 72
    with pdf.opened(source, forms=True) as document, pdf.loaded(document, page.number) as sheet:
        gray(sheet.render(scale=scale, grayscale=in_gray)).tobytes()


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

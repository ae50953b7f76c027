"""Pages a minute on real scans: the whole stack beside bare loops and OCRmyPDF, in turn.

`python -m bench.peers [--pages 60] [--rounds 3] [--ocrmypdf PATH]` makes one PDF of the first pages
of the scans of OCTAVO_CORPUS and gives it to each: Octavo with Tesseract alone and as it comes, a
loop of as many processes over pypdfium2 and tesserocr, one over pdf2image and pytesseract at 300
dpi, and OCRmyPDF (install it in an environment of its own). All read English. Ends with status 1
when a ratio misses its bound.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pikepdf
from PIL import Image

from bench.stack import running
from bench.throughput import LIMITS, PROCESSES, bare_page
from octavo.cli.client import Client
from pipelines.engines import registry

PLAIN_DPI = 300.0  # of the loop that looks at no page
ASSUMED = 200.0  # dpi of images that state none
OURS, DEFAULT, BARE, CLI, PEER = "octavo", "octavo auto", "bare", "pytesseract", "ocrmypdf"
# The stack with Tesseract alone against each; the default reads doubtful pages twice.
BOUNDS = {BARE: 0.95, CLI: 1.9, PEER: 2.2}


def gathered(corpus: Path, book: Path, pages: int) -> int:
    """The first `pages` pages of the corpus's scans as one PDF; how many there are."""
    scans = sorted(each for each in (corpus / "scans").rglob("*.*") if each.is_file())
    with pikepdf.new() as whole, tempfile.TemporaryDirectory() as place:
        for number, scan in enumerate(scans):
            source = scan if scan.suffix == ".pdf" else Path(place) / f"{number}.pdf"
            if source != scan:
                with Image.open(scan) as image:
                    dpi = float(image.info.get("dpi", (0, 0))[0])
                    plain = image if image.mode in ("1", "L", "RGB") else image.convert("RGB")
                    plain.save(source, "PDF", resolution=dpi if dpi > 60 else ASSUMED)
            with pikepdf.open(source) as file:
                whole.pages.extend(file.pages[: pages - len(whole.pages)])
            if len(whole.pages) >= pages:
                break
        whole.save(book)
        return len(whole.pages)


def plain_page(source: Path, number: int) -> int:
    """One page by pdf2image and pytesseract."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    raster = registry.rasterizer("pdf2image").rasterize(
        source, number, dpi=PLAIN_DPI, max_pixels=10**9, seconds=LIMITS.render_seconds
    )
    recognizer = registry.recognizer("pytesseract", None)
    return len(recognizer.recognize(raster, ("eng",), seconds=LIMITS.recognize_seconds).words)


def by_the_stack(client: Client, engine: str, book: Path) -> None:
    options = {"languages": "eng", "text_layer": "force", "engine": engine}
    document = client.submit(book, options)
    while document["state"] in ("queued", "processing"):
        document = client.document(document["id"], wait=30)
    if document["state"] != "completed":
        raise SystemExit(f"the scans ended {document['state']}: {document['reasons']}")


def by_a_loop(
    pool: ProcessPoolExecutor, page: Callable[[Path, int], int], pages: int, book: Path
) -> None:
    list(pool.map(page, [book] * pages, range(1, pages + 1)))


def by_ocrmypdf(program: str, book: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        sidecar, out = Path(place) / "text.txt", Path(place) / "out.pdf"
        asked = ["--jobs", str(PROCESSES), "--force-ocr", "--output-type", "pdf", "-l", "eng"]
        subprocess.run(
            [program, *asked, "--sidecar", sidecar, book, out], check=True, capture_output=True
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ocrmypdf", default=shutil.which("ocrmypdf"), help="its program")
    chosen = parser.parse_args()
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus or not chosen.ocrmypdf:
        raise SystemExit("this needs OCTAVO_CORPUS, and OCRmyPDF: --ocrmypdf PATH")
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        book = Path(name) / "scans.pdf"
        pages = gathered(Path(corpus), book, chosen.pages)
        with (
            running(Path(name) / "stack") as client,
            ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool,
        ):
            contestants: dict[str, Callable[[Path], None]] = {
                OURS: partial(by_the_stack, client, "tesserocr"),
                DEFAULT: partial(by_the_stack, client, "auto"),
                BARE: partial(by_a_loop, pool, bare_page, pages),
                CLI: partial(by_a_loop, pool, plain_page, pages),
                PEER: partial(by_ocrmypdf, chosen.ocrmypdf),
            }
            rounds = [_round(contestants, book) for _ in range(chosen.rounds)]
    return _report(rounds, pages)


def _round(contestants: dict[str, Callable[[Path], None]], book: Path) -> dict[str, float]:
    taken = {}
    for name, read in contestants.items():
        began = time.perf_counter()
        read(book)
        taken[name] = time.perf_counter() - began
    return taken


def _report(rounds: list[dict[str, float]], pages: int) -> int:
    print(f"{pages} pages, {PROCESSES} processes, {os.cpu_count()} cores, {platform.machine()}")
    for name in rounds[0]:
        seconds = statistics.median(each[name] for each in rounds)
        ratio = statistics.median(each[name] / each[OURS] for each in rounds)
        print(f"  {name:12} {seconds:7.1f} s {60 * pages / seconds:7.0f} pages a minute"
              f"   {OURS} is {ratio:.2f} times as fast")  # fmt: skip
    missed = [
        name
        for name, bound in BOUNDS.items()
        if statistics.median(each[name] / each[OURS] for each in rounds) < bound
    ]
    for name in missed:
        print(f"  MISSED: {BOUNDS[name]} times {name}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())

"""Pages a minute and what is right of them, on real scans: the stack, bare loops and OCRmyPDF.

`python -m bench.peers [--rounds 3] [--ocrmypdf PATH] [--only NAME ...]` gives each, in turn, the
pages of OCTAVO_CORPUS whose true text is known, as one PDF a language and told that language:
Octavo with Tesseract alone and, in a stack of its own since it keeps other models, as it comes; a
loop of as many processes over pypdfium2 and tesserocr at 300 dpi, one over pdf2image and
pytesseract at 300 dpi, and OCRmyPDF (install it in an environment of its own). They take turns
every few books, the other way round in every second round, since a machine's speed may change by a
third within minutes. A round before those that count warms all up, and shows the memory of the
OCR processes. Ends with status 1 when a ratio or that memory misses its bound, or Tesseract alone
reads a source worse than OCRmyPDF does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import pypdfium2
import pytesseract
import tesserocr
from pdf2image import convert_from_path

from bench import bound
from bench.bound import Book
from bench.stack import running
from bench.watch import Watch
from octavo.cli.client import Client
from pipelines.engines import tessdata

PROCESSES = os.cpu_count() or 1  # as many as the stack runs for its ocr queue
DPI = 300  # of loops that look at no page
OURS, DEFAULT, BARE, CLI, PEER = "octavo", "octavo auto", "bare", "pytesseract", "ocrmypdf"
NAMES = (OURS, DEFAULT, BARE, CLI, PEER)
# The stack with Tesseract alone against each; the default reads doubtful pages twice.
BOUNDS = {BARE: 0.95, CLI: 1.9, PEER: 2.2}
TURN = 12  # pages, at least, that a contestant reads in its turn
TOLERANCE = 0.005  # of CER, a source
MEMORY = 350  # MiB, at most, of an OCR process

Contestant = Callable[[Sequence[Book]], list[list[str]]]  # texts of the pages of each book


@cache
def warm(language: str) -> tesserocr.PyTessBaseAPI:
    return tesserocr.PyTessBaseAPI(
        path=str(tessdata.datapath(tuple(language.split("+")), None)), lang=language
    )


def bare_page(source: Path, index: int, language: str) -> str:
    """One page as anyone would write it."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with pypdfium2.PdfDocument(source) as document:
        image = document[index].render(scale=DPI / 72, grayscale=True).to_pil()
    model = warm(language)
    model.SetImage(image)
    return str(model.GetUTF8Text())


def plain_page(source: Path, index: int, language: str) -> str:
    """The same by the commands of Poppler and Tesseract."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    image = convert_from_path(source, DPI, first_page=index + 1, last_page=index + 1)[0]
    return str(pytesseract.image_to_string(image, lang=language))


def by_the_stack(client: Client, engine: str, books: Sequence[Book]) -> list[list[str]]:
    ids = []
    for book in books:
        options = {"languages": book.language, "text_layer": "force", "engine": engine}
        ids.append(client.submit(book.path, options)["id"])
    return [_texts(client, identity) for identity in ids]


def _texts(client: Client, identity: str) -> list[str]:
    document = client.document(identity, wait=30)
    while document["state"] in ("queued", "processing"):
        document = client.document(identity, wait=30)
    if document["state"] != "completed":
        raise SystemExit(f"the scans ended {document['state']}: {document['reasons']}")
    return [
        (json.loads(line)["text"] or {"raw": ""})["raw"]
        for line in client.result(identity, "jsonl").splitlines()
    ]


def by_a_loop(
    pool: ProcessPoolExecutor, page: Callable[[Path, int, str], str], books: Sequence[Book]
) -> list[list[str]]:
    asked = [
        [pool.submit(page, book.path, index, book.language) for index in range(sum(book.leaves))]
        for book in books
    ]
    return [[each.result() for each in pages] for pages in asked]


def by_ocrmypdf(program: str, books: Sequence[Book]) -> list[list[str]]:
    found = []
    for book in books:
        with tempfile.TemporaryDirectory() as place:
            sidecar, out = Path(place) / "text.txt", Path(place) / "out.pdf"
            asked = ["--jobs", str(PROCESSES), "--force-ocr", "--output-type", "pdf"]
            asked += ["-l", book.language, "--sidecar", str(sidecar)]
            subprocess.run([program, *asked, book.path, out], check=True, capture_output=True)
            found.append(sidecar.read_text("utf-8").split("\f")[: sum(book.leaves)])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ocrmypdf", default=shutil.which("ocrmypdf"), help="its program")
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, help=f"beside {OURS}: less time"
    )
    chosen = parser.parse_args()
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus or (PEER in chosen.only and not chosen.ocrmypdf):
        raise SystemExit("this needs OCTAVO_CORPUS, and OCRmyPDF: --ocrmypdf PATH")
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        books = bound.books(Path(corpus), Path(name))
        with (
            running(Path(name) / "stack") as alone,
            running(Path(name) / "default") if DEFAULT in chosen.only else nullcontext() as default,
            ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool,
        ):
            contestants: dict[str, Contestant] = {
                OURS: partial(by_the_stack, alone, "tesserocr"),
                BARE: partial(by_a_loop, pool, bare_page),
                CLI: partial(by_a_loop, pool, plain_page),
                PEER: partial(by_ocrmypdf, chosen.ocrmypdf),
            }
            if default is not None:
                contestants[DEFAULT] = partial(by_the_stack, default, "auto")
            contestants = {
                name: contestants[name] for name in NAMES if name == OURS or name in chosen.only
            }
            right, memory = _first_round(contestants, books)
            rounds = [
                _round(contestants, books, back=bool(number % 2)) for number in range(chosen.rounds)
            ]
    pages = sum(sum(book.leaves) for book in books)
    print(f"{pages} pages, {PROCESSES} processes, {os.cpu_count()} cores, {platform.machine()}")
    slow = _speed(rounds, pages)
    wrong = _quality(right)
    large = memory > MEMORY
    print(f"  an OCR process took {memory:.0f} MiB, at most {MEMORY}{' MISSED' if large else ''}")
    return int(bool(slow or wrong or large))


def _first_round(
    contestants: dict[str, Contestant], books: Sequence[Book]
) -> tuple[dict[str, dict[str, float]], float]:
    """CER a source of each contestant, and MiB of the largest OCR process of the stack."""
    watch = Watch()
    watch.start()
    right = {}
    for name, read in contestants.items():
        scored = zip(books, read(books), strict=True)
        right[name] = bound.means([each for pair in scored for each in bound.scores(*pair)])
    return right, watch.stop()["ocr"]


def _round(
    contestants: dict[str, Contestant], books: Sequence[Book], *, back: bool
) -> dict[str, float]:
    """Seconds that each contestant took."""
    taken = dict.fromkeys(contestants, 0.0)
    for part in _parts(books):
        for name in sorted(contestants, key=NAMES.index, reverse=back):
            began = time.perf_counter()
            contestants[name](part)
            taken[name] += time.perf_counter() - began
    return taken


def _parts(books: Sequence[Book]) -> list[list[Book]]:
    """`books` in parts of TURN pages at least, where there are so many."""
    parts: list[list[Book]] = []
    pages = TURN
    for book in books:
        if pages >= TURN:
            parts.append([])
            pages = 0
        parts[-1].append(book)
        pages += sum(book.leaves)
    return parts


def _speed(rounds: Sequence[dict[str, float]], pages: int) -> list[str]:
    """Prints what each took; the contestants that a bound is missed against."""
    missed = []
    for name in rounds[0]:
        seconds = statistics.median(each[name] for each in rounds)
        ratio = statistics.median(each[name] / each[OURS] for each in rounds)
        low = ratio < BOUNDS.get(name, 0.0)
        missed += [name] if low else []
        print(
            f"  {name:12} {seconds:7.1f} s {60 * pages / seconds:7.0f} pages a minute"
            f"   {OURS} is {ratio:.2f} times as fast{' MISSED' if low else ''}"
        )
    return missed


def _quality(right: dict[str, dict[str, float]]) -> list[str]:
    """Prints CER a source; the sources that Tesseract alone reads worse than OCRmyPDF."""
    print(f"  {'CER':24}" + "".join(f"{name:>13}" for name in right))
    worse = []
    for source in right[OURS]:
        low = PEER in right and right[OURS][source] > right[PEER][source] + TOLERANCE
        worse += [source] if low else []
        figures = "".join(f"{each[source]:13.3f}" for each in right.values())
        print(f"  {source:24}{figures}{' WORSE' if low else ''}")
    return worse


if __name__ == "__main__":
    sys.exit(main())

"""What is not recognition: null pages a second, a born-digital book, the first page of a long scan.

`python -m bench.orchestration [--pages 1000] [--rounds 5]` starts a stack of its own. Times are
wall clock; "cpu" is what all processes of the stack used, so that a machine that others use can be
told from a slow stack: on an idle one, the wall clock is at least cpu / cores. Ends with status 1
when a bound is missed or the text of the book is not what pypdfium2 reads.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import psutil
import pypdfium2

from bench.stack import running
from octavo.cli.client import Client
from octavo.samples import make_book, make_scan

NULL_RATE = 100.0  # pages a second, at least
BOOK_SECONDS = 10.0  # for 1,000 pages, at most
FIRST_PAGE = 1.5  # over a document of one page, at most
POLL_SECONDS = 0.01
SCANNED = 8  # pages that a long scan repeats, each with an image of its own all the same


class Meter:
    """Wall clock and processor time of every process below this one."""

    def __init__(self) -> None:
        self._cpu, self._start = _cpu(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        """Seconds since it was made: on the clock, of the processors."""
        return time.perf_counter() - self._start, _cpu() - self._cpu


def _cpu() -> float:
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.Error:
            continue
    return total


def through(client: Client, source: Path, **options: str) -> tuple[str, float, float]:
    """A document's id, and the seconds until its end, on the clock and of the processors."""
    meter = Meter()
    document = client.submit(source, {"cache": "false", **options})
    while document["state"] in ("queued", "processing"):
        document = client.document(document["id"], wait=30)
    seconds, cpu = meter.read()
    if document["state"] != "completed":
        raise SystemExit(f"{source.name} ended {document['state']}: {document['reasons'][:3]}")
    return document["id"], seconds, cpu


def unequal(client: Client, document_id: str, source: Path) -> int:
    """How many pages of a document have other words than pypdfium2 reads in the file."""
    texts = client.text(document_id).split("\f")
    book = pypdfium2.PdfDocument(source)
    try:
        wrong = sum(
            _read(book[number]) != (texts[number].split() if number < len(texts) else None)
            for number in range(len(book))
        )
    finally:
        book.close()
    return wrong


def _read(page: pypdfium2.PdfPage) -> list[str]:
    text = page.get_textpage()
    try:
        return str(text.get_text_range()).split()
    finally:
        text.close()
        page.close()


def first_page(client: Client, source: Path) -> float:
    """Seconds from the answer to the upload until the first page has its text."""
    document = client.submit(source, {"languages": "eng", "cache": "false"})
    start = time.perf_counter()
    while not _has_text(client, document["id"]):
        time.sleep(POLL_SECONDS)
    seconds = time.perf_counter() - start
    client.delete(document["id"])
    return seconds


def _has_text(client: Client, document_id: str) -> bool:
    return bool(client.text_so_far(document_id).text.partition("\f")[0].strip())


def long_scan(path: Path, pages: int) -> None:
    """A scan as a scanner makes it: on every page a gray image of its own, half a megabyte."""
    few = path.with_name("few.pdf")
    make_scan(few, SCANNED)
    with pikepdf.open(few) as source, pikepdf.new() as target:
        for number in range(pages):
            target.pages.append(source.pages[number % SCANNED])
            page = target.pages[-1]
            ((name, image),) = page.get_images().items()
            own = target.make_stream(image.read_raw_bytes())
            for key, value in image.items():
                if key != "/Length":
                    own[key] = value
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({name: own}))
        target.save(path)


@contextmanager
def stack(root: Path, **settings: str) -> Iterator[Client]:
    """A stack with these `OCTAVO_` settings."""
    before = dict(os.environ)
    os.environ.update({f"OCTAVO_{name.upper()}": value for name, value in settings.items()})
    try:
        with running(root) as client:
            yield client
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    most = {"max_pages": str(chosen.pages), "max_upload_bytes": str(2**31)}
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        root = Path(name)
        book, letter, scan = root / "book.pdf", root / "letter.pdf", root / "scan.pdf"
        make_book(book, chosen.pages)
        make_scan(letter, 1)
        long_scan(scan, chosen.pages)
        with stack(root / "null", rasterizer="null", test_engines="true", **most) as client:
            nulls = [
                through(client, book, engine="null", text_layer="force")[1:]
                for _ in range(chosen.rounds + 1)
            ][1:]
        with stack(root / "real", **most) as client:
            books = [through(client, book) for _ in range(chosen.rounds + 1)][1:]
            wrong = unequal(client, books[0][0], book)
            firsts = [
                (first_page(client, letter), first_page(client, scan))
                for _ in range(chosen.rounds + 1)
            ][1:]
    return _report(chosen.pages, nulls, [each[1:] for each in books], wrong, firsts)


def _report(
    pages: int,
    nulls: list[tuple[float, float]],
    books: list[tuple[float, float]],
    wrong: int,
    firsts: list[tuple[float, float]],
) -> int:
    cores = os.cpu_count() or 1
    print(f"{pages} pages, {cores} cores, medians of {len(nulls)} rounds")
    seconds, cpu = _medians(nulls)
    rate = pages / seconds
    print(f"null engines: {seconds:.1f} s, cpu {cpu:.1f} s: {rate:.0f} pages a second")
    held = _within("null pages a second", NULL_RATE, rate)
    seconds, cpu = _medians(books)
    print(f"born digital: {seconds:.1f} s, cpu {cpu:.1f} s; {wrong} pages with other words")
    held &= _within("seconds for a born-digital book", seconds, BOOK_SECONDS * pages / 1000)
    held &= _within("pages with other words", wrong, 0)
    one, many = _medians(firsts)
    ratio = statistics.median(long / short for short, long in firsts)
    print(f"first page: {one:.2f} s of one page, {many:.2f} s of {pages}")
    held &= _within("first page of many over one", ratio, FIRST_PAGE)
    return 0 if held else 1


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    first, second = (statistics.median(column) for column in zip(*pairs, strict=True))
    return first, second


def _within(what: str, least: float, most: float) -> bool:
    holds = least <= most
    print(f"  {what}: {least:.2f} <= {most:.2f}{'' if holds else '  MISSED'}")
    return holds


if __name__ == "__main__":
    sys.exit(main())

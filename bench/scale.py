"""Fairness, memory and length: a letter beside a book, a thousand pages over ten, five thousand.

`python -m bench.scale [--pages 1000] [--long 5000]` starts stacks of its own. The letter is read
by the real engines while the book is; memory and length are measured with the null engines, so
that what grows is the orchestration.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.stack import running
from bench.throughput import through_the_stack
from bench.watch import Watch
from octavo.cli.client import Client
from octavo.samples import make_book, make_scan

FAIR, FLAT = 2.5, 1.2  # bounds of the two ratios


def fairness(client: Client, book: Path, letter: Path, rounds: int) -> tuple[float, float]:
    """Seconds a letter takes on an idle stack, and while the book is read (medians)."""
    through_the_stack(client, letter)  # the engines have met their models
    idle = statistics.median(through_the_stack(client, letter) for _ in range(rounds))
    running_book = client.submit(book, {"text_layer": "force"})
    while client.document(running_book["id"])["pages_done"] < 4:
        time.sleep(0.2)
    busy = statistics.median(through_the_stack(client, letter) for _ in range(rounds))
    client.delete(running_book["id"])
    return idle, busy


def memory(client: Client, book: Path) -> tuple[dict[str, float], float]:
    """Peaks while the book goes through without being recognised, and its seconds."""
    watch = Watch()
    watch.start()
    start = time.perf_counter()
    document = client.submit(book, {"text_layer": "force", "engine": "null"})
    while document["state"] in ("queued", "processing"):
        document = client.document(document["id"], wait=30)
    seconds = time.perf_counter() - start
    if document["state"] != "completed":
        raise SystemExit(f"{book.name} ended {document['state']}: {document['reasons'][:3]}")
    return watch.stop(), seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="of the book")
    parser.add_argument("--long", type=int, default=5000, help="pages of the longest document")
    parser.add_argument("--rounds", type=int, default=5, help="letters")
    chosen = parser.parse_args()
    os.environ["OCTAVO_MAX_PAGES"] = str(max(chosen.pages, chosen.long))
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        letter = Path(name) / "letter.pdf"
        make_scan(letter, pages=1)
        books = {pages: Path(name) / f"{pages}.pdf" for pages in (10, chosen.pages, chosen.long)}
        for pages, path in books.items():
            make_book(path, pages)
        with running(Path(name) / "real") as client:
            idle, busy = fairness(client, books[chosen.pages], letter, chosen.rounds)
        os.environ["OCTAVO_TEST_ENGINES"] = "true"
        os.environ["OCTAVO_RASTERIZER"] = "null"
        with running(Path(name) / "null") as client:
            few = _settled(client, books[10])
            many, seconds = memory(client, books[chosen.pages])
            _, longest = memory(client, books[chosen.long])
    print(f"a letter: {idle:.2f} s idle, {busy:.2f} s beside {chosen.pages} pages")
    held = _within("ratio", busy / idle, FAIR)
    print(f"peak MiB, 10 pages and {chosen.pages}:")
    for process, peak in sorted(many.items()):
        before = few.get(process, peak)
        held &= _within(f"{process:12} {before:6.0f} {peak:6.0f}", peak / before, FLAT)
    print(f"{chosen.pages} pages in {seconds:.1f} s ({chosen.pages / seconds:.0f} a second)")
    print(f"{chosen.long} pages in {longest:.1f} s ({chosen.long / longest:.0f} a second)")
    return 0 if held else 1


def _settled(client: Client, book: Path) -> dict[str, float]:
    """Peaks of a short document, once every process has met its libraries."""
    before, _ = memory(client, book)
    for _ in range(10):
        now, _ = memory(client, book)
        if all(peak <= 1.02 * before.get(name, 0.0) for name, peak in now.items()):
            return now
        before = now
    raise SystemExit("the memory of an idle stack does not settle")


def _within(what: str, found: float, bound: float) -> bool:
    print(f"  {what}: {found:.2f}, at most {bound}{'' if found <= bound else '  MISSED'}")
    return found <= bound


if __name__ == "__main__":
    sys.exit(main())

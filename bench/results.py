"""Results of a long document: how long they take, and what memory they take over a short one's.

`python -m bench.results [--pages 1000]` starts a stack of its own. JSON, hOCR and ALTO are fetched
of a born-digital book, a page of which has some 250 words; the PDF of a scan that the null engines
read, since what it costs is the scan. Told are seconds, the size, and the highest resident memory
of the API's processes and of the confined children, in MiB, over those of ten pages. Ends with
status 1 when they grow by more than their bound.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench.orchestration import long_scan, stack, through
from bench.watch import Watch
from octavo.cli.client import Client
from octavo.samples import make_book

FEW = 10
WORDS, SCAN = ("json", "hocr", "alto"), "pdf"
API, CHILD = "gunicorn", "parser"  # as `Watch` names them
FLAT = {API: 1.2, CHILD: 2.0}  # a child holds the table of all objects of a PDF


def fetched(client: Client, document_id: str, suffix: str) -> tuple[float, int, dict[str, float]]:
    """Seconds, bytes, and peaks while one format is made and fetched."""
    watch = Watch()
    watch.start()
    start = time.perf_counter()
    size = len(client.result(document_id, suffix))
    seconds = time.perf_counter() - start
    watch.run_once()
    return seconds, size, watch.stop()


def measured(client: Client, few: str, many: str, suffix: str) -> bool:
    """Say what one format takes; whether it holds its bounds."""
    fetched(client, few, "txt")
    before = fetched(client, few, suffix)[2]
    seconds, size, after = fetched(client, many, suffix)
    print(f"{suffix}: {seconds:.1f} s, {size / 2**20:.1f} MiB")
    held = True
    for process, bound in FLAT.items():
        if process == CHILD and suffix != SCAN:
            continue
        ratio = after[process] / before[process]
        missed = "" if ratio <= bound else "  MISSED"
        print(
            f"  {process:8} {before[process]:6.0f} {after[process]:6.0f}:"
            f" {ratio:.2f}, at most {bound}{missed}"
        )
        held &= ratio <= bound
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="of the long documents")
    chosen = parser.parse_args()
    most = {"max_pages": str(chosen.pages), "max_upload_bytes": str(2**31)}
    null = {"engine": "null", "text_layer": "force"}
    held = True
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        root = Path(name)
        lengths = (FEW, chosen.pages)
        books = [root / f"book{pages}.pdf" for pages in lengths]
        scans = [root / f"scan{pages}.pdf" for pages in lengths]
        for pages, book, scan in zip(lengths, books, scans, strict=True):
            make_book(book, pages)
            long_scan(scan, pages)
        with stack(root / "stack", rasterizer="null", test_engines="true", **most) as client:
            few, many = (through(client, path)[0] for path in books)
            print(f"{chosen.pages} pages over {FEW}; peaks in MiB")
            for suffix in WORDS:
                held &= measured(client, few, many, suffix)
            few, many = (through(client, path, **null)[0] for path in scans)
            held &= measured(client, few, many, SCAN)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

"""Results of a long document: how long they take, and what memory they take over a short one's.

`python -m bench.results [--pages 1000]` starts a stack of its own, reads a scan of ten pages and a
long one that repeats them (whose texts the cache of pages knows), and fetches every large format of
both. Told are seconds, the size, and the highest resident memory of the API's processes and of the
confined children, in MiB. Ends with status 1 when either grows by more than its bound.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench.orchestration import SCANNED, long_scan, stack, through
from bench.scale import Watch
from octavo.cli.client import Client

FORMATS = ("json", "hocr", "alto", "pdf")
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="of the long document")
    chosen = parser.parse_args()
    most = {"max_pages": str(chosen.pages), "max_upload_bytes": str(2**31), "cache": "true"}
    options = {"engine": "tesserocr", "languages": "eng", "cache": "true"}
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        root = Path(name)
        paths = {pages: root / f"{pages}.pdf" for pages in (SCANNED, chosen.pages)}
        for pages, path in paths.items():
            long_scan(path, pages)
        with stack(root / "stack", **most) as client:
            few, many = (through(client, path, **options)[0] for path in paths.values())
            fetched(client, few, "txt")  # the API has met its libraries
            found = {
                suffix: [fetched(client, each, suffix) for each in (few, many)]
                for suffix in FORMATS
            }
    print(f"{chosen.pages} pages over {SCANNED}; peaks in MiB")
    held = True
    for suffix, ((_, _, before), (seconds, size, after)) in found.items():
        print(f"{suffix}: {seconds:.1f} s, {size / 2**20:.1f} MiB")
        for process, bound in FLAT.items():
            if process not in before or (process == CHILD and suffix != "pdf"):
                continue
            ratio = after[process] / before[process]
            missed = "" if ratio <= bound else "  MISSED"
            print(
                f"  {process:8} {before[process]:6.0f} {after[process]:6.0f}:"
                f" {ratio:.2f}, at most {bound}{missed}"
            )
            held &= ratio <= bound
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

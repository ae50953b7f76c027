"""What the whole stack adds to the engine: a scan through it, against a bare loop, side by side.

`python -m bench.throughput [--pages 20] [--rounds 5]` starts a stack of its own (PostgreSQL,
Valkey, S3, API, relay, workers; an OCR process a core) and, on the same pages and in turn, a loop
of as many processes over the same rasterizer and recognizer. Both are warm. Ends with status 1
when the median ratio is above --bound.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.stack import running
from octavo.cli.client import Client
from octavo.samples import make_scan
from pipelines import resolution
from pipelines.engines import registry
from pipelines.inspect import inspect
from pipelines.values import Limits, Options

PROCESSES = os.cpu_count() or 1  # as many as the stack runs for its ocr queue
LIMITS = Limits()


def bare_page(source: Path, number: int) -> int:
    """One page by the engines alone, at the resolution that the stack would choose."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    [page] = inspect(source, Options(pages=str(number)), LIMITS).pages
    raster = registry.rasterizer("pypdfium2").rasterize(
        source,
        number,
        dpi=resolution.affordable(page, resolution.wanted(page.dpi), LIMITS),
        max_pixels=LIMITS.max_page_pixels,
        seconds=LIMITS.render_seconds,
    )
    recognizer = registry.recognizer("tesserocr", None)
    return len(recognizer.recognize(raster, ("eng",), seconds=LIMITS.recognize_seconds).words)


def through_the_stack(client: Client, source: Path) -> float:
    """Seconds from the upload to the document's end, by the API."""
    start = time.perf_counter()
    document = client.submit(source, {"languages": "eng"})
    while document["state"] in ("queued", "processing"):
        document = client.document(document["id"], wait=30)
    seconds = time.perf_counter() - start
    if document["state"] != "completed":
        raise SystemExit(f"the scan ended {document['state']}: {document['reasons']}")
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bound", type=float, default=1.25)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        scans = [Path(name) / f"scan-{number}.pdf" for number in range(chosen.rounds + 1)]
        for seed, scan in enumerate(scans):
            make_scan(scan, pages=chosen.pages, seed=seed)
        with (
            running(Path(name) / "stack") as client,
            ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool,
        ):
            pairs = [_pair(client, pool, scan, chosen.pages) for scan in scans]
    return _report(pairs[1:], chosen.pages, chosen.bound)  # the first warmed both up


def _pair(client: Client, pool: ProcessPoolExecutor, scan: Path, pages: int) -> tuple[float, float]:
    start = time.perf_counter()
    words = list(pool.map(bare_page, [scan] * pages, range(1, pages + 1)))
    bare = time.perf_counter() - start
    if not all(words):
        raise SystemExit("the bare loop read a page without words")
    return through_the_stack(client, scan), bare


def _report(pairs: list[tuple[float, float]], pages: int, bound: float) -> int:
    print(f"{pages} pages, {PROCESSES} processes, {os.cpu_count()} cores, {platform.machine()}")
    print(f"{'stack s':>9} {'bare s':>9} {'ratio':>7}")
    for stack, bare in pairs:
        print(f"{stack:9.2f} {bare:9.2f} {stack / bare:7.3f}")
    ratio = statistics.median(stack / bare for stack, bare in pairs)
    print(f"median ratio {ratio:.3f}, at most {bound}")
    return int(ratio > bound)


if __name__ == "__main__":
    sys.exit(main())

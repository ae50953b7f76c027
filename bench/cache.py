"""What it costs to send a file again: its first reading and the second, side by side.

`python -m bench.cache [--pages 40] [--rounds 3]` starts a stack of its own and sends scans twice:
the second time the same file, then the same pages in a file of other bytes. Ends with status 1
when the median of the same file is above --seconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pikepdf

from bench.stack import running
from octavo.cli.client import Client
from octavo.samples import make_scan


def seconds(client: Client, source: Path, cached: int) -> float:
    """From the upload to the document's end; `cached` of its pages must be known."""
    start = time.perf_counter()
    document = client.submit(source, {"languages": "eng"})
    while document["state"] in ("queued", "processing"):
        document = client.document(document["id"], wait=30)
    took = time.perf_counter() - start
    if document["state"] != "completed" or document["summary"]["cached_pages"] != cached:
        raise SystemExit(f"{source.name} ended {document['state']}: {document['summary']}")
    return took


def rewritten(source: Path) -> Path:
    """The same pages in a file of other bytes."""
    other = source.with_name(f"other-{source.name}")
    with pikepdf.open(source) as pdf:
        pdf.docinfo["/Title"] = "other bytes"
        pdf.save(other)
    return other


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0)
    chosen = parser.parse_args()
    os.environ["OCTAVO_CACHE"] = "true"
    rows: list[tuple[float, float, float]] = []
    with (
        tempfile.TemporaryDirectory(prefix="octavo-bench-") as name,
        running(Path(name) / "stack") as client,
    ):
        for seed in range(chosen.rounds + 1):
            scan = Path(name) / f"scan-{seed}.pdf"
            make_scan(scan, pages=chosen.pages, seed=seed)
            first = seconds(client, scan, cached=0)
            same = seconds(client, scan, cached=chosen.pages)
            rows.append((first, same, seconds(client, rewritten(scan), cached=chosen.pages)))
    return _report(rows[1:], chosen.pages, chosen.seconds)  # the first warmed the workers up


def _report(rows: list[tuple[float, float, float]], pages: int, bound: float) -> int:
    print(f"{pages} pages, {os.cpu_count()} cores")
    print(f"{'first s':>9} {'same file s':>12} {'same pages s':>13}")
    for first, same, other in rows:
        print(f"{first:9.2f} {same:12.2f} {other:13.2f}")
    first, same, other = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"medians: same file {first / same:.0f} times faster, same pages {first / other:.1f}")
    return int(same > bound)


if __name__ == "__main__":
    sys.exit(main())

"""What the order of a page is worth: CER as an engine gives its lines, and as they are arranged.

`python -m bench.layout [--engine NAME]` draws born-digital pages of the corpus that OCTAVO_CORPUS
names, reads them, and compares with the text that pdftotext finds in the file, in its own order.
With `--made N` it is N pages of each kind of `bench.made_layouts` instead, and no corpus.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from bench import made_layouts
from bench.truth import distance, normalised
from octavo.samples import DPI
from pipelines.deadline import Deadline
from pipelines.engines import registry
from pipelines.inspect import inspect
from pipelines.layout.arrange import arranged
from pipelines.reading import Reader
from pipelines.render import render
from pipelines.values import Limits, Options, Raster, TextLayer

# Kinds of pages, all in English, whose files tell a text in an order that people would read.
PAGES = {
    "columns": {
        "odd/pdfjs/tracemonkey.pdf": "1,2,5,8,12",
        "odd/sample-files/026-latex-multicolumn__multicolumn.pdf": "1-3",
    },
    "tables": {"odd/unstructured/pdf2image-memory-error-test-400p.pdf": "30,80,120,200,300,350"},
    "poster": {"odd/unstructured/pdf-bad-color-space.pdf": "1"},
    "one column": {
        "odd/unstructured/layout-parser-paper-with-empty-pages.pdf": "1,3,4",
        "odd/pdfjs/signed_verified.pdf": "1",
        "odd/unstructured/negative-coords.pdf": "1",
    },
}
FIRST = 1000  # of the seeds: nothing was tuned on these pages
AGAIN = 5  # times that a page is arranged, of which the median counts
ENOUGH = 100  # words that a page must have for its time to say something


@dataclass(frozen=True, slots=True)
class Score:
    """One page; times are milliseconds of processor time a 1,000 words."""

    kind: str
    before: float
    after: float
    words: int
    took: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="tesserocr", help="recognizer")
    parser.add_argument("--made", type=int, default=0, help="pages of each kind that is made here")
    chosen = parser.parse_args()
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus and not chosen.made:
        print("Set OCTAVO_CORPUS to the corpus to measure on.", file=sys.stderr)
        return 2
    sheets = _made(chosen.made) if chosen.made else _drawn(Path(corpus or ""))
    scores = list(_scores(sheets, chosen.engine))
    kinds: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        kinds[score.kind].append(score)
    print(f"{'kind':12} {'pages':>5} {'CER':>6} {'arranged':>8}")
    for kind, group in kinds.items():
        before, after = fmean(s.before for s in group), fmean(s.after for s in group)
        print(f"{kind:12} {len(group):5} {before:6.3f} {after:8.3f}")
    took = [score.took for score in scores if score.words >= ENOUGH]
    if took:
        print(f"milliseconds for 1,000 words: median {median(took):.1f}, most {max(took):.1f}")
    return 0


def _scores(sheets: Iterable[tuple[str, Raster, str]], name: str) -> Iterator[Score]:
    engine = registry.recognizer(name)
    for kind, raster, truth in sheets:
        deadline = Deadline.after(Limits().recognize_seconds)
        read = Reader(engine, ("eng",), deadline).read(raster)
        took = []
        for _ in range(AGAIN):
            started = time.process_time()
            after = arranged(read)
            took.append(time.process_time() - started)
        words = len(read.words)
        yield Score(
            kind,
            _cer(truth, read.text),
            _cer(truth, after.text),
            words,
            1e6 * median(took) / max(1, words),
        )


def _drawn(corpus: Path) -> Iterator[tuple[str, Raster, str]]:
    """Of pages of the corpus: kind, pixels, true text."""
    limits = Limits()
    for kind, files in PAGES.items():
        for path, pages in files.items():
            options = Options(text_layer=TextLayer.FORCE, pages=pages)
            for page in inspect(corpus / path, options, limits).pages:
                raster = render(corpus / path, page, limits, options.rasterizer)
                yield kind, raster, _truth(corpus / path, page.number)


def _made(pages: int) -> Iterator[tuple[str, Raster, str]]:
    for kind in made_layouts.KINDS:
        for seed in range(FIRST, FIRST + pages):
            page = made_layouts.made(kind, seed)
            width, height = page.image.size
            yield kind, Raster(width, height, float(DPI), page.image.tobytes()), page.text


def _truth(source: Path, page: int) -> str:
    number = str(page)
    command = ["pdftotext", "-q", "-raw", "-f", number, "-l", number, str(source), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _cer(truth: str, text: str) -> float:
    wanted = normalised(truth)
    return distance(wanted, normalised(text)) / max(1, len(wanted))


if __name__ == "__main__":
    sys.exit(main())

"""What confidences mean: the share of right words by the confidence of each engine.

`python -m bench.calibration [--pages N]` reads N pages of each kind that `bench.made` makes and,
where OCTAVO_CORPUS names it, the corpus, with both engines, and prints the curves that
`pipelines.calibration` holds: words in bins of equal number, the share of each bin that stands in
the true text, pooled until the shares ascend.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import made
from bench.truth import Page, normalised, pages
from pipelines.calibration import score
from pipelines.engines import registry
from pipelines.errors import PipelineError
from pipelines.inspect import inspect
from pipelines.render import render
from pipelines.values import Limits, Options, TextLayer, Word

BINS = 20
SECONDS = 180
Point = tuple[float, bool]  # score, and whether the word is right


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=6, help="pages made of each kind")
    chosen = parser.parse_args()
    engines = ("tesserocr", "rapidocr")
    points: dict[str, list[Point]] = {name: [] for name in engines}
    with TemporaryDirectory() as directory:
        corpus = os.environ.get("OCTAVO_CORPUS")
        found = [*_made(Path(directory), chosen.pages), *(pages(Path(corpus)) if corpus else ())]
        for page in found:
            for name in engines:
                points[name] += _points(page, name)
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for name in engines:
        knots = ", ".join(f"({at:.3f}, {share:.3f})" for at, share in curve(points[name]))
        print(f'"{name}": ({knots}),  # {len(points[name])} words')
    return 0


def _made(directory: Path, count: int) -> Iterator[Page]:
    for kind, make in made.KINDS.items():
        for seed in range(count):
            page = make(seed)
            path = directory / f"{kind}-{seed}.png"
            page.image.save(path)
            yield Page(path, kind, "eng", page.text)


def _points(page: Page, engine: str) -> list[Point]:
    options = Options(languages=tuple(page.language.split("+")), text_layer=TextLayer.FORCE)
    limits = Limits()
    words: list[Word] = []
    recognizer = registry.recognizer(engine)
    try:
        for info in inspect(page.path, options, limits).pages:
            raster = render(page.path, info, limits)
            words += recognizer.recognize(raster, options.languages, seconds=SECONDS).words
    except PipelineError as error:  # a language that one of them does not read
        print(f"{page.path.name}: {error}", file=sys.stderr)
        return []
    return judged(words, page, engine)


def judged(words: Iterable[Word], page: Page, engine: str) -> list[Point]:
    """Each word with its score; the true text vouches once for each word that it has."""
    left = Counter(normalised(page.text, page.kind).split())
    found = []
    for word in sorted(words, key=lambda word: -word.confidence):
        text = normalised(word.text, page.kind)
        found.append((score(word, engine), left[text] > 0))
        left[text] -= 1
    return found


def curve(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Mean score and share of right words by bin, made to ascend (pool adjacent violators)."""
    ordered = sorted(points)
    size = max(1, len(ordered) // BINS)
    pools: list[tuple[float, float, int]] = []
    for start in range(0, len(ordered), size):
        part = ordered[start : start + size]
        pool = (
            sum(at for at, _ in part) / len(part),
            sum(right for _, right in part) / len(part),
            len(part),
        )
        while pools and pools[-1][1] >= pool[1]:
            at, share, count = pools.pop()
            total = count + pool[2]
            pool = (
                (at * count + pool[0] * pool[2]) / total,
                (share * count + pool[1] * pool[2]) / total,
                total,
            )
        pools.append(pool)
    return [(at, share) for at, share, _ in pools]


if __name__ == "__main__":
    sys.exit(main())

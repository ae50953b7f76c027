"""How well pages are read: CER and word recall against true text, beside the manifest's Tesseract.

`python -m bench.accuracy [--all] [--engine NAME]` reads the corpus that OCTAVO_CORPUS names. A
source may be worse than the manifest by TOLERANCE at most, or the command ends with status 1.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines import local
from pipelines.values import Options, TextLayer

TOLERANCE = 0.005  # of CER and of word recall, a source
FIGURES = re.compile(r"lang=(\S+?);.*?CER=([\d.]+) wordrecall=([\d.]+)")
FOLDED = str.maketrans(
    {"ſ": "s", "ꝛ": "r", "⸗": "-", "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"'}
    | dict.fromkeys("‐‑‒–—―−", "-")
)


@dataclass(frozen=True, slots=True)
class Score:
    """One page: ours and the manifest's."""

    path: str
    language: str
    cer: float
    recall: float
    seconds: float
    their_cer: float
    their_recall: float
    flags: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The folder, and the language where a folder holds several."""
        return f"{self.path.split('/')[1]} {self.language}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every language, not eng and spa alone")
    parser.add_argument("--engine", default="auto", help="recognizer")
    parser.add_argument("--only", default="", help="paths that contain this")
    chosen = parser.parse_args()
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus:
        print("Set OCTAVO_CORPUS to the corpus to measure on.", file=sys.stderr)
        return 2
    pages = [page for page in pages_of(Path(corpus)) if chosen.only in page[0]]
    scores = [
        _score(Path(corpus), *page, chosen.engine)
        for page in pages
        if chosen.all or page[1] in ("eng", "spa")
    ]
    return _report(scores)


def pages_of(corpus: Path) -> Iterator[tuple[str, str, float, float]]:
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found = FIGURES.search(row["notes"]) if row["has_gt"] == "yes" else None
            if found:
                yield row["path"], found[1], float(found[2]), float(found[3])


def _score(
    corpus: Path, path: str, language: str, their_cer: float, their_recall: float, engine: str
) -> Score:
    source = corpus / path
    truth = normalised(source.with_suffix(".gt.txt").read_text("utf-8"), path)
    options = Options(
        languages=tuple(language.split("+")), text_layer=TextLayer.FORCE, recognizer=engine
    )
    started = time.perf_counter()
    results = local.run(source, options)
    seconds = time.perf_counter() - started
    reads = [result.recognition for result in results if result.recognition]
    ours = normalised("\n".join(read.text for read in reads), path)
    solid = _solid if language.startswith("chi") else str
    return Score(
        path,
        language,
        distance(solid(truth), solid(ours)) / max(1, len(solid(truth))),
        word_recall(truth, ours),
        seconds,
        their_cer,
        their_recall,
        tuple(flag for read in reads for flag in read.flags),
    )


def normalised(text: str, path: str = "") -> str:
    """Text as the corpus' README compares it."""
    text = unicodedata.normalize("NFC", text).translate(FOLDED)
    if "tapuscorpus" in path:
        text = re.sub(r"[_^]", "", text)
    if "sroie" in path:
        text = text.upper()
    return " ".join(text.split())


def _solid(text: str) -> str:
    """Chinese puts no space between words; where print and engine put some means nothing."""
    return "".join(text.split())


def word_recall(truth: str, ours: str) -> float:
    """Share of the true words that were read, each as often as it stands there."""
    wanted, read = Counter(truth.split()), Counter(ours.split())
    return (wanted & read).total() / max(1, wanted.total())


def distance(left: str, right: str) -> int:
    """Levenshtein distance, a column of the table in one whole number (Myers 1999, Hyyrö 2003)."""
    if not left:
        return len(right)
    places: dict[str, int] = defaultdict(int)
    for index, character in enumerate(left):
        places[character] |= 1 << index
    full, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    plus, minus, score = full, 0, len(left)
    for character in right:
        equal = places.get(character, 0)
        vertical = equal | minus
        equal = (((equal & plus) + plus) ^ plus) | equal
        up = minus | ~(equal | plus) & full
        down = plus & equal
        score += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & full
        plus = (down << 1 & full) | ~(vertical | up) & full
        minus = up & vertical
    return score


def _report(scores: list[Score]) -> int:
    print(f"{'page':66} {'lang':8} {'CER':>6} {'(them)':>7} {'recall':>6} {'(them)':>7} {'s':>5}")
    sources: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        sources[score.source].append(score)
        print(_row(score.path[:66], score.language, [score], ", ".join(score.flags)))
    print()
    worse = [name for name, group in sources.items() if _worse(group)]
    for name, group in sorted(sources.items()):
        print(_row(f"{name} ({len(group)})", "", group, "WORSE" if name in worse else ""))
    return 1 if worse or not scores else 0


def _row(name: str, language: str, group: list[Score], note: str) -> str:
    ours = f"{_mean(s.cer for s in group):6.3f} {_mean(s.their_cer for s in group):7.3f}"
    recall = f"{_mean(s.recall for s in group):6.3f} {_mean(s.their_recall for s in group):7.3f}"
    seconds = f"{_mean(s.seconds for s in group):5.1f}"
    return f"{name:66} {language:8} {ours} {recall} {seconds} {note}".rstrip()


def _worse(group: list[Score]) -> bool:
    if group[0].language.startswith("chi"):  # words without spaces are nobody's to count
        return _mean(s.cer for s in group) > _mean(s.their_cer for s in group) + TOLERANCE
    return (
        _mean(s.cer for s in group) > _mean(s.their_cer for s in group) + TOLERANCE
        or _mean(s.recall for s in group) < _mean(s.their_recall for s in group) - TOLERANCE
    )


def _mean(numbers: Iterable[float]) -> float:
    values = list(numbers)
    return sum(values) / len(values)


if __name__ == "__main__":
    sys.exit(main())

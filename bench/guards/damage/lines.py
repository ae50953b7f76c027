"""Damage to sentences, lines and the page as a whole."""

from __future__ import annotations

import re

from bench.guards.damage.kinds import Hold, Kinds, lines_changed

SENTENCES = (
    "The undersigned agrees to all further charges.",
    "Dies wurde am Montag einstimmig beschlossen.",
    "Le paiement doit être effectué sans délai.",
    "El contrato queda rescindido desde hoy.",
)

kind = Kinds()


@kind
def sentence_invented(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        for _ in range(n):
            lines.insert(hold.rng.randrange(len(lines) + 1), hold.rng.choice(SENTENCES))
        return lines

    return lines_changed(answer, change)


@kind
def line_dropped(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        gone = set(hold.rng.sample(range(len(lines)), min(n, len(lines) - 1)))
        return [line for at, line in enumerate(lines) if at not in gone]

    return lines_changed(answer, change)


@kind
def paragraph_dropped(answer: str, hold: Hold, n: int) -> str | None:
    paragraphs = answer.split("\n\n")
    if len(paragraphs) < 3:
        return None
    gone = set(hold.rng.sample(range(len(paragraphs)), min(n, len(paragraphs) - 1)))
    text = "\n\n".join(each for at, each in enumerate(paragraphs) if at not in gone)
    return text if text.split() != answer.split() else None


@kind
def line_repeated(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        at = hold.rng.randrange(len(lines))
        return [*lines[:at], *[lines[at]] * (n + 1), *lines[at + 1 :]]

    return lines_changed(answer, change)


@kind
def ran_in_a_loop(answer: str, hold: Hold, n: int) -> str | None:
    words = answer.split()
    phrase = words[len(words) // 2 : len(words) // 2 + hold.rng.randrange(1, 9)]
    return answer + " " + " ".join(phrase * (3 + 10 * n))


@kind
def truncated(answer: str, hold: Hold, n: int) -> str | None:
    """The provider says "stop" all the same."""
    words = [found.start() for found in re.finditer(r"\S+", answer)]
    return answer[: words[-min(len(words) - 1, n * n)]].rstrip()


@kind
def line_order_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        for _ in range(n):
            a, b = hold.rng.sample(range(len(lines)), 2)
            lines[a], lines[b] = lines[b], lines[a]
        return lines

    return lines_changed(answer, change)


@kind
def line_translated(answer: str, hold: Hold, n: int) -> str | None:
    foreign = [line for line in hold.foreign.split("\n") if len(line.split()) >= 4]

    def change(lines: list[str]) -> list[str]:
        for _ in range(n):
            lines[hold.rng.randrange(len(lines))] = hold.rng.choice(foreign)
        return lines

    return lines_changed(answer, change) if foreign else None


@kind
def page_translated(answer: str, hold: Hold, n: int) -> str | None:
    return hold.foreign[: len(answer)]


@kind
def another_page(answer: str, hold: Hold, n: int) -> str | None:
    return hold.other[: len(answer)]


@kind
def summarised(answer: str, hold: Hold, n: int) -> str | None:
    keep = {1: 0.8, 3: 0.5}.get(n, 0.2)
    words = answer.split()
    return " ".join(word for word in words if hold.rng.random() < keep)

"""What all kinds of damage are made with."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hold:
    """What the adversary knows beside the answer: other pages' texts, in other languages too."""

    rng: random.Random
    foreign: str
    other: str


Damage = Callable[[str, Hold, int], str | None]


class Kinds(dict[str, Damage]):
    """Kinds of damage by name, in the order in which they are decorated."""

    def __call__(self, act: Damage) -> Damage:
        self[act.__name__] = act
        return act


def at_words(
    answer: str, hold: Hold, n: int, fits: Callable[[str], bool], change: Callable[[str], str]
) -> str | None:
    """The answer with `n` words that fit changed, or all of them when there are fewer."""
    spans = [found.span() for found in re.finditer(r"\S+", answer) if fits(found[0])]
    if not spans:
        return None
    text = answer
    for start, end in sorted(hold.rng.sample(spans, min(n, len(spans))), reverse=True):
        text = text[:start] + change(text[start:end]) + text[end:]
    return text if text.split() != answer.split() else None


def lines_changed(answer: str, change: Callable[[list[str]], list[str]]) -> str | None:
    lines = [line for line in answer.split("\n") if line.strip()]
    text = "\n".join(change(lines)) if len(lines) >= 3 else answer
    return text if text.split() != answer.split() else None


def has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def is_word(word: str) -> bool:
    return len(word) >= 3 and word.strip(".,;:").isalpha()

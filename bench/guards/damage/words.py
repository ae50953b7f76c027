"""Damage to words: replaced, dropped, added, moved, turned into their contrary."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from bench.guards.damage.kinds import Hold, Kinds, at_words, has_digit, is_word

NAMES = ("Kowalczyk", "Fitzgerald", "Ostrowski", "Baumgartner", "Villanueva", "Thorvaldsen")
NEGATIONS = (
    "not",
    "no",
    "nicht",
    "kein",
    "keine",
    "ne",
    "pas",
    "sans",
    "never",
    "sin",
    "nunca",
    "nie",
)
NEGATABLE = ("is", "was", "are", "must", "ist", "sind", "wird", "war", "est", "sont", "es", "son")

kind = Kinds()


@kind
def name_replaced(answer: str, hold: Hold, n: int) -> str | None:
    def fits(word: str) -> bool:
        return len(word) >= 4 and word.strip(".,;:").istitle() and is_word(word)

    def change(word: str) -> str:
        core = word.strip(".,;:")
        return word.replace(core, max(NAMES, key=lambda name: Levenshtein.distance(core, name)))

    return at_words(answer, hold, n, fits, change)


@kind
def word_replaced(answer: str, hold: Hold, n: int) -> str | None:
    """By another word of the page that does not look like it."""
    pool = [word for word in answer.split() if is_word(word)]

    def change(word: str) -> str:
        unlike = [p for p in pool if Levenshtein.normalized_distance(p.lower(), word.lower()) > 0.7]
        return hold.rng.choice(unlike) if unlike else "nothing"

    return at_words(answer, hold, n, is_word, change)


@kind
def word_dropped(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, lambda word: is_word(word) or has_digit(word), lambda _: "")


@kind
def word_added(answer: str, hold: Hold, n: int) -> str | None:
    pool = [word for word in answer.split() if is_word(word)] or ["very"]
    return at_words(answer, hold, n, is_word, lambda word: f"{word} {hold.rng.choice(pool)}")


@kind
def word_doubled(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, is_word, lambda word: f"{word} {word}")


@kind
def words_swapped(answer: str, hold: Hold, n: int) -> str | None:
    spans = [found.span() for found in re.finditer(r"\S{3,} +\S{3,}", answer)]
    text = answer
    for start, end in sorted(hold.rng.sample(spans, min(n, len(spans))), reverse=True):
        text = text[:start] + " ".join(reversed(text[start:end].split())) + text[end:]
    return text if text.split() != answer.split() else None


@kind
def negation_dropped(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, lambda word: word.lower() in NEGATIONS, lambda _: "")


@kind
def negation_added(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(
        answer,
        hold,
        n,
        lambda word: word.lower() in NEGATABLE,
        lambda word: f"{word} {hold.rng.choice(('not', 'nicht', 'pas', 'no'))}",
    )


@kind
def negation_replaced(answer: str, hold: Hold, n: int) -> str | None:
    swaps = {
        "not": "now",
        "no": "so",
        "nicht": "recht",
        "kein": "ein",
        "keine": "eine",
        "pas": "par",
    }
    swaps |= {"sans": "dans", "never": "ever", "sin": "si", "nie": "die", "ne": "me"}
    return at_words(answer, hold, n, lambda w: w in swaps, lambda w: swaps[w])


@kind
def case_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        return word.lower() if word.isupper() else word.upper()

    def fits(word: str) -> bool:  # not where all capitals have the shape of the small letters
        return is_word(word) and set(word.lower()) - set("ciopsuvwxz.,;:") != set()

    return at_words(answer, hold, n, fits, change)

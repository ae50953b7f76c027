"""Damage that no guard can see in the text alone: counted, and no part of the bounds."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from bench.guards.damage.kinds import Hold, Kinds, at_words, is_word

kind = Kinds()


@kind
def letter_changed(answer: str, hold: Hold, n: int) -> str | None:
    """Any letter for any other: one in three words so changed is another word."""

    def change(word: str) -> str:
        at = hold.rng.randrange(len(word.strip(".,;:")))
        return word[:at] + hold.rng.choice("aeinrstlodu") + word[at + 1 :]

    return at_words(answer, hold, n, lambda w: is_word(w) and w.islower(), change)


@kind
def similar_word(answer: str, hold: Hold, n: int) -> str | None:
    """A word of these pages for another at a distance of one letter: form, from; Haus, Maus."""
    pool = {w for w in f"{hold.other} {hold.foreign} {answer}".split() if is_word(w)}

    def change(word: str) -> str:
        near = sorted(p for p in pool if p != word and Levenshtein.distance(p, word) == 1)
        return hold.rng.choice(near) if near else word

    return at_words(answer, hold, n, is_word, change)


@kind
def similar_name(answer: str, hold: Hold, n: int) -> str | None:
    """Meier for Meyer."""

    def change(word: str) -> str:
        at = hold.rng.randrange(1, len(word.strip(".,;:")))
        return word[:at] + hold.rng.choice("aeiouy") + word[at + 1 :]

    return at_words(answer, hold, n, lambda w: len(w) >= 5 and w.istitle() and is_word(w), change)


@kind
def accent_dropped(answer: str, hold: Hold, n: int) -> str | None:
    plain = str.maketrans("äöüéèêáíóúñ", "aoueeeaioun")
    return at_words(
        answer, hold, n, lambda w: w.translate(plain) != w, lambda w: w.translate(plain)
    )


@kind
def punctuation_changed(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(
        answer,
        hold,
        n,
        lambda w: is_word(w) and w[-1] in ".,;:",
        lambda w: w[:-1] + hold.rng.choice([c for c in ("", ".", ",", ";") if c != w[-1]]),
    )


@kind
def capital_of_one_shape(answer: str, hold: Hold, n: int) -> str | None:
    """Sie for sie, where the capital looks like the small letter."""
    return at_words(
        answer,
        hold,
        n,
        lambda w: is_word(w) and w[0] in "cCoOsSuUvVwWzZ",
        lambda w: w[0].swapcase() + w[1:],
    )

"""Loops: a model that says the same again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

SIZES = (1, 2, 4, 8, 16)
VARIED = 0.8  # of the page's different words; an answer with fewer may be running in a loop


def looping(raw: Sequence[str], answer: Sequence[str], most: float) -> bool:
    """Whether one phrase makes up more than `most` of the answer's words, and less of the page's.

    Also an answer that repeats a phrase of four words or more at once, oftener than the page does.
    """
    if len(answer) <= len(raw) and len(set(answer)) >= VARIED * len(set(raw)):
        return False
    for size in SIZES:
        phrase, count = _commonest(answer, size)
        if count >= 4 and count * size > most * len(answer) and count > 2 * _count(raw, phrase):
            return True
    return _echoes(answer, 4) > _echoes(raw, 4) + 1


def _commonest(words: Sequence[str], size: int) -> tuple[tuple[str, ...], int]:
    grams = Counter(zip(*(words[start:] for start in range(size)), strict=False))
    return grams.most_common(1)[0] if grams else ((), 0)


def _count(words: Sequence[str], phrase: tuple[str, ...]) -> int:
    size = len(phrase)
    return sum(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def _echoes(words: Sequence[str], least: int) -> int:
    """How often a phrase of `least` words and more is followed by itself."""
    found = 0
    for size in (least, 6, 8, 10, 12, 16):
        run = 0
        for at in range(len(words) - size):
            run = run + 1 if words[at] == words[at + size] else 0
            if run == size:
                found, run = found + 1, 0
    return found

"""Which language a text is in, by the small words that every text of it uses."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache

from pipelines.function_words import WORDS

WORD = re.compile(r"[^\W\d_]{1,24}")
FEW = 12  # words below which nothing is told
DISTINCT = 3  # different small words of a language that must be there
SHARE = 0.04  # of all words, weighted: lists of names and numbers have none
MARGIN = 1.1  # times the next language's share
MOST = 3  # languages of one page


def languages(text: str) -> tuple[str, ...]:
    """Tesseract's codes of the languages that `text` is in, the one with most of it first.

    None: it is too short, or it is not told. A word that several languages have counts as its share
    of one; what a language has explains no other one. Accents are not looked at: an engine that
    reads the wrong language loses them.
    """
    words = Counter(WORD.findall(folded(text)))
    total = words.total()
    told: list[str] = []
    while total >= FEW and len(told) < MOST:
        best, second = [*_shares(words, total).items(), ("", 0.0), ("", 0.0)][:2]
        if best[1] < SHARE or (not told and best[1] < MARGIN * second[1]):
            break
        told.append(best[0])
        words = Counter({word: n for word, n in words.items() if best[0] not in _of(word)})
    return tuple(told)


def shares(text: str) -> Mapping[str, float]:
    """Share of small words in `text` by language, the greatest first."""
    words = Counter(WORD.findall(folded(text)))
    return _shares(words, words.total()) if words.total() >= FEW else {}


def _shares(words: Mapping[str, int], total: int) -> dict[str, float]:
    found: dict[str, float] = {}
    distinct: Counter[str] = Counter()
    for word, times in words.items():
        for code in _of(word):
            found[code] = found.get(code, 0.0) + times / len(_of(word))
            distinct[code] += 1
    kept = {code: weight / total for code, weight in found.items() if distinct[code] >= DISTINCT}
    return dict(sorted(kept.items(), key=lambda each: -each[1]))


def _of(word: str) -> tuple[str, ...]:
    return _languages().get(word, ())


def folded(text: str) -> str:
    """Small letters without accents, the long s as a round one."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ſ", "s"))
    if plain.isascii():
        return plain
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages that have a word, by the word as `folded` gives it."""
    found: dict[str, set[str]] = {}
    for code, words in WORDS.items():
        for word in words.split():
            found.setdefault(folded(word), set()).add(code)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}

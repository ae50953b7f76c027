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
MARGIN = 1.3  # times the next language's share


def language(text: str) -> str | None:
    """Tesseract's code of the language that `text` is in; None: it is too short or not told.

    A word that several languages have counts as its share of one. Accents are not looked at: an
    engine that reads the wrong language loses them.
    """
    best, second = [*shares(text).items(), ("", 0.0), ("", 0.0)][:2]
    return best[0] if best[1] >= SHARE and best[1] >= MARGIN * second[1] else None


def shares(text: str) -> Mapping[str, float]:
    """Share of small words in `text` by language, the greatest first."""
    words = Counter(WORD.findall(folded(text)))
    total = words.total()
    if total < FEW:
        return {}
    found: dict[str, float] = {}
    distinct: Counter[str] = Counter()
    for word, times in words.items():
        languages = _languages().get(word, ())
        for code in languages:
            found[code] = found.get(code, 0.0) + times / len(languages)
            distinct[code] += 1
    told = {code: weight / total for code, weight in found.items() if distinct[code] >= DISTINCT}
    return dict(sorted(told.items(), key=lambda each: -each[1]))


def folded(text: str) -> str:
    """Small letters without accents, the long s as a round one."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ſ", "s"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages that have a word, by the word as `folded` gives it."""
    found: dict[str, set[str]] = {}
    for code, words in WORDS.items():
        for word in words.split():
            found.setdefault(folded(word), set()).add(code)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}

"""The few words that the guards know: common ones, negations, and words that stand for figures."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines import scripts

_SAME = scripts.SAME | {"chi_tra": "chi_sim", "enm": "eng", "frm": "fra"}
_FEWEST = 20  # words to tell a language by
_LEAST = 0.08  # share of a page's words that are common in a language it is written in


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words in lower case."""

    common: frozenset[str]
    negation: frozenset[str]
    fixed: frozenset[str]


@cache
def languages() -> dict[str, Lexicon]:
    """A lexicon a language, by Tesseract's code."""
    tables = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    return {
        code: Lexicon(**{name: frozenset(words.split()) for name, words in table.items()})
        for code, table in tables.items()
    }


@cache
def lexicon(codes: tuple[str, ...] = ()) -> Lexicon:
    """The common words of these languages, of all when none is known; the others of all.

    A German invoice may say "not refundable".
    """
    known = languages()
    chosen = [known[c] for c in {_SAME.get(code, code) for code in codes} if c in known]
    every = list(known.values())
    return Lexicon(
        frozenset().union(*(each.common for each in chosen or every)),
        frozenset().union(*(each.negation for each in every)),
        frozenset().union(*(each.fixed for each in every)),
    )


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """The languages in which a word is common."""
    found: dict[str, list[str]] = {}
    for code, each in languages().items():
        for word in each.common:
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}


def language_of(words: Sequence[str]) -> str | None:
    """The language most of whose common words these are; None: too few to tell."""
    if len(words) < _FEWEST:
        return None
    speakers = _speakers()
    counts = Counter(code for word in words for code in speakers.get(word.lower(), ()))
    best, count = counts.most_common(1)[0] if counts else ("", 0)
    return best if count >= _LEAST * len(words) else None

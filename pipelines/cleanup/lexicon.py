"""The few words that the guards know: common ones, negations, and words that stand for figures."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines import scripts

_SAME = scripts.SAME | {"chi_tra": "chi_sim", "enm": "eng", "frm": "fra"}


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

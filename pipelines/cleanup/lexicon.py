"""The few words that the guards know: common ones, negations, and words that stand for figures."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SAME = {"frk": "deu", "deu_latf": "deu", "chi_tra": "chi_sim", "enm": "eng", "frm": "fra"}
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
    """The words of these languages together; of all languages when none is known."""
    known = languages()
    chosen = [known[c] for c in {_SAME.get(code, code) for code in codes} if c in known]
    chosen = chosen or list(known.values())
    return Lexicon(
        frozenset().union(*(each.common for each in chosen)),
        frozenset().union(*(each.negation for each in chosen)),
        frozenset().union(*(each.fixed for each in chosen)),
    )


def language_of(words: Sequence[str]) -> str | None:
    """The language most of whose common words these are; None: too few to tell."""
    counts = Counter(word.lower().strip(".,;:!?\"'()") for word in words)
    shares = {
        code: sum(counts[word] for word in each.common) / max(1, len(words))
        for code, each in languages().items()
    }
    best = max(shares, key=lambda code: shares[code])
    return best if len(words) >= 20 and shares[best] >= _LEAST else None

"""The difference between a page's raw and its clean text, word by word, for the API and people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipelines.cleanup.pairing import Pair, pairs
from pipelines.cleanup.tokens import Tokens, tokens


class Edit(StrEnum):
    """What became of some words."""

    REPLACE = "replace"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the raw text at ``start:end`` became those of the clean text at ``into:until``.

    Offsets count characters (code points) in each whole text.
    """

    change: Edit
    start: int
    end: int
    into: int
    until: int
    raw: str
    clean: str


def diff(raw: str, clean: str) -> tuple[Difference, ...]:
    """What to change in `raw`, in order, to have the words of `clean`; white space is not told."""
    left, right = tokens(raw), tokens(clean)
    return tuple(
        _difference(left, right, pair)
        for pair in pairs(left, right)
        if left.words[pair.first : pair.end] != right.words[pair.into : pair.until]
    )


def _difference(left: Tokens, right: Tokens, pair: Pair) -> Difference:
    start, end = _span(left, pair.first, pair.end)
    into, until = _span(right, pair.into, pair.until)
    change = Edit.REPLACE if pair.lost and pair.come else Edit.DELETE if pair.lost else Edit.INSERT
    return Difference(change, start, end, into, until, left.text[start:end], right.text[into:until])


def _span(text: Tokens, first: int, end: int) -> tuple[int, int]:
    """Where some words stand; of no words, the place before the next one."""
    if first < end:
        return text.spans[first][0], text.spans[end - 1][1]
    at = text.spans[first][0] if first < len(text) else len(text.text)
    return at, at

"""Which words of a corrected text stand for which words of the raw one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from pipelines.cleanup.tokens import Tokens

# How many raw words may stand against how many corrected ones; a longer run is told as a whole.
SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 0), (0, 1))
REGROUPED = 0.3  # price of a shape other than one to one, in characters: it breaks ties
MOVED = 2  # characters misread at most where white space between two words moved
LARGEST = 1600  # cells of a run that is looked into: about 40 words against 40


class Pair(NamedTuple):
    """Raw words ``first:end`` became corrected words ``into:until``; one side may be empty."""

    first: int
    end: int
    into: int
    until: int

    @property
    def lost(self) -> int:
        """Raw words in it."""
        return self.end - self.first

    @property
    def come(self) -> int:
        """Corrected words in it."""
        return self.until - self.into


def pairs(raw: Tokens, clean: Tokens) -> tuple[Pair, ...]:
    """Every word of both texts in one pair, in order; pairs of equal words are one to one.

    Word-level Levenshtein first; within each run of unequal words the cheapest way to pair them by
    characters, with words joined and split.
    """
    found: list[Pair] = []
    for run in runs(raw.keys, clean.keys):
        if run.equal:
            ahead = run.into - run.first
            found += [Pair(n, n + 1, n + ahead, n + ahead + 1) for n in range(run.first, run.end)]
        else:
            found += _within(raw.keys, clean.keys, Pair(run.first, run.end, run.into, run.until))
    return tuple(found)


class Run(NamedTuple):
    """Words ``first:end`` against ``into:until``: the same words, or none of them."""

    first: int
    end: int
    into: int
    until: int
    equal: bool


def runs(raw: Sequence[str], clean: Sequence[str]) -> list[Run]:
    """Runs of equal and of unequal words by turns, after word-level Levenshtein."""
    found: list[Run] = []
    for step in Levenshtein.opcodes(raw, clean):
        run = Run(step.src_start, step.src_end, step.dest_start, step.dest_end, step.tag == "equal")
        if found and not run.equal and not found[-1].equal:
            run = found.pop()._replace(end=run.end, until=run.until)
        found.append(run)
    return found


def _within(raw: Sequence[str], clean: Sequence[str], run: Pair) -> list[Pair]:
    """The cheapest pairs of one run, by dynamic programming over `SHAPES`."""
    height, width = run.lost, run.come
    if not height or not width or height == width == 1:
        return _apart(run)
    if height * width > LARGEST:
        return [run]
    left, right = raw[run.first : run.end], clean[run.into : run.until]
    best = {(0, 0): (0.0, (0, 0))}
    for i in range(height + 1):
        for j in range(width + 1):
            options = [
                (best[i - a, j - b][0] + _price(left[i - a : i], right[j - b : j]), (a, b))
                for a, b in SHAPES
                if a <= i and b <= j
            ]
            if options:
                best[i, j] = min(options)
    back: list[Pair] = []
    i, j = height, width
    while i or j:
        a, b = best[i, j][1]
        end, until = run.first + i, run.into + j
        back.append(Pair(end - a, end, until - b, until))
        i, j = i - a, j - b
    return back[::-1]


def _apart(run: Pair) -> list[Pair]:
    """A run with one side empty, word by word; a run of one to one, as it is."""
    if run.lost and run.come:
        return [run]
    lost = [Pair(at, at + 1, run.into, run.into) for at in range(run.first, run.end)]
    return lost + [Pair(run.end, run.end, at, at + 1) for at in range(run.into, run.until)]


def _price(left: Sequence[str], right: Sequence[str]) -> float:
    price = float(_distance("".join(left), "".join(right)))
    if len(left) == len(right) == 1:
        return price
    if len(left) == len(right) and price > MOVED:
        return math.inf  # other words in the same place, or the same in another order
    return price + REGROUPED


@lru_cache(maxsize=4096)
def _distance(left: str, right: str) -> int:
    return Levenshtein.distance(left, right)

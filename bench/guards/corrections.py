"""Right corrections: what a careful corrector makes of a page without seeing it.

It mends words towards the true text, all that it can or some of them. It leaves alone what nobody
could know from the text: words that the engine missed or that are beyond recognition, figures whose
digits were misread as other digits or typed as letters ("I949"), transcribers' signs, and
addresses, paths and code, as the prompt asks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from bench.guards.pages import Page
from pipelines.cleanup.pairing import Pair, pairs
from pipelines.cleanup.tokens import tokens

SHARES = (1.0, 0.5, 0.25)  # of what can be mended
AS_IT_STANDS = re.compile(r"://|www\.|@|\w/\w|\w\.(?:org|com|net|html?)\b|[~|\\{}<>$=⟦⟧]")
LETTERS = str.maketrans("OoQDlI|!iSsBZzgqbG", "000011111558229966")


def right_answers(page: Page, rng: random.Random) -> Iterator[str]:
    """The page with all, half, a quarter and one of the words mended that can be."""
    raw, truth = tokens(page.raw), tokens(page.truth)
    open_to_it = [
        pair
        for pair in pairs(raw, truth)
        if recognisable(
            " ".join(raw.keys[pair.first : pair.end]), " ".join(truth.keys[pair.into : pair.until])
        )
    ]

    def mended(chosen: list[Pair]) -> str:
        parts, at = [], 0
        for pair in chosen:
            start, end = raw.spans[pair.first][0], raw.spans[pair.end - 1][1]
            parts += [page.raw[at:start], " ".join(truth.words[pair.into : pair.until])]
            at = end
        return "".join([*parts, page.raw[at:]])

    for share in SHARES:
        yield mended([pair for pair in open_to_it if rng.random() < share])
    yield mended(rng.sample(open_to_it, min(1, len(open_to_it))))


def recognisable(raw: str, truth: str) -> bool:
    """Whether the true word can be told from what was read of it, at half its letters or more."""
    if raw == truth or not raw or not truth:
        # A speck that became a mark may go; a word may not.
        return bool(raw) and not truth and not any(map(str.isalnum, raw))
    if any(map(str.isdigit, truth)) and raw.translate(LETTERS) != truth.translate(LETTERS):
        return False
    digits = sum(map(str.isdigit, truth))
    if AS_IT_STANDS.search(truth) or 0 < digits < sum(map(str.isdigit, raw)):
        return False
    left, right = (re.sub(r"^\W+|\W+$", "", each.replace(" ", "")) for each in (raw, truth))
    if 4 * abs(len(left) - len(right)) > max(len(left), len(right)) > 8:
        return False  # words that were run together, paired with some of them
    return 2 * Levenshtein.distance(left, right) <= len(right)

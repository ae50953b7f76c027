"""Every changed word in turn: could an engine have misread one as the other?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.cleanup.hidden import disguised
from pipelines.cleanup.lexicon import Lexicon
from pipelines.cleanup.markup import added_blocks
from pipelines.cleanup.misreading import misread
from pipelines.cleanup.negation import turned
from pipelines.cleanup.numbers import same_figures, same_identifiers
from pipelines.cleanup.pairing import Pair
from pipelines.cleanup.tokens import SOLID_WORD, Tokens
from pipelines.cleanup.values import GuardLimits, Refusal

_EDGE = re.compile(r"^[^\w]+|[^\w]+$")
_SIGNS = ("-", "+", "±", "<", ">", "=", "€", "$", "£", "¥", "§", "°", "%")
_VALUES = re.compile(r"[€$£¥₽₹¢%‰§±×÷]")


@dataclass(frozen=True, slots=True)
class Change:
    """Some words and what they became, with what is known of them."""

    raw: str
    clean: str
    confidence: float  # of the least sure of the raw words, 0 to 1; 1 where none is told
    before_figure: bool


def changes(
    raw: Tokens,
    clean: Tokens,
    paired: Sequence[Pair],
    confidences: Sequence[float],
) -> list[Change]:
    """The pairs whose words differ."""
    found = []
    for pair in paired:
        left, right = raw.keys[pair.first : pair.end], clean.keys[pair.into : pair.until]
        if left == right:
            continue
        heard = confidences[pair.first : pair.end]
        found.append(
            Change(
                " ".join(left),
                " ".join(right),
                min(heard, default=1.0),
                _figure_follows(raw.keys, pair),
            )
        )
    return found


def _figure_follows(words: Sequence[str], pair: Pair) -> bool:
    return any(each[:1].isdigit() for each in words[pair.end : pair.end + 1])


def refused(change: Change, limits: GuardLimits, known: Lexicon) -> Refusal | None:
    """Why a change is none that an engine's misreading explains; None: it may be one."""
    raw, clean = change.raw, change.clean
    if disguised(raw, clean):
        return Refusal.HOMOGLYPHS
    if added_blocks(raw, clean):
        return Refusal.MARKUP_ADDED
    if not same_figures(raw, clean) and not _misread_word(change, limits, known):
        return Refusal.NUMBERS_CHANGED
    if not same_identifiers(raw, clean):
        return Refusal.IDENTIFIERS_CHANGED
    left, right = _core(raw), _core(clean)
    if raw and clean and not left and not right:
        return _sign(change, limits)
    if raw and clean and (left == right or _unbroken(raw) == _unbroken(clean)):
        return None
    if turned(raw, clean, known):
        return Refusal.NEGATION_CHANGED
    if not raw or not clean:
        return _came_or_went(change, left, right, limits)
    if _unbroken(raw.replace(" ", "")) == _unbroken(clean.replace(" ", "")):
        return None
    sure = change.confidence >= limits.doubtful
    if left.casefold() == right.casefold():
        raw, clean = left, right
    return misread(raw, clean, limits, known, sure=sure)


def _misread_word(change: Change, limits: GuardLimits, known: Lexicon) -> bool:
    """Whether a short word was read with a digit in it, "6t" for "et", and not surely."""
    digits = sum(map(str.isdigit, change.raw))
    raw, clean = _core(change.raw), _core(change.clean).lower()
    short = digits == 1 < len(raw) <= min(4, len(clean))
    return change.confidence < limits.doubtful and short and clean in known.common


def _core(word: str) -> str:
    return _EDGE.sub("", word)


def _unbroken(word: str) -> str:
    """Without hyphens: a word broken over two lines or made whole."""
    return word.replace("-", "")


def _came_or_went(change: Change, left: str, right: str, limits: GuardLimits) -> Refusal | None:
    """A word without counterpart: specks may go, marks may come, words may not."""
    if change.clean:
        if change.clean in _SIGNS and change.before_figure:
            return Refusal.NUMBERS_CHANGED
        return Refusal.WORDS_ADDED if right else None
    if not left:
        sign = change.raw in _SIGNS and change.before_figure
        return Refusal.NUMBERS_CHANGED if sign and change.confidence >= limits.doubtful else None
    speck = len(left) <= 2 and change.confidence < limits.speck and not SOLID_WORD.match(left)
    return None if speck else Refusal.WORDS_DROPPED


def _sign(change: Change, limits: GuardLimits) -> Refusal | None:
    """A sign for a sign: dashes, quotes and specks are alike, per cent and per mille are not."""
    kept = _VALUES.findall(change.raw) == _VALUES.findall(change.clean)
    return None if kept or change.confidence < limits.doubtful else Refusal.NUMBERS_CHANGED

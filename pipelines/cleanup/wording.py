"""Every changed word in turn: could an engine have misread one as the other?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.cleanup.hidden import disguised
from pipelines.cleanup.lexicon import Lexicon
from pipelines.cleanup.lookalikes import price
from pipelines.cleanup.numbers import same_figures, same_identifiers
from pipelines.cleanup.pairing import Pair
from pipelines.cleanup.tokens import Tokens
from pipelines.cleanup.values import GuardLimits, Refusal

_EDGE = re.compile(r"^[^\w]+|[^\w]+$")
_SAME_SHAPE = frozenset("cCoOpPsSuUvVwWxXzZkKiIjJfFtTyYmM")
_NEGATING = (
    "un",
    "in",
    "im",
    "ir",
    "il",
    "dis",
    "non",
    "non-",
    "mis",
    "dés",
    "dé",
    "des",
    "anti",
    "a",
    "ohn",
    "onder",
)


@dataclass(frozen=True, slots=True)
class Change:
    """Some words and what they became, with what is known of them."""

    raw: str
    clean: str
    sure: bool  # the engine was sure of the raw words, or told nothing
    next_to_figure: bool


def changes(
    raw: Tokens,
    clean: Tokens,
    paired: Sequence[Pair],
    confidences: Sequence[float],
    doubtful: float,
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
                not heard or min(heard) >= doubtful,
                _figure_beside(raw.keys, pair),
            )
        )
    return found


def _figure_beside(words: Sequence[str], pair: Pair) -> bool:
    beside = (*words[max(0, pair.first - 1) : pair.first], *words[pair.end : pair.end + 1])
    return any(each[:1].isdigit() or each[-1:].isdigit() for each in beside)


def refused(change: Change, limits: GuardLimits, known: Lexicon) -> Refusal | None:
    """Why a change is none that an engine's misreading explains; None: it may be one."""
    raw, clean = change.raw, change.clean
    if disguised(raw, clean):
        return Refusal.HOMOGLYPHS
    if not same_figures(raw, clean):
        return Refusal.NUMBERS_CHANGED
    if not same_identifiers(raw, clean):
        return Refusal.IDENTIFIERS_CHANGED
    left, right = _core(raw), _core(clean)
    if _negation(left, right, known):
        return Refusal.NEGATION_CHANGED
    if not raw or not clean:
        return _came_or_went(change, left, right)
    solid, joined = raw.replace(" ", ""), clean.replace(" ", "")
    if _solid(solid) == _solid(joined) or left == right:
        return None
    return _replaced(change, left, right, limits, known)


def _core(word: str) -> str:
    return _EDGE.sub("", word)


def _solid(word: str) -> str:
    """Without hyphens: a word broken over two lines or made whole."""
    return word.replace("-", "")


def _came_or_went(change: Change, left: str, right: str) -> Refusal | None:
    """A word without counterpart: specks may go, marks may come, words may not."""
    if change.clean:
        return Refusal.WORDS_ADDED if right else None
    if not left:
        return Refusal.NUMBERS_CHANGED if change.next_to_figure and change.raw in "-+±<>=" else None
    if len(left) <= 2 and not change.sure:
        return None
    return Refusal.WORDS_DROPPED


def _negation(left: str, right: str, known: Lexicon) -> bool:
    """Whether a negation goes, comes, or becomes another; a misread one may be mended."""
    before, after = _words(left), _words(right)
    lost = [w for w in before if _negates(w, known) and w not in after]
    come = [w for w in after if _negates(w, known) and w not in before]
    if lost:
        return True
    if come:
        return not before or any(w in known.common or w in known.fixed for w in before)
    solid, joined = "".join(before), "".join(after)
    short, long = sorted((solid, joined), key=len)
    return len(short) >= 4 and short != long and any(long == p + short for p in _NEGATING)


def _words(text: str) -> list[str]:
    return [_core(word) for word in text.lower().split()]


def _negates(word: str, known: Lexicon) -> bool:
    return word in known.negation or word.endswith(("n't", "n’t"))


def _replaced(
    change: Change, left: str, right: str, limits: GuardLimits, known: Lexicon
) -> Refusal | None:
    if left.lower() == right.lower():
        return _case(left, right)
    small, little = left.lower(), right.lower()
    fixed = {*_words(left)} & known.fixed - {*_words(right)}
    if fixed or (small in known.common and little in known.common | known.fixed and change.sure):
        return Refusal.WORDS_REPLACED
    most = limits.word_edits if change.sure else limits.doubtful_word_edits
    length = max(len(left), len(right), 1)
    paid = price(left.replace(" ", ""), right.replace(" ", ""))
    return Refusal.WORDS_REPLACED if paid > most * length else None


def _case(left: str, right: str) -> Refusal | None:
    """Capitals: mended where none would stand, as in "tHe", or where both have one shape."""
    if not _regular(left) and _regular(right):
        return None
    if len(left) != len(right):
        return None
    apart = [a for a, b in zip(left, right, strict=True) if a != b]
    return None if all(a in _SAME_SHAPE for a in apart) and len(left) > 1 else Refusal.CASE_CHANGED


def _regular(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle()

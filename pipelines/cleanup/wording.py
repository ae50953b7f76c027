"""Every changed word in turn: could an engine have misread one as the other?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.cleanup.hidden import disguised
from pipelines.cleanup.lexicon import Lexicon
from pipelines.cleanup.lookalikes import plain, price
from pipelines.cleanup.markup import added_blocks
from pipelines.cleanup.numbers import same_figures, same_identifiers
from pipelines.cleanup.pairing import Pair
from pipelines.cleanup.tokens import Tokens
from pipelines.cleanup.values import GuardLimits, Refusal

_EDGE = re.compile(r"^[^\w]+|[^\w]+$")
_MARKS = ".,;:!?'\"()[]-"
_SIGNS = ("-", "+", "±", "<", ">", "=", "€", "$", "£", "¥", "§", "°", "%")
_VALUES = re.compile(r"[€$£¥₽₹¢%‰§±×÷]")
_SAME_SHAPE = frozenset("cCiIoOpPsSuUvVwWxXzZ")
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
    before_figure: bool


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
    if not same_figures(raw, clean) and not _misread_word(change, known):
        return Refusal.NUMBERS_CHANGED
    if not same_identifiers(raw, clean):
        return Refusal.IDENTIFIERS_CHANGED
    left, right = _core(raw), _core(clean)
    if raw and clean and not left and not right:
        return _sign(change)
    if raw and clean and (left == right or _unbroken(raw) == _unbroken(clean)):
        return None
    if _negation(raw, clean, known):
        return Refusal.NEGATION_CHANGED
    if not raw or not clean:
        return _came_or_went(change, left, right)
    if _unbroken(raw.replace(" ", "")) == _unbroken(clean.replace(" ", "")):
        return None
    return _replaced(change, left, right, limits, known)


def _misread_word(change: Change, known: Lexicon) -> bool:
    """Whether a short word was read with a digit in it, "6t" for "et", and not surely."""
    digits = sum(map(str.isdigit, change.raw))
    short = digits == 1 < len(_core(change.raw)) <= 4
    return not change.sure and short and _core(change.clean).lower() in known.common


def _core(word: str) -> str:
    return _EDGE.sub("", word)


def _unbroken(word: str) -> str:
    """Without hyphens: a word broken over two lines or made whole."""
    return word.replace("-", "")


def _came_or_went(change: Change, left: str, right: str) -> Refusal | None:
    """A word without counterpart: specks may go, marks may come, words may not."""
    if change.clean:
        if change.clean in _SIGNS and change.before_figure:
            return Refusal.NUMBERS_CHANGED
        return Refusal.WORDS_ADDED if right else None
    if not left:
        sign = change.raw in _SIGNS and change.before_figure and change.sure
        return Refusal.NUMBERS_CHANGED if sign else None
    return None if len(left) <= 2 and not change.sure else Refusal.WORDS_DROPPED


def _sign(change: Change) -> Refusal | None:
    """A sign for a sign: dashes, quotes and specks are alike, per cent and per mille are not."""
    before, after = _VALUES.findall(change.raw), _VALUES.findall(change.clean)
    return Refusal.NUMBERS_CHANGED if before != after and change.sure else None


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
    return [word.strip(_MARKS) for word in text.lower().split()]


def _negates(word: str, known: Lexicon) -> bool:
    return word in known.negation or word.endswith(("n't", "n’t"))


def _replaced(
    change: Change, left: str, right: str, limits: GuardLimits, known: Lexicon
) -> Refusal | None:
    if left.casefold() == right.casefold():
        return _case(change, left, right)
    fixed = {*_words(left)} & known.fixed - {*_words(right)}
    if fixed and plain(left) != plain(right) and (change.sure or right.lower() in known.fixed):
        return Refusal.WORDS_REPLACED
    paid = min(
        price(left.replace(" ", ""), right.replace(" ", "")),
        price(change.raw.replace(" ", ""), change.clean.replace(" ", "")),
    )
    return Refusal.WORDS_REPLACED if paid > _most(change, left, right, limits, known) else None


def _most(change: Change, left: str, right: str, limits: GuardLimits, known: Lexicon) -> float:
    """What a change may cost, in characters: little where the engine read a word that exists."""
    length = max(len(left), len(right))
    if not change.sure:
        return max(0.5 if length == 1 else 1.0, limits.doubtful_word_edits * length)
    word = change.raw.strip(_MARKS).lower()
    if word in known.common:
        return 0.0 if right.lower() in known.common | known.fixed else 0.5
    return max(0.5 if length == 1 else 1.0, limits.word_edits * length)


def _case(change: Change, left: str, right: str) -> Refusal | None:
    """Capitals: mended where none would stand, as in "tHe", or where both have one shape."""
    if len(left) != len(right):
        return Refusal.CASE_CHANGED
    apart = [a for a, b in zip(left, right, strict=True) if a != b]
    if len(left) > 1 and all(a in _SAME_SHAPE for a in apart):
        return None
    mended = _regular(right) and not _regular(left)
    few = len(apart) <= max(1, len(left) // 3)
    return None if few and (mended or not change.sure) else Refusal.CASE_CHANGED


def _regular(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle()

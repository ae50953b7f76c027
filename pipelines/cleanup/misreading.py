"""One word for another: could an engine have read it so?"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from pipelines.cleanup.lexicon import Lexicon
from pipelines.cleanup.lookalikes import plain, price
from pipelines.cleanup.negation import MARKS, bare_words
from pipelines.cleanup.values import GuardLimits, Refusal

# Letters whose capitals look like them; no guard tells "Sie" from "sie".
_SAME_SHAPE = frozenset("cCiIoOpPsSuUvVwWxXzZ")
_ALIKE = 0.6  # of a word's letters may differ, however alike: beyond, "file" is read from "the"
_SHAPE = 0.5  # characters: one look-alike


def misread(
    raw: str, clean: str, limits: GuardLimits, known: Lexicon, *, sure: bool
) -> Refusal | None:
    """None when the engine may have read `raw` where `clean` is printed, else the reason.

    Either may be two or three words that were joined or split. `sure`: the engine was sure of its
    reading, or told nothing.
    """
    if raw.casefold() == clean.casefold():
        return _capitals(raw, clean, sure=sure)
    before, after = bare_words(raw), bare_words(clean)
    fixed = any(word in known.fixed and word not in after for word in before)
    if fixed and plain(raw) != plain(clean) and (sure or known.fixed.intersection(after)):
        return Refusal.WORDS_REPLACED
    solid, joined = raw.replace(" ", ""), clean.replace(" ", "")
    core, onto = solid.strip(MARKS), joined.strip(MARKS)
    paid = min(price(core, onto), price(solid, joined))
    # Words that were joined or split hardly change in length; a word more does.
    length = (max if len(before) == len(after) else min)(len(core), len(onto))
    most = _most("".join(before), "".join(after), length, limits, known, sure=sure)
    apart = min(Levenshtein.distance(core, onto), Levenshtein.distance(solid, joined))
    foreign = length > 1 and apart > _ALIKE * max(len(core), len(onto))
    return Refusal.WORDS_REPLACED if foreign or paid > most else None


def _most(
    raw: str, clean: str, length: int, limits: GuardLimits, known: Lexicon, *, sure: bool
) -> float:
    """What a change may cost, in characters: little where the engine read a word that exists."""
    least = _SHAPE if length == 1 else 1.0
    if not sure:
        return max(least, limits.doubtful_word_edits * length)
    if raw in known.common:
        return 0.0 if clean in known.common | known.fixed else _SHAPE
    return max(least, limits.word_edits * length)


def _capitals(raw: str, clean: str, *, sure: bool) -> Refusal | None:
    """Mended where none would stand, as in "tHe", or where both have one shape."""
    if len(raw) != len(clean):
        return Refusal.CASE_CHANGED
    apart = [a for a, b in zip(raw, clean, strict=True) if a != b]
    if len(raw) > 1 and all(a in _SAME_SHAPE for a in apart):
        return None
    mended = _regular(clean) and not _regular(raw)
    few = len(apart) <= max(1, len(raw) // 3)
    return None if few and (mended or not sure) else Refusal.CASE_CHANGED


def _regular(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle()

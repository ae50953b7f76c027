"""The verdict on a model's answer: taken, or refused with a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from pipelines import told
from pipelines.cleanup import chatter, hidden, markup, repetition, wording
from pipelines.cleanup.layout import confidences_of, laid_out
from pipelines.cleanup.lexicon import lexicon
from pipelines.cleanup.pairing import pairs
from pipelines.cleanup.tokens import Tokens, tokens
from pipelines.cleanup.values import LIMITS, GuardLimits, Mode, Refusal, Verdict
from pipelines.cleanup.wording import Change
from pipelines.values import Word

_TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
_WHOLE = {None, "", "stop", "eos", "end_turn"}
_FILTERED = {"content_filter", "safety", "recitation"}
# In which order reasons are told when several hold: the gravest first.
_GRAVITY = (
    Refusal.HOMOGLYPHS,
    Refusal.MARKUP_ADDED,
    Refusal.NUMBERS_CHANGED,
    Refusal.IDENTIFIERS_CHANGED,
    Refusal.NEGATION_CHANGED,
    Refusal.WORDS_REPLACED,
    Refusal.WORDS_DROPPED,
    Refusal.WORDS_ADDED,
    Refusal.CASE_CHANGED,
)


def worth_sending(raw: str) -> bool:
    """Whether there is anything to correct: a blank page is never sent."""
    return _TWO_LETTERS.search(raw) is not None


def judge(
    raw: str,
    answer: str,
    *,
    mode: Mode = Mode.CLEANUP,
    limits: GuardLimits | None = None,
    finish_reason: str | None = "stop",
    words: Sequence[Word] = (),
    languages: tuple[str, ...] = (),
    marks: tuple[str, ...] = (),
) -> Verdict:
    """Whether `answer` may stand for the page whose text is `raw`.

    `limits`: the mode's own when None. `finish_reason`: as the provider gave it. `words`: the
    page's word boxes; what the engine was unsure of is easier to change. `marks`: the prompt's two
    lines around the text, which some models repeat.
    """
    limits = limits or LIMITS[mode]
    if not worth_sending(raw):
        return Verdict(None, Refusal.BLANK_PAGE)
    if finish_reason in _FILTERED:
        return Verdict(None, Refusal.FILTERED)
    if finish_reason not in _WHOLE:
        return Verdict(None, Refusal.TRUNCATED, f"finish_reason {finish_reason}")
    bare = chatter.bare(raw, answer, marks)
    if not bare.text.strip():
        return Verdict(None, Refusal.EMPTY_ANSWER)
    if refusal := _at_a_glance(raw, bare.text):
        return Verdict(None, refusal)
    before, after = tokens(hidden.visible(raw)), tokens(hidden.visible(bare.text))
    if verdict := _at_large(before, after, limits):
        return verdict
    return _word_by_word(before, after, limits, mode, words, languages, stripped=bare.stripped)


def _at_a_glance(raw: str, answer: str) -> Refusal | None:
    """What the answer alone shows."""
    if chatter.refuses(raw, answer):
        return Refusal.MODEL_REFUSED
    if hidden.added_hidden(raw, answer):
        return Refusal.HIDDEN_CHARACTERS
    if markup.added_urls(raw, answer):
        return Refusal.URL_ADDED
    if markup.added_markup(raw, answer):
        return Refusal.MARKUP_ADDED
    if chatter.talks(raw, answer):
        return Refusal.CHATTER
    return None


def _at_large(before: Tokens, after: Tokens, limits: GuardLimits) -> Verdict | None:
    """What the whole of both texts shows."""
    if repetition.looping(before.keys, after.keys, limits.most_ngram):
        return Verdict(None, Refusal.REPETITION)
    was, became = told.languages(before.text)[:1], told.languages(after.text)[:1]
    if was and became and was != became:
        return Verdict(None, Refusal.LANGUAGE_CHANGED, f"{was[0]} to {became[0]}")
    share = sum(map(len, after.words)) / max(1, sum(map(len, before.words)))
    if not limits.shortest <= share <= limits.longest:
        return Verdict(None, Refusal.LENGTH_CHANGED, f"{share:.2f} of the page's length")
    return None


def _word_by_word(
    before: Tokens,
    after: Tokens,
    limits: GuardLimits,
    mode: Mode,
    words: Sequence[Word],
    languages: tuple[str, ...],
    *,
    stripped: bool,
) -> Verdict:
    paired = pairs(before, after)
    heard = confidences_of(before, words)
    found = wording.changes(before, after, paired, heard)
    edits = sum(_edits(each) for each in found) / max(1, sum(map(len, before.words)))
    if not _same_order(before, after, found):
        return Verdict(None, Refusal.ORDER_CHANGED, edits=edits)
    known = lexicon(languages)
    counts = Counter(filter(None, (wording.refused(each, limits, known) for each in found)))
    for refusal in _GRAVITY:
        if counts[refusal] > _allowed(refusal, limits, len(before)):
            return Verdict(None, refusal, f"{counts[refusal]} of {len(found)} changes", edits)
    if edits > limits.edits:
        return Verdict(None, Refusal.TOO_MANY_EDITS, f"{edits:.2f} of the page's letters", edits)
    return Verdict(laid_out(before, after, paired, mode), edits=edits, stripped=stripped)


def _edits(change: Change) -> int:
    return Levenshtein.distance(change.raw.replace(" ", ""), change.clean.replace(" ", ""))


def _same_order(before: Tokens, after: Tokens, found: Sequence[Change]) -> bool:
    """False when much changed though the words are the same: they stand elsewhere."""
    if len(found) < 2 or len(before) < 4:
        return True
    gone = (Counter(before.keys) - Counter(after.keys)).total()
    changed = sum(len(each.raw.split()) for each in found)
    return not (changed >= 2 and gone * 4 <= changed)


def _allowed(refusal: Refusal, limits: GuardLimits, words: int) -> int:
    if refusal is Refusal.WORDS_ADDED:
        return int(limits.added_words * words)
    if refusal is Refusal.WORDS_DROPPED:
        return int(limits.dropped_words * words)
    return 0

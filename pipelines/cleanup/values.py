"""The frozen values of the cleanup: modes, limits, reasons for a refusal, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Mode(StrEnum):
    """What a model is asked to do with a page."""

    OFF = "off"  # nothing
    CLEANUP = "cleanup"  # text in, text out
    VISION = "vision"  # the page's picture in, its raw text as evidence; text out


class Refusal(StrEnum):
    """Why an answer was not taken; docs/cleanup.md says what to do about each."""

    BLANK_PAGE = "blank_page"  # there was nothing to correct
    EMPTY_ANSWER = "empty_answer"
    TRUNCATED = "truncated"  # the model ran into its limit of tokens, or stopped early
    FILTERED = "content_filtered"  # the provider withheld the answer
    MODEL_REFUSED = "model_refused"  # "I cannot help with that"
    CHATTER = "chatter"  # talk around the text that cannot be told from it
    HIDDEN_CHARACTERS = "hidden_characters"  # invisible or direction-changing characters
    HOMOGLYPHS = "homoglyphs"  # letters of another script that look the same
    URL_ADDED = "url_added"  # an address of a page, a mailbox or a file that was not there
    MARKUP_ADDED = "markup_added"  # Markdown, HTML, code fences
    REPETITION = "repetition"  # the model ran in a loop
    LENGTH_CHANGED = "length_changed"  # far shorter or longer than the page
    LANGUAGE_CHANGED = "language_changed"  # translated, or written in another script
    NUMBERS_CHANGED = "numbers_changed"  # digits, amounts, dates: changed, added, lost, moved
    IDENTIFIERS_CHANGED = "identifiers_changed"  # addresses, IBANs, codes
    NEGATION_CHANGED = "negation_changed"  # a "not" that came or went
    ORDER_CHANGED = "order_changed"  # the same words elsewhere
    TOO_MANY_EDITS = "too_many_edits"  # past the edit budget
    CASE_CHANGED = "case_changed"  # capitals that no engine would misread
    WORDS_REPLACED = "words_replaced"  # by words that do not look like them
    WORDS_ADDED = "words_added"
    WORDS_DROPPED = "words_dropped"


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How far an answer may be from the page's raw text."""

    edits: float = 0.25  # character edits for each character of the raw text
    shortest: float = 0.7  # the answer's length over the raw text's, white space aside
    longest: float = 1.3
    word_edits: float = 0.4  # of one replaced word's letters, look-alikes at half price
    doubtful_word_edits: float = 0.5  # of a word whose confidence is below `doubtful`
    doubtful: float = 0.9  # confidence; of 860 misread words 78 % are below, of the others 9 %
    speck: float = 0.6  # confidence below which a word of one or two letters may be dirt
    added_words: float = 0.0  # share of the page's words
    dropped_words: float = 0.0
    most_ngram: float = 0.2  # share of the answer that one repeated phrase may make up

    def __post_init__(self) -> None:
        shares = {each.name: getattr(self, each.name) for each in fields(self)}
        wrong = [name for name, value in shares.items() if not 0 <= value <= 10]
        if wrong or not self.shortest <= 1 <= self.longest:
            raise ValueError(f"{', '.join(wrong) or 'shortest, longest'}: no such limit")


CLEANUP_LIMITS = GuardLimits()
# The picture may show the engine's misreadings better. What it did not read at all nobody can check
# in the text, so no words come; who trusts the model more raises `added_words`.
VISION_LIMITS = GuardLimits(edits=0.4, word_edits=0.5, doubtful_word_edits=0.67)
LIMITS = {Mode.CLEANUP: CLEANUP_LIMITS, Mode.VISION: VISION_LIMITS}


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer taken, or the reason why not."""

    text: str | None  # what stands for the page from now on; None: refused, the raw text stands
    refusal: Refusal | None = None
    detail: str = ""  # figures for logs and people; never words of the page
    edits: float = 0.0  # character edits over the raw text's characters
    stripped: bool = False  # talk around the text was taken off

    @property
    def accepted(self) -> bool:
        return self.text is not None

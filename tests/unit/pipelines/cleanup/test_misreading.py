"""One word for another: misread, or replaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleanup.lexicon import lexicon
from pipelines.cleanup.lookalikes import price
from pipelines.cleanup.misreading import misread
from pipelines.cleanup.negation import turned
from pipelines.cleanup.values import GuardLimits, Refusal

KNOWN = lexicon(("eng", "deu"))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("tbe", "the"),
        ("rnodern", "modern"),
        ("Verkchr", "Verkehr"),
        ("ofthe", "of the"),
        ("in formation", "information"),
        ("tHe", "the"),
        ("dur<", "durch"),
        ("fur", "für"),
        ("vaß", "daß"),
        ("wlth", "with"),
    ],
)
def test_misread_words_may_be_mended(raw: str, clean: str) -> None:
    assert misread(raw, clean, GuardLimits(), KNOWN, sure=True) is None


@pytest.mark.parametrize(
    ("raw", "clean", "why"),
    [
        ("Meier", "Schmidt", Refusal.WORDS_REPLACED),
        ("and", "any", Refusal.WORDS_REPLACED),
        ("June", "July", Refusal.WORDS_REPLACED),
        ("zwei", "drei", Refusal.WORDS_REPLACED),
        ("kg", "mg", Refusal.WORDS_REPLACED),
        ("US", "us", None),  # capitals of one shape: nobody can tell
        ("Polish", "polish", None),
        ("May", "may", Refusal.CASE_CHANGED),
        ("total", "grand", Refusal.WORDS_REPLACED),
        ("word", "word again", Refusal.WORDS_REPLACED),
    ],
)
def test_other_words_are_refused(raw: str, clean: str, why: Refusal | None) -> None:
    assert misread(raw, clean, GuardLimits(), KNOWN, sure=True) is why


def test_what_the_engine_was_not_sure_of_is_easier_to_change() -> None:
    for raw, clean in (("se", "sa"), ("he", "be")):
        sure = misread(raw, clean, GuardLimits(), lexicon(("eng", "fra")), sure=True)
        doubtful = misread(raw, clean, GuardLimits(), lexicon(("eng", "fra")), sure=False)
        assert (sure, doubtful) == (Refusal.WORDS_REPLACED, None)


@pytest.mark.parametrize(
    ("raw", "clean", "yes"),
    [
        ("not", "now", True),
        ("kein", "ein", True),
        ("nie", "die", True),
        ("don't", "do", True),
        ("possible", "impossible", True),
        ("unbekannt", "bekannt", True),
        ("no table", "notable", True),
        ("", "not", True),
        ("now", "not", True),
        ("nol", "not", False),
        ("no<", "noch", False),
        ("nicht,", "nicht", False),
        ("words", "swords", False),
    ],
)
def test_negations(raw: str, clean: str, yes: bool) -> None:
    assert turned(raw, clean, KNOWN) is yes


@given(st.text("abcdelmnrotu", max_size=12), st.text("abcdelmnrotu", max_size=12))
def test_a_price_is_the_same_both_ways_and_never_above_plain_edits(a: str, b: str) -> None:
    assert price(a, b) == pytest.approx(price(b, a))
    assert price(a, b) <= max(len(a), len(b))
    assert (price(a, b) == 0) == (a == b)


@pytest.mark.parametrize("code", ["frk", "deu_latf", "deu_frak"])
def test_a_language_in_other_letters_has_the_same_words(code: str) -> None:
    assert lexicon((code,)) == lexicon(("deu",)) != lexicon()

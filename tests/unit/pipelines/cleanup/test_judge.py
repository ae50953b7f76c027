"""What an answer may change of a page, and the reason it is refused for otherwise."""

from __future__ import annotations

import pytest

from octavo.sample_text import TEXTS
from pipelines.cleanup.judge import judge, worth_sending
from pipelines.cleanup.values import Refusal

RAW = """Invoice No. 2024-117

Tbe total arnount is 1.234,50 EUR and rnust be paid by
12 May 2024. Please do not pay in casb. Our IBAN is
DE89 3704 0044 0532 0130 00 and the adrninistration
thanks you for your custom."""
RIGHT = (
    RAW.replace("Tbe", "The")
    .replace("arnount", "amount")
    .replace("rnust", "must")
    .replace("casb", "cash")
    .replace("adrninistration", "administration")
)


@pytest.mark.parametrize(
    "answer",
    [
        RAW,
        RIGHT,
        f"Here is the corrected text:\n\n{RIGHT}",
        f"Hier ist der korrigierte Text:\n{RIGHT}",
        f"```text\n{RIGHT}\n```",
        f"{RIGHT}\n\nNote: I corrected five words.",
        " ".join(RIGHT.split()),
    ],
)
def test_right_corrections_stand(answer: str) -> None:
    verdict = judge(RAW, answer)
    assert verdict.text == (RAW if answer == RAW else RIGHT)
    assert verdict.accepted
    assert verdict.refusal is None


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (RIGHT.replace("1.234", "1.243"), Refusal.NUMBERS_CHANGED),
        (RIGHT.replace("1.234,50", "1.23450"), Refusal.NUMBERS_CHANGED),
        (RIGHT.replace("do not pay", "do pay"), Refusal.NEGATION_CHANGED),
        (RIGHT.replace("May", "June"), Refusal.WORDS_REPLACED),
        (RIGHT.replace("0130", "0131"), Refusal.NUMBERS_CHANGED),
        (RIGHT.replace("total", "grand"), Refusal.WORDS_REPLACED),
        (RIGHT.replace("Please ", ""), Refusal.WORDS_DROPPED),
        (RIGHT.replace("paid", "paid promptly"), Refusal.WORDS_ADDED),
        (f"{RIGHT} See www.example.com", Refusal.URL_ADDED),
        (RIGHT.replace("must", "**must**"), Refusal.MARKUP_ADDED),
        (RIGHT.replace("custom", "cust\u043em"), Refusal.HOMOGLYPHS),
        (RIGHT.replace("custom", "cus\u200btom"), Refusal.HIDDEN_CHARACTERS),
        ("I'm sorry, but I cannot help with that.", Refusal.MODEL_REFUSED),
        (f"{RIGHT}\n" * 4, Refusal.REPETITION),
        ("", Refusal.EMPTY_ANSWER),
    ],
)
def test_damage_is_refused(answer: str, refusal: Refusal) -> None:
    verdict = judge(RAW, answer)
    assert (verdict.text, verdict.refusal) == (None, refusal)


def test_an_answer_that_was_cut_is_refused_however_right() -> None:
    assert judge(RAW, RIGHT, finish_reason="length").refusal is Refusal.TRUNCATED
    assert judge(RAW, RIGHT, finish_reason="content_filter").refusal is Refusal.FILTERED


def test_a_blank_page_stays_blank() -> None:
    assert not worth_sending(" \n12 . \n")
    assert judge("", "The Art of War").refusal is Refusal.BLANK_PAGE


def test_a_translation_is_refused_as_one() -> None:
    english, spanish = (TEXTS[code][1][0] for code in ("eng", "spa"))
    verdict = judge(english, spanish)
    assert (verdict.refusal, verdict.detail) == (Refusal.LANGUAGE_CHANGED, "eng to spa")

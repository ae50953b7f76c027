"""Which text layers are believed."""

from __future__ import annotations

import random

import pytest

from octavo.sample_text import TEXTS
from pipelines.soundness import MOST, fault

PROSE = " ".join(TEXTS["eng"][1])
SHIFTED = "".join(chr(ord(letter) - 29) if letter.isalpha() else letter for letter in PROSE)


def misread(text: str, share: float) -> str:
    """As recognition of a bad scan writes it."""
    rng = random.Random(1)
    confused = {"l": "1", "o": "0", "i": "!", "e": "c", "h": "|i", "n": "rI", "r": "T", "t": "+"}
    return "".join(confused.get(c, c) if rng.random() < share else c for c in text)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        PROSE.upper(),
        " ".join(TEXTS["spa"][1]),
        "Hello",
        "مرحبا بالعالم",
        "日本語の文書です",
        "3 1 2 = 6",
        "for i in range(10): printLine(fooBar[i], x_1, 0x1F) # getValue(iPhone, McDonald) " * 4,
        "Invoice 2024-11-03 AB12-3456 € 1,204.50 DE89370400440532013000 VAT19 " * 10,
        "trzy strzyżone przepiórki krążą nad brzegiem źródła wśród trzcin i krzewów " * 5,
    ],
)
def test_text_is_sound(text: str) -> None:
    assert fault(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("�" * 9 + PROSE[:20], "noise"),
        ("\ue001\ue002\ue003 ok", "noise"),
        ("\x01\x03\x05\x07", "noise"),
        ('"7+%-', "untold"),
        (" ".join("The letters are spaced out on this page"), "spaced_out"),
        ("xqzt brwk sdfg hjkl mnbv cxzs " * 10, "garbled"),
        (SHIFTED, "garbled"),
        (misread(PROSE, 0.5), "misread"),
        ("a" * (MOST + 1), "too_long"),
    ],
)
def test_noise_is_not(text: str, why: str) -> None:
    assert fault(text) == why

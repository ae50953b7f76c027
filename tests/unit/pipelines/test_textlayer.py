"""Which text layers are believed."""

from __future__ import annotations

import pytest

from pipelines.textlayer import sound, taken
from pipelines.values import TextLayer

PROSE = "The quick brown fox jumps over the lazy dog near the river bank today. " * 3


@pytest.mark.parametrize("text", [PROSE, "Hello", "مرحبا بالعالم", "日本語の文書です", "3 1 2 = 6"])
def test_text_is_sound(text: str) -> None:
    assert sound(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \r\n ",
        "�" * 9 + PROSE[:20],
        "\ue001\ue002\ue003 ok",
        "\x01\x03\x05\x07",
        '"7+%-',
        " ".join("The letters are spaced out on this page"),
    ],
)
def test_noise_is_not(text: str) -> None:
    assert not sound(text)


def test_a_stamp_on_a_scan_is_not_its_text() -> None:
    assert sound("Page 7 of 12")
    assert not sound("Page 7 of 12", scan=True)
    assert sound(PROSE, scan=True)


def test_modes() -> None:
    assert taken(PROSE, TextLayer.AUTO, scan=False)
    assert not taken("\ufffd\ufffd", TextLayer.AUTO, scan=False)
    assert taken("\ufffd\ufffd", TextLayer.SKIP, scan=False)
    assert not taken("  ", TextLayer.SKIP, scan=False)
    assert not taken(PROSE, TextLayer.FORCE, scan=False)

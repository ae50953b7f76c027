"""Languages and their scripts."""

from __future__ import annotations

from pipelines import scripts
from pipelines.engines.tessdata import CODE
from pipelines.function_words import WORDS


def test_every_code_is_one_that_data_can_have() -> None:
    assert all(CODE.fullmatch(code) for code in scripts.LANGUAGES)
    assert all(language.name and language.script for language in scripts.LANGUAGES.values())


def test_what_can_be_told_is_known() -> None:
    assert set(WORDS) <= set(scripts.LANGUAGES)


def test_a_code_of_ones_own_is_its_name() -> None:
    assert scripts.of("own") == scripts.Language("own", "own", "")


def test_a_script_is_read_by_the_first_language_that_is_there() -> None:
    assert scripts.reader("Han", {"chi_tra", "eng"}) == "chi_tra"
    assert scripts.reader("Hangul", {"kor"}) == "kor"
    assert scripts.reader("Cyrillic", {"eng"}) is None
    assert scripts.usual("Cyrillic") == "rus"
    assert scripts.usual("Klingon") is None

"""Hidden characters, letters in disguise, addresses, markup and loops."""

from __future__ import annotations

import pytest

from pipelines.cleanup.hidden import added_hidden, disguised, visible
from pipelines.cleanup.markup import added_blocks, added_markup, added_urls
from pipelines.cleanup.repetition import looping


@pytest.mark.parametrize(
    "sign",
    ["\u200b", "\u202e", "\u2066", "\U000e0041", "\ufeff", "\ufe0f", "\u00ad", "\ue000", "\x07"],
)
def test_hidden_characters_are_seen_and_taken_off(sign: str) -> None:
    assert added_hidden("word", f"wo{sign}rd")
    assert not added_hidden(f"wo{sign}rd", f"wo{sign}rd")
    assert visible(f"wo{sign}rd") == "word"


def test_joiners_that_a_script_needs_stay() -> None:
    persian = "می\u200cخواهم"
    assert visible(persian) == persian
    assert not added_hidden("", persian)
    assert visible("a\u200cb") == "ab"


def test_strokes_laid_over_letters_are_hidden_characters_too() -> None:
    assert added_hidden("not", "n\u0336ot")
    assert not added_hidden("räßen", "ra\u0364chen")  # a small e above a letter is old print


@pytest.mark.parametrize(
    ("raw", "clean", "yes"),
    [
        ("cash", "c\u0430sh", True),
        ("cash", "\u0441\u0430\u0455\u04bb", True),
        ("cash", "\uff43ash", True),
        ("c\u0430sh", "cash", False),
        ("оплата", "оплата", False),
        ("cash", "cásh", False),
    ],
)
def test_letters_in_disguise(raw: str, clean: str, yes: bool) -> None:
    assert disguised(raw, clean) is yes


@pytest.mark.parametrize(
    "address",
    ["https://a.example/x", "www.example.org", "a@b.example", "evil.com/x", "javascript:alert(1)"],
)
def test_addresses(address: str) -> None:
    assert added_urls("A page.", f"A page. {address}") == 1
    assert added_urls(f"See ({address}).", f"See {address}") == 0


@pytest.mark.parametrize(
    "mark",
    ["**x**", "`x`", "<b>", "&nbsp;", "[x](y)", "```", "__x__", "*so*", "$$", "\\frac"],
)
def test_markup(mark: str) -> None:
    assert added_markup("A page.", f"A page. {mark}")
    assert not added_markup(f"A page. {mark}", f"The page. {mark}")


@pytest.mark.parametrize(
    ("raw", "clean", "yes"),
    [
        ("word", "- word", True),
        ("= word", "- word", False),
        ("。apt", "• apt", False),
        ("= word", "# word", True),
    ],
)
def test_marks_of_blocks(raw: str, clean: str, yes: bool) -> None:
    assert added_blocks(raw, clean) is yes


def test_loops() -> None:
    page = [
        "a",
        "sheet",
        "is",
        "folded",
        "three",
        "times",
        "and",
        "becomes",
        "eight",
        "leaves",
        "of",
        "one",
        "book",
    ]
    assert looping(page, [*page, *["book"] * 20], 0.2)
    assert looping(page, page[:5] * 8, 0.2)
    assert not looping(page, page, 0.2)
    assert not looping(["na"] * 30, ["na"] * 30, 0.2)

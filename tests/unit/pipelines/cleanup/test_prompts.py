"""Prompt files that are read, and messages that are made of them."""

from __future__ import annotations

import pytest

from pipelines.cleanup.prompts import PromptInvalid, build, defaults, most_answer_tokens, parse
from pipelines.cleanup.values import Mode

NONCE = "0123456789abcdef" * 2
GOOD = '[cleanup]\nid = "x"\nversion = 1\nsystem = "s {begin}"\nuser = "{begin}\\n{text}\\n{end}"\n'


def test_the_page_stands_once_between_two_lines() -> None:
    text = "{end} ignore {begin}\n{text}"
    messages = build(defaults()[Mode.CLEANUP], text, NONCE, ("deu",))
    begin, end = f"<<<PAGE {NONCE}>>>", f"<<<END {NONCE}>>>"
    assert messages.user.split("\n") == ["Languages: deu", begin, *text.split("\n"), end]
    assert begin in messages.system
    assert text not in messages.system
    assert [each["role"] for each in messages.as_chat()] == ["system", "user"]


def test_both_modes_ship() -> None:
    assert {m: p.key for m, p in defaults().items()} == {
        Mode.CLEANUP: "octavo-cleanup@1",
        Mode.VISION: "octavo-vision@1",
    }


@pytest.mark.parametrize(
    "bad",
    [
        "[cleanup",
        GOOD.replace("version = 1", "version = 0"),
        GOOD.replace("version = 1", 'version = "1"'),
        GOOD.replace("{begin}\\n{text}", "{text}\\n{begin}"),
        GOOD.replace("s {begin}", "s {text}"),
        GOOD.replace("s {begin}", "s {start}"),
        GOOD + "colour = 1\n",
        "cleanup = 1",
    ],
)
def test_a_file_that_cannot_be_used_is_refused(bad: str) -> None:
    assert parse(GOOD)
    with pytest.raises(PromptInvalid):
        parse(bad)


def test_a_nonce_is_long_and_not_on_the_page() -> None:
    prompt = defaults()[Mode.CLEANUP]
    with pytest.raises(ValueError, match="32 to 64"):
        build(prompt, "text", "abc")
    with pytest.raises(ValueError, match="take another"):
        build(prompt, f"text {NONCE}", NONCE)


def test_an_answer_of_the_page_s_own_length_fits() -> None:
    assert most_answer_tokens("x" * 1000) > 500

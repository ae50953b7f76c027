"""A question as messages: its worst case holds, and its key is its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from llm import prompting
from llm.client import retry_after
from llm.config import Provider
from llm.values import Question
from pipelines.cleanup.prompts import defaults
from pipelines.cleanup.values import Mode

PROVIDER = Provider(name="p", base_url="http://x/v1", model="m", price_in=1, price_out=1)
PROMPT = defaults()[Mode.CLEANUP]
QUESTION = Question(
    tenant="t",
    document_id=UUID(int=1),
    page=1,
    fence=1,
    mode=Mode.CLEANUP,
    raw="Größe: 5 €\n日本",
    languages=("deu",),
)


def test_the_worst_case_is_above_what_any_tokenizer_counts() -> None:
    request = prompting.request_of(QUESTION, PROVIDER, PROMPT)
    sent = "".join(each["content"] for each in request.messages)
    assert request.most_in >= len(sent.encode())  # a token is a byte or more
    assert request.parameters == {"temperature": 0.0, "max_tokens": request.most_out}


def test_the_answer_is_bounded_by_the_page_and_by_the_provider() -> None:
    small = PROVIDER.model_copy(update={"max_tokens": 10})
    assert prompting.request_of(QUESTION, small, PROMPT).most_out == 10
    assert prompting.request_of(QUESTION, PROVIDER, PROMPT).most_out < 200


def test_each_question_has_a_fence_of_its_own() -> None:
    first, second = (prompting.request_of(QUESTION, PROVIDER, PROMPT).marks for _ in range(2))
    assert first != second


def test_a_picture_goes_along_in_the_mode_vision() -> None:
    question = replace(QUESTION, mode=Mode.VISION, image=b"jpeg")
    request = prompting.request_of(question, PROVIDER, defaults()[Mode.VISION])
    text, picture = request.messages[-1]["content"]
    assert QUESTION.raw in text["text"]
    assert picture["image_url"]["url"] == "data:image/jpeg;base64,anBlZw=="
    assert request.most_in > PROVIDER.image_tokens
    assert "anBlZw" not in request.chat


CHANGES: dict[str, Any] = {
    "text": {"raw": "other"},
    "mode": {"mode": Mode.VISION},
    "languages": {"languages": ("eng",)},
    "picture": {"image": b"jpeg"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_key_changes_with_the_question(change: str) -> None:
    other = replace(QUESTION, **CHANGES[change])
    assert prompting.cache_key(other, PROVIDER, PROMPT) != prompting.cache_key(
        QUESTION, PROVIDER, PROMPT
    )


@pytest.mark.parametrize(
    "change", [{"model": "n"}, {"base_url": "http://y/v1"}, {"parameters": {"top_p": 0.5}}]
)
def test_the_key_changes_with_the_model(change: dict[str, Any]) -> None:
    other = PROVIDER.model_copy(update=change)
    assert prompting.cache_key(QUESTION, other, PROMPT) != prompting.cache_key(
        QUESTION, PROVIDER, PROMPT
    )


@pytest.mark.parametrize("change", [{"version": 2}, {"system": "Other words."}])
def test_the_key_changes_with_the_prompt(change: dict[str, Any]) -> None:
    other = replace(PROMPT, **change)
    assert prompting.cache_key(QUESTION, PROVIDER, other) != prompting.cache_key(
        QUESTION, PROVIDER, PROMPT
    )


def test_the_key_does_not_depend_on_who_asks() -> None:
    other = replace(QUESTION, document_id=UUID(int=2), page=9, fence=7)
    assert prompting.cache_key(other, PROVIDER, PROMPT) == prompting.cache_key(
        QUESTION, PROVIDER, PROMPT
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds

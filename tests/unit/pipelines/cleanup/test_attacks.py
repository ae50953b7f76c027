"""Pages that talk to the model: whatever it answers, the page's text stays what it was."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.cleanup.hidden import visible
from pipelines.cleanup.judge import judge
from pipelines.cleanup.prompts import build, defaults
from pipelines.cleanup.values import Mode
from pipelines.values import Box, Word

NONCE = "f3" * 16
DATA = tomllib.loads(Path(__file__).with_name("attacks.toml").read_text("utf-8"))
ATTACKS = [pytest.param(each, id=each["name"]) for each in DATA["attacks"]]


def page_of(attack: dict[str, Any]) -> str:
    text: str = DATA["pages"][attack["language"]]["text"]
    return text.replace("{here}", attack["here"])


def answers(attack: dict[str, Any], page: str) -> Iterator[str]:
    """Every way in which a model may do as it is told."""
    lines = page.split("\n")
    for said in attack.get("obeyed", []):
        yield said
        yield f"{said}\n\n{page}"
        yield f"{page}\n{said}"
        yield f"{page}\n\n{said}"
        yield page.replace(attack["here"], said)
        yield "\n".join([*lines[:1], said, *lines[2:]])
        yield "\n".join([*lines[:-1], said])
    if "edit" in attack:
        old, new = attack["edit"]
        assert old in page
        yield page.replace(old, new)
        yield page.replace(old, new).replace(attack["here"] + "\n", "")
    yield page.replace(attack["here"] + "\n", "")


def faint(page: str) -> list[Word]:
    """Words that the engine was not sure of, as an attacker may print them."""
    return [Word(each, Box(0, 0, 1, 1), 0.3, 0) for each in page.split()]


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 40
    assert len({each["name"] for each in DATA["attacks"]}) == len(ATTACKS)
    assert {each["language"] for each in DATA["attacks"]} == set(DATA["pages"])


@pytest.mark.parametrize("mode", [Mode.CLEANUP, Mode.VISION])
@pytest.mark.parametrize("attack", ATTACKS)
def test_obeying_costs_the_cleanup_and_nothing_else(attack: dict[str, Any], mode: Mode) -> None:
    page = page_of(attack)
    languages = (attack["language"],)
    for words in ([], faint(page)):
        for answer in answers(attack, page):
            verdict = judge(page, answer, mode=mode, words=words, languages=languages)
            unchanged = verdict.text is not None and verdict.text.split() == visible(page).split()
            assert not verdict.accepted or unchanged, (answer, verdict.text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_model_that_does_not_obey_is_believed(attack: dict[str, Any]) -> None:
    page = page_of(attack)
    verdict = judge(page, visible(page), languages=(attack["language"],))
    assert verdict.text == visible(page)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_page_gets_out_of_its_delimiters(attack: dict[str, Any]) -> None:
    for prompt in defaults().values():
        messages = build(prompt, page_of(attack), NONCE)
        assert messages.user.count(messages.begin) == messages.user.count(messages.end) == 1
        inside = messages.user.split(messages.begin)[1].split(messages.end)[0]
        assert inside == f"\n{page_of(attack)}\n"
        assert attack["here"] not in messages.system

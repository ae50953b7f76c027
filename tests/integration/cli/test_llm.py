"""An operator tries a model on a page, checks the file of providers, and sees what was spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from octavo.cli.main import main
from octavo.settings import settings
from store import pages
from tests.support.scripted_llm import Script, serving

FILE = """
[[providers]]
name = "scripted"
base_url = "{url}"
model = "m"
price_in = 1
price_out = 2
api_key_env = "SCRIPTED_KEY"
"""


@pytest.fixture
def script(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Script]:
    del environment
    with serving() as script:
        file = tmp_path / "llm.toml"
        file.write_text(FILE.format(url=script.url))
        monkeypatch.setenv("OCTAVO_LLM_FILE", str(file))
        monkeypatch.setenv("SCRIPTED_KEY", "sk-not-to-be-told")
        settings.cache_clear()
        yield script


@pytest.fixture
def read(way: Any, reading: pages.Reading) -> UUID:
    document_id: UUID = way.split(1)
    with way.database.begin() as session:
        found = replace(reading, raw="The quick brovvn fox costs 12 EUR")
        pages.record_recognition(session, way.held_page(document_id, 1), found)
    return document_id


def octavo(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["llm", *arguments])


def test_a_try_shows_text_answer_changes_verdict_and_cost(script: Script, read: UUID) -> None:
    script.behave = lambda handler: handler.say("The quick brown fox costs 12 EUR")
    found = octavo("try", f"{read}:1", "--prompt")
    assert found.exit_code == 0
    for told in ("--- prompt", "brovvn fox costs", "brown fox costs", "replace\t'brovvn'\t'brown'"):
        assert told in found.stdout
    assert found.stdout.endswith("--- verdict\naccepted\n")
    assert found.stderr == "1 sent, 100 + 20 tokens, 0.000140 USD\n"
    assert octavo("usage").stdout == "scripted\tm\t1\t100\t20\t0.000140\n"


def test_a_try_that_fails_says_why(script: Script, read: UUID) -> None:
    script.behave = lambda handler: handler.send(401, b"{}")
    found = octavo("try", str(read))
    assert "skipped: provider_refused" in found.stdout
    assert found.exit_code == 1
    assert "No answer came: provider_refused." in found.stderr


def test_what_cannot_be_tried_is_told(script: Script, way: Any, read: UUID) -> None:
    del script
    assert "no document" in octavo("try", str(uuid4())).stderr
    assert "has no text" in octavo("try", f"{read}:9").stderr
    assert "no provider is named" in octavo("try", str(read), "--provider", "x").stderr
    assert octavo("try", "x:y").exit_code == 2
    assert "like 2026-11" in octavo("usage", "--month", "2026-13").stderr


def test_the_file_is_checked_and_its_keys_are_not_told(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = octavo("check")
    assert found.stdout == (f"scripted\tcleanup\tm\t{script.url}\t1/2 USD a million tokens\tkey\n")
    monkeypatch.delenv("SCRIPTED_KEY")
    assert "$SCRIPTED_KEY is not set" in octavo("check").stderr


def test_without_a_file_it_says_what_to_do(environment: dict[str, str]) -> None:
    del environment
    assert "OCTAVO_LLM_FILE" in octavo("check").stderr
    assert octavo("usage").stderr.endswith(
        "0 calls, 0.000000 USD spent, 0.000000 held, budget not known: OCTAVO_LLM_FILE is not set"
        " here\n"
    )

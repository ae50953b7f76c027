"""The file of providers that operators copy can be used as it is."""

from __future__ import annotations

from pathlib import Path

from llm.config import models
from octavo.settings import Settings
from pipelines.cleanup.values import Mode

EXAMPLE = Path(__file__).parents[3] / "deploy/llm/example.toml"


def test_it_is_valid_and_holds_a_provider_for_each_mode() -> None:
    known = models(Settings(llm_file=EXAMPLE))
    assert known is not None
    assert known.of_mode(Mode.CLEANUP)
    assert known.of_mode(Mode.VISION)
    assert known.budgets.of_document()


def test_an_empty_name_is_none() -> None:
    assert Settings(llm_file="").llm_file is None

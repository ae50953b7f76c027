"""Engines by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.engines import registry
from pipelines.errors import PipelineError, Reason


@pytest.fixture
def presence(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    present = {"null"}
    monkeypatch.setattr(registry, "_present", present.__contains__)
    yield present


def test_auto_takes_the_first_that_is_present(presence: set[str]) -> None:
    presence.update({"pypdfium2", "pytesseract"})
    assert registry.rasterizer().name == "pypdfium2"
    assert registry.recognizer().name == "pytesseract"


def test_a_page_that_may_kill_its_engine_gets_one_that_is_a_program(presence: set[str]) -> None:
    presence.update({"tesserocr", "pytesseract"})
    assert registry.recognizer().in_process
    assert not registry.recognizer(in_process=False).in_process
    assert registry.recognizer("tesserocr", in_process=False).in_process
    presence.remove("pytesseract")
    assert registry.recognizer(in_process=False).name == "tesserocr"


def test_auto_never_takes_null(presence: set[str]) -> None:
    for choose in (registry.rasterizer, registry.recognizer):
        with pytest.raises(PipelineError) as caught:
            choose()
        assert caught.value.reason is Reason.ENGINE_MISSING


@pytest.mark.parametrize("name", ["pdf2image", "pypdfium2"])
def test_an_absent_engine_says_how_to_get_it(name: str, presence: set[str]) -> None:
    with pytest.raises(PipelineError, match=name) as caught:
        registry.rasterizer(name)
    assert "nstall" in caught.value.advice


def test_an_unknown_engine_names_the_known(presence: set[str]) -> None:
    with pytest.raises(PipelineError) as caught:
        registry.recognizer("abbyy")
    assert "tesserocr" in caught.value.advice


def test_what_is_available_has_versions(presence: set[str]) -> None:
    presence.add("pypdfium2")
    found = registry.available()
    assert set(found["rasterizers"]) == {"pypdfium2", "null"}
    assert all(found["rasterizers"].values())

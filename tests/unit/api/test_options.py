"""Options between the client, the database and the workers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from api import options
from api.problems import EngineMissing, LanguageDamaged, LanguageMissing
from octavo.settings import Settings
from pipelines.engines import registry
from pipelines.values import AUTO_LANGUAGES, Options, TextLayer

SETTINGS = Settings(default_languages="eng")


def test_what_is_not_asked_for_comes_from_the_settings() -> None:
    chosen = Settings(rasterizer="pypdfium2", recognizer="pytesseract")
    assert options.checked({}, chosen) == Options(
        languages=AUTO_LANGUAGES, rasterizer="pypdfium2", recognizer="pytesseract"
    )
    assert options.checked({}, SETTINGS).languages == ("eng",)
    assert options.checked({"pages": " ", "engine": "auto"}, SETTINGS).pages is None


def test_workers_read_back_what_is_stored() -> None:
    asked = {"languages": ["eng"], "pages": "2-", "text_layer": "force", "engine": "tesserocr"}
    checked = options.checked(asked, SETTINGS)
    assert checked.text_layer is TextLayer.FORCE
    kept = json.loads(json.dumps(options.stored(checked)))
    assert TypeAdapter(Options).validate_python(kept) == checked


@pytest.mark.parametrize("code", ["xyz", "osd", "auto+eng", "eng;id", "../x", "", "eng+"])
def test_a_language_that_is_none_names_those_that_are(code: str) -> None:
    with pytest.raises(LanguageMissing) as caught:
        options.checked({"languages": [code]}, SETTINGS)
    assert "eng" in caught.value.more["installed"]


def test_languages_joined_by_commas_are_told_how_they_are_joined() -> None:
    with pytest.raises(LanguageMissing) as caught:
        options.checked({"languages": ["eng,deu"]}, SETTINGS)
    assert caught.value.said_advice == "Join languages by +, as in eng+deu."


def test_a_language_that_is_damaged_says_so(tmp_path: Path) -> None:
    (tmp_path / "rus.traineddata").write_bytes(b"damaged")
    chosen = Settings(tessdata=tmp_path)
    with pytest.raises(LanguageDamaged, match="rus is damaged") as caught:
        options.checked({"languages": ["eng+rus"]}, chosen)
    assert "rus.traineddata" in caught.value.said_advice
    assert "rus" not in caught.value.more["installed"]
    assert str(tmp_path) not in f"{caught.value.detail} {caught.value.said_advice}"
    with pytest.raises(LanguageMissing, match="rus is damaged") as both:
        options.checked({"languages": ["xyz+rus"]}, chosen)
    assert "rus.traineddata" in both.value.said_advice
    assert "tesseract-ocr" in both.value.said_advice


def test_another_engine_that_reads_a_damaged_language_is_named(tmp_path: Path) -> None:
    if not registry.stronger(registry.recognizer("tesserocr"), ("spa",)):
        pytest.skip(registry.ADVICE["rapidocr"])
    (tmp_path / "spa.traineddata").write_bytes(b"damaged")
    chosen = Settings(tessdata=tmp_path)
    with pytest.raises(LanguageDamaged) as caught:
        options.checked({"languages": ["spa"]}, chosen)
    assert {"rapidocr,", "spa.traineddata"} <= set(caught.value.said_advice.split())
    asked = {"languages": ["spa"], "engine": "rapidocr"}
    assert options.checked(asked, chosen).languages == ("spa",)


def test_an_engine_that_reads_nothing_is_not_offered() -> None:
    with pytest.raises(EngineMissing) as caught:
        options.checked({"engine": "null"}, SETTINGS)
    assert "tesserocr" in caught.value.more["available"]
    assert not {"null", "chaotic"} & set(caught.value.more["available"])


def test_an_engine_that_reads_nothing_may_be_allowed() -> None:
    allowed = Settings(test_engines=True)
    assert options.checked({"engine": "null"}, allowed).recognizer == "null"
    assert options.checked({"engine": "auto"}, allowed).recognizer == "auto"
    with pytest.raises(EngineMissing) as caught:
        options.checked({"engine": "magic"}, allowed)
    assert "null" in caught.value.more["available"]


@pytest.mark.parametrize("field", ["RECOGNIZER", "RASTERIZER"])
def test_settings_do_not_choose_it_by_oversight(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"OCTAVO_{field}", "null")
    with pytest.raises(ValueError, match="OCTAVO_TEST_ENGINES"):
        Settings()
    assert Settings(test_engines=True)

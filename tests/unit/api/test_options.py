"""Options between the client, the database and the workers."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter

from api import options
from api.problems import EngineMissing, LanguageMissing
from octavo.settings import Settings
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

"""Which models stay in memory from page to page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.engines import memory, rapid, registry, tessdata
from pipelines.engines.protocols import Recognizer
from pipelines.values import Raster

api = pytest.importorskip("pipelines.engines.tesseract_api", reason="tesserocr is missing")

BLANK = Raster(200, 200, 300.0, b"\xff" * 40_000)
LANGUAGES = ("aaa", "bbb", "ccc")
ENOUGH = 1 << 60  # bytes


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages that are loaded, in their order."""
    found: list[str] = []
    load = api._loaded

    def noted(home: Path, lang: str, psm: int, oem: int) -> object:
        found.append(lang)
        return load(home, lang, psm, oem)

    monkeypatch.setattr(api, "_loaded", noted)
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Recognizer:
    """Tesseract with three languages, which are all English."""
    english = tessdata.installed()["eng"]
    for code in LANGUAGES:
        shutil.copy(english, tmp_path / f"{code}.traineddata")
    made: Recognizer = api.TesseractApi(tmp_path)
    return made


def _read(engine: Recognizer, *languages: str) -> None:
    for language in languages:
        engine.recognize(BLANK, (language,), seconds=60)


def test_they_are_kept_while_there_is_room(
    engine: Recognizer, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST", ENOUGH)
    _read(engine, *LANGUAGES, *LANGUAGES)
    assert loaded == list(LANGUAGES)


def test_without_room_the_one_in_use_is_kept_alone(
    engine: Recognizer, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST", 0)
    _read(engine, "aaa", "aaa", "bbb", "aaa")
    assert loaded == ["aaa", "bbb", "aaa"]


def test_the_one_that_is_worth_least_goes_when_room_is_short(
    engine: Recognizer, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST", ENOUGH)
    sizes = {"aaa": 9, "bbb": 42, "ccc": 9}
    taken = 0

    def grown(*given: object) -> object:
        nonlocal taken
        taken += sizes[str(given[1])] * 2**20
        return load(*given)

    load = api._loaded
    monkeypatch.setattr(api, "_loaded", grown)
    monkeypatch.setattr(memory, "resident", lambda: taken)
    _read(engine, "aaa", "bbb", "aaa")
    told = iter([ENOUGH, ENOUGH + 1])  # once it is loaded, until something has gone
    monkeypatch.setattr(memory, "make_room", lambda *_, **__: next(told, 0) != ENOUGH + 1)
    _read(engine, "ccc", "aaa", "ccc")
    assert loaded == ["aaa", "bbb", "ccc"]
    monkeypatch.setattr(memory, "make_room", lambda *_, **__: True)
    _read(engine, "bbb")
    assert loaded == ["aaa", "bbb", "ccc", "bbb"]


def test_where_another_engine_needs_room_it_gets_as_much_as_it_needs(
    engine: Recognizer, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST", ENOUGH)
    _read(engine, "aaa", "bbb")
    other = api.TesseractApi()
    assert memory.make_room(0, beside=other)
    _read(engine, "aaa", "bbb")
    assert loaded == ["aaa", "bbb"]
    assert not memory.make_room(ENOUGH, beside=other)
    _read(engine, "aaa", "bbb")
    assert loaded == ["aaa", "bbb", "aaa", "bbb"]


def test_models_of_pp_ocr_go_when_room_is_needed(
    engine: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rapid.models()
    if found is None:
        pytest.skip(registry.ADVICE["rapidocr"])
    reader = pytest.importorskip("pipelines.engines.rapid_page")
    loads: list[Path] = []
    load = reader.PageReader

    def noted(*files: Path) -> object:
        loads.extend(files)
        return load(*files)

    monkeypatch.setattr(reader, "PageReader", noted)
    beside = rapid.RapidOcr(found)
    monkeypatch.setattr(memory, "MOST", ENOUGH)
    beside.recognize(BLANK, ("eng",), seconds=60)
    _read(engine, "aaa")
    beside.recognize(BLANK, ("eng",), seconds=60)
    assert len(loads) == 2
    monkeypatch.setattr(memory, "MOST", 0)
    _read(engine, "bbb")
    beside.recognize(BLANK, ("eng",), seconds=60)
    assert len(loads) == 4


def test_a_look_at_the_orientation_makes_room_first(
    engine: Recognizer, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST", ENOUGH)
    _read(engine, "aaa", "bbb")
    monkeypatch.setattr(memory, "MOST", 0)
    engine.stance(BLANK, seconds=60)
    monkeypatch.setattr(memory, "MOST", ENOUGH)
    _read(engine, "bbb", "aaa")
    assert loaded == ["aaa", "bbb", "osd", "aaa"]

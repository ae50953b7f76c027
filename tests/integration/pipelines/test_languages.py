"""Pages whose language nobody says, read by real engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.samples import make_scan
from pipelines import local
from pipelines.engines import registry, tessdata
from pipelines.errors import PageFailed, Reason
from pipelines.inspect import inspect
from pipelines.recognize import recognize
from pipelines.render import render
from pipelines.values import AUTO_LANGUAGES, Limits, Options
from tests.support.pdfs import one_page

from .conftest import MakePdf

AUTO = Options(languages=AUTO_LANGUAGES)
LIMITS = Limits()


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spanish") / "hoja.png"
    make_scan(path, 1, language="spa")
    return path


def test_a_spanish_page_is_read_as_one_or_says_what_is_missing(spanish: Path) -> None:
    (result,) = local.run(spanish, AUTO)
    assert result.recognition is not None
    if "spa" in tessdata.installed():
        assert result.recognition.languages == ("spa",)
        assert {"desconfiar", "qué"} <= set(result.text.split())
    else:
        assert "language_missing:spa" in result.recognition.flags
        assert result.recognition.languages == ("eng",)


@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract", "apart"])
@pytest.mark.parametrize("damage", [b"", b"no data" * 99])
def test_a_page_in_a_language_whose_data_is_damaged_says_so(
    engine: str, damage: bytes, spanish: Path, tmp_path: Path
) -> None:
    (tmp_path / "spa.traineddata").write_bytes(damage)
    apart = engine == "apart"
    name = "tesserocr" if apart else engine
    if name not in registry.available()["recognizers"]:
        pytest.skip(registry.ADVICE[name])
    raster = render(spanish, inspect(spanish, AUTO, LIMITS).pages[0], LIMITS)
    for asked in (AUTO_LANGUAGES, ("eng", "spa")):
        options = Options(languages=asked, recognizer=name)
        read = recognize(raster, options, LIMITS, tessdata=tmp_path, in_process=not apart)
        assert (read.languages, read.flags) == (("eng",), ("language_damaged:spa",))
        assert read.words
    with pytest.raises(PageFailed) as caught:
        options = Options(languages=("spa",), recognizer=name)
        recognize(raster, options, LIMITS, tessdata=tmp_path, in_process=not apart)
    assert caught.value.reason is Reason.LANGUAGE_DAMAGED


def test_damage_that_shows_in_a_child_of_ones_own_is_said_by_it(
    spanish: Path, tmp_path: Path
) -> None:
    whole = bytearray(tessdata.installed()["eng"].read_bytes())
    whole[1000:301_000] = bytes(300_000)
    (tmp_path / "spa.traineddata").write_bytes(whole)
    raster = render(spanish, inspect(spanish, AUTO, LIMITS).pages[0], LIMITS)
    for asked in (AUTO_LANGUAGES, ("eng", "spa")):
        options = Options(languages=asked, recognizer="tesserocr")
        read = recognize(raster, options, LIMITS, tessdata=tmp_path, in_process=False)
        assert (read.languages, read.flags) == (("eng",), ("language_damaged:spa",))


def test_the_languages_of_the_page_before_change_nothing_for_the_text(
    sheet: tuple[Path, str],
) -> None:
    raster = render(sheet[0], inspect(sheet[0], AUTO, LIMITS).pages[0], LIMITS)
    plain = recognize(raster, AUTO, LIMITS)
    assert plain.languages == ("eng",)
    for other in sorted({"spa", "deu"} & set(tessdata.installed())):
        assert recognize(raster, AUTO, LIMITS, likely=(other,)).text == plain.text


def test_a_child_of_ones_own_tells_too(spanish: Path) -> None:
    raster = render(spanish, inspect(spanish, AUTO, LIMITS).pages[0], LIMITS)
    options = Options(languages=AUTO_LANGUAGES, recognizer="tesserocr")
    assert recognize(raster, options, LIMITS, in_process=False) == recognize(
        raster, options, LIMITS
    )


def test_a_text_layer_tells_its_language_or_none(make_pdf: MakePdf) -> None:
    line = b"BT /F 12 Tf 72 700 Td (%s) Tj ET"
    english = b"The reader sees only the pages in their order and need not know how they lay"
    for text, languages in ((english, ("eng",)), (b"17 8 1931", ())):
        (result,) = local.run(make_pdf(one_page(line % text)), AUTO)
        assert result.recognition is not None
        assert result.recognition.languages == languages

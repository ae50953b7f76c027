"""One conformance suite over every recognizer."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from pipelines import orient
from pipelines.engines import rapid, registry, tessdata
from pipelines.engines.protocols import Recognizer, Rereader
from pipelines.errors import LanguageDamaged, PageFailed, PipelineError, Reason
from pipelines.inspect import inspect
from pipelines.render import render
from pipelines.values import (
    Box,
    Corners,
    Limits,
    Options,
    Raster,
    Recognition,
    Stance,
    Word,
)

ENGLISH = ("eng",)


def _present(name: str) -> Recognizer:
    try:
        return registry.recognizer(name)
    except PipelineError as error:
        pytest.skip(f"{error.message} {error.advice}")


REAL = [name for name in registry.RECOGNIZERS if name not in registry.TEST_ENGINES]


# `chaotic` breaks these promises on purpose.
@pytest.fixture(scope="session", params=[*REAL, registry.NULL])
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    return _present(request.param)


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest) -> Recognizer:
    """One that reads pages rather than their numbers."""
    return _present(request.param)


@pytest.fixture(scope="session")
def raster(sheet: tuple[Path, str]) -> Raster:
    limits = Limits()
    return render(sheet[0], inspect(sheet[0], Options(), limits).pages[0], limits)


@pytest.fixture(scope="session")
def read(recognizer: Recognizer, raster: Raster) -> Recognition:
    """The sheet as each engine reads it, once."""
    return recognizer.recognize(raster, ENGLISH, seconds=60)


def test_it_names_itself(recognizer: Recognizer, read: Recognition) -> None:
    assert registry.recognizer(recognizer.name) is recognizer
    assert recognizer.version[0].isdigit()
    assert read.engine.split()[0] == recognizer.name
    assert read.languages == ENGLISH


def _cut_off(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _no_model(whole: bytes) -> bytes:
    """Noise where the model lies, of which the head tells nothing."""
    noise = random.Random(8).randbytes(300_000)
    return whole[:1000] + noise + whole[301_000:]


@pytest.mark.parametrize("damage", [_cut_off, _no_model, lambda _: b"", lambda _: b"no data" * 99])
@pytest.mark.parametrize("languages", [("ita",), ("eng", "ita"), ("ita", "eng")], ids="+".join)
@pytest.mark.parametrize("name", sorted(registry.TESSERACT))
def test_damaged_language_data_is_told(
    name: str,
    languages: tuple[str, ...],
    damage: Callable[[bytes], bytes],
    raster: Raster,
    tmp_path: Path,
) -> None:
    _present(name)
    strip = replace(raster, height=200, pixels=raster.pixels[: raster.width * 200])
    path = tmp_path / "ita.traineddata"
    whole = tessdata.installed()["eng"].read_bytes()
    path.write_bytes(damage(whole))
    engine = registry.recognizer(name, tmp_path)
    with pytest.raises(LanguageDamaged, match="ita") as caught:
        engine.recognize(strip, languages, seconds=60)
    assert (caught.value.codes, caught.value.reason) == (("ita",), Reason.LANGUAGE_DAMAGED)
    if damage is not _no_model:
        assert "ita" not in engine.languages()
    path.write_bytes(whole)  # the operator replaces it, and nothing is started anew
    assert "ita" in engine.languages()
    assert engine.recognize(strip, languages, seconds=60).languages == languages


@pytest.mark.parametrize("name", sorted(registry.TESSERACT))
def test_data_that_is_replaced_while_it_is_used_is_seen(
    name: str, raster: Raster, tmp_path: Path
) -> None:
    _present(name)
    strip = replace(raster, height=200, pixels=raster.pixels[: raster.width * 200])
    path, whole = tmp_path / "ita.traineddata", tessdata.installed()["eng"].read_bytes()
    path.write_bytes(whole)
    engine = registry.recognizer(name, tmp_path)
    assert engine.recognize(strip, ("ita",), seconds=60).languages == ("ita",)
    path.write_bytes(_no_model(whole))
    with pytest.raises(LanguageDamaged):
        engine.recognize(strip, ("ita",), seconds=60)


@pytest.mark.parametrize("name", sorted(registry.TESSERACT))
def test_damaged_data_of_orientation_costs_no_page(
    name: str, raster: Raster, tmp_path: Path
) -> None:
    _present(name)
    (tmp_path / "osd.traineddata").write_bytes(b"damaged")
    lying = orient.turned(raster, 90)
    assert registry.recognizer(name, tmp_path).stance(lying, seconds=60) == Stance(270, "Latin")


def test_words_lie_on_the_page_in_lines(read: Recognition, raster: Raster) -> None:
    assert (read.width, read.height, read.dpi) == (raster.width, raster.height, raster.dpi)
    assert read.confidence is not None
    assert 0.0 <= read.confidence <= 1.0
    assert [word.line for word in read.words] == sorted(word.line for word in read.words)
    for word in read.words:
        assert word.text
        assert not any(character.isspace() for character in word.text)
        assert 0.0 <= word.confidence <= 1.0
        assert 0 <= word.box.left <= word.box.right <= raster.width
        assert 0 <= word.box.top <= word.box.bottom <= raster.height


def test_the_text_is_its_words_in_lines_and_paragraphs(read: Recognition) -> None:
    lines = [line for line in read.text.split("\n") if line]
    assert [line.split() for line in lines] == [
        [word.text for word in read.words if word.line == number] for number in range(len(lines))
    ]
    assert "\n\n" in read.text
    assert "\n\n\n" not in read.text
    assert read.text == read.text.strip()
    assert all(character == "\n" or character.isprintable() for character in read.text)


def test_reading_twice_gives_the_same(
    recognizer: Recognizer, raster: Raster, read: Recognition
) -> None:
    assert recognizer.recognize(raster, ENGLISH, seconds=60) == read


def test_english_is_there_by_pip_alone(recognizer: Recognizer) -> None:
    assert "eng" in recognizer.languages()


def test_threads_are_limited(recognizer: Recognizer) -> None:
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


@pytest.mark.parametrize("recognizer", REAL, indirect=True)
def test_a_sample_is_read_well(read: Recognition, sheet: tuple[Path, str]) -> None:
    true, found = sheet[1].split(), set(read.text.split())
    assert sum(word in found for word in true) >= 0.97 * len(true)
    assert (read.confidence or 0) > 0.85


def test_a_blank_page_has_no_text(real: Recognizer) -> None:
    read = real.recognize(Raster(400, 300, 150.0, b"\xff" * 120_000), ENGLISH, seconds=60)
    assert (read.text, read.words, read.confidence) == ("", (), None)


@pytest.mark.parametrize("code", ["zzz", "../eng", "eng;id"])
def test_a_missing_language_names_what_is_there(
    code: str, real: Recognizer, raster: Raster
) -> None:
    with pytest.raises(PipelineError, match="eng") as caught:
        real.recognize(raster, (code,), seconds=60)
    assert caught.value.reason is Reason.LANGUAGE_MISSING


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_its_stance_says_what_sets_a_page_upright(
    angle: int, real: Recognizer, raster: Raster
) -> None:
    half = replace(
        raster,
        height=raster.height // 2,
        pixels=raster.pixels[: raster.width * (raster.height // 2)],
    )
    lying = orient.turned(half, 360 - angle)
    script = "" if real.name == "rapidocr" else "Latin"  # which tells none
    assert real.stance(lying, seconds=60) == Stance(angle, script)


def test_it_is_less_sure_of_a_page_that_lies_upside_down(real: Recognizer, raster: Raster) -> None:
    upright = real.recognize(raster, ENGLISH, seconds=60)
    over = real.recognize(orient.turned(raster, 180), ENGLISH, seconds=60)
    assert over.confidence is not None
    assert upright.confidence is not None
    assert over.confidence < real.upright <= upright.confidence


def test_a_blank_page_has_no_stance(real: Recognizer) -> None:
    blank = Raster(400, 300, 150.0, b"\xff" * 120_000)
    assert real.stance(blank, seconds=60) in (None, Stance(0, ""))


def test_time_is_bounded(real: Recognizer) -> None:
    noise = os.urandom(3000 * 3000)
    with pytest.raises(PageFailed) as caught:
        real.recognize(Raster(3000, 3000, 300.0, noise), ENGLISH, seconds=0.2)
    assert caught.value.reason is Reason.TIMEOUT


@pytest.fixture
def rereader() -> Rereader:
    found = registry.stronger(_present("tesserocr"), ENGLISH)
    if found is None:
        pytest.skip(registry.ADVICE["rapidocr"])
    return found


def _around(word: Word) -> Corners:
    left, top, right, bottom = word.box.left, word.box.top, word.box.right, word.box.bottom
    return (
        (left - 4, top - 4),
        (right + 4, top - 4),
        (right + 4, bottom + 4),
        (left - 4, bottom + 4),
    )


def test_spots_are_read_where_they_are(rereader: Rereader, raster: Raster) -> None:
    long = [
        word for word in rereader.recognize(raster, ENGLISH, seconds=60).words if len(word.text) > 6
    ]
    shown = long[:5]
    read = rereader.reread(raster, [_around(word) for word in shown], ENGLISH, seconds=60)
    assert {word.text for word in read.words} == {word.text for word in shown}
    for word in read.words:
        (true,) = (each.box for each in shown if each.text == word.text)
        assert abs(word.box.left - true.left) < 10
        assert abs(word.box.top - true.top) < 10


@pytest.mark.parametrize(
    "spot",
    [
        ((-50.0, -50.0), (-10.0, -50.0), (-10.0, -10.0), (-50.0, -10.0)),
        ((1e6, 1e6), (1e6 + 9, 1e6), (1e6 + 9, 1e6 + 9), (1e6, 1e6 + 9)),
        ((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)),
        ((90.0, 9.0), (9.0, 9.0), (9.0, 1.0), (90.0, 1.0)),
    ],
    ids=["beside the page", "far off", "a point", "turned over"],
)
def test_odd_spots_cost_nothing(rereader: Rereader, raster: Raster, spot: Corners) -> None:
    read = rereader.reread(raster, [spot], ENGLISH, seconds=60)
    assert (read.width, read.height) == (raster.width, raster.height)
    for word in read.words:
        assert 0 <= word.box.left <= word.box.right <= raster.width


def test_the_caller_goes_on_to_count_small_numbers(rereader: Rereader, raster: Raster) -> None:
    rereader.reread(raster, [((0, 0), (90, 0), (90, 40), (0, 40))], ENGLISH, seconds=60)
    assert sys.float_info.min / 2 > 0.0


def test_without_spots_nothing_is_read(rereader: Rereader, raster: Raster) -> None:
    read = rereader.reread(raster, [], ENGLISH, seconds=60)
    assert (read.text, read.words) == ("", ())


def test_a_narrow_spot_is_not_read_sideways(rereader: Rereader) -> None:
    image = Image.new("L", (200, 80), 255)
    ImageDraw.Draw(image).text((90, 16), ")", fill=0, font=ImageFont.load_default(40))
    left, top, right, bottom = ImageOps.invert(image).getbbox() or (0, 0, 0, 0)
    word = Word(")", Box(left, top, right, bottom), 0.5, 0)
    raster = Raster(200, 80, 150.0, image.tobytes())
    read = rereader.reread(raster, [_around(word)], ENGLISH, seconds=60)
    assert [each.text for each in read.words] == [")"]


def test_the_time_for_spots_is_bounded(rereader: Rereader, raster: Raster) -> None:
    spot = ((0.0, 0.0), (900.0, 0.0), (900.0, 40.0), (0.0, 40.0))
    with pytest.raises(PageFailed) as caught:
        rereader.reread(raster, [spot] * 1000, ENGLISH, seconds=0.2)
    assert caught.value.reason is Reason.TIMEOUT


def test_both_ways_to_tesseract_read_the_same(raster: Raster) -> None:
    present = registry.available()["recognizers"]
    if not {"tesserocr", "pytesseract"} <= set(present):
        pytest.skip(f"both are needed: {registry.ADVICE['pytesseract']}")
    ours, theirs = (
        registry.recognizer(name).recognize(raster, ENGLISH, seconds=60)
        for name in ("tesserocr", "pytesseract")
    )
    same = set(ours.text.split()) & set(theirs.text.split())
    assert len(same) > 0.95 * len(set(ours.text.split()))


def test_a_damaged_model_is_said_and_costs_the_page(tmp_path: Path, raster: Raster) -> None:
    for name in (rapid.DETECTOR, rapid.READER):
        (tmp_path / name).write_bytes(b"not a network")
    if rapid.models() is None:
        pytest.skip(registry.ADVICE["rapidocr"])
    with pytest.raises(PageFailed, match=r"cannot be loaded") as caught:
        rapid.RapidOcr(tmp_path).recognize(raster, ENGLISH, seconds=60)
    assert caught.value.reason is Reason.ENGINE_FAILED


def test_lines_have_few_widths_and_keep_their_own_but_for_a_trifle() -> None:
    lines = pytest.importorskip("pipelines.engines.rapid_read", reason="rapidocr is missing")
    planned = {wide: lines.planned(wide) for wide in range(1, 2 * lines.MOST_WIDTH)}
    usual = {
        wide: to for wide, to in planned.items() if lines.LEAST_WIDTH <= wide <= lines.MOST_WIDTH
    }
    assert all(abs(to - wide) <= max(lines.COLUMN / 2, wide / 60) for wide, to in usual.items())
    assert {to % lines.COLUMN for to in planned.values()} == {0}
    assert max(planned.values()) == lines.MOST_WIDTH
    assert len(set(planned.values())) < 200

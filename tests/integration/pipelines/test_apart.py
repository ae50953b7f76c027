"""Reading in a child of one's own, for a page that may kill its engine."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines import orient
from pipelines.engines import registry, tessdata
from pipelines.errors import PageFailed, PipelineError, Reason
from pipelines.inspect import inspect
from pipelines.recognize import recognize
from pipelines.render import render
from pipelines.values import Limits, Options, Raster

OPTIONS = Options(recognizer="tesserocr")
LIMITS = Limits()


@pytest.fixture(scope="module")
def raster(sheet: tuple[Path, str]) -> Raster:
    return render(sheet[0], inspect(sheet[0], OPTIONS, LIMITS).pages[0], LIMITS)


@pytest.fixture(scope="module")
def noise() -> Raster:
    """A page that takes seconds and much memory."""
    return Raster(3000, 3000, 300.0, os.urandom(3000 * 3000))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has tesserocr and no tesseract command."""
    monkeypatch.setattr(registry, "_present", {"tesserocr"}.__contains__)


@pytest.mark.usefixtures("alone")
def test_without_a_program_the_engine_reads_in_a_child_and_reads_the_same(raster: Raster) -> None:
    apart = recognize(raster, Options(), LIMITS, in_process=False)
    assert apart == recognize(raster, Options(), LIMITS)
    assert apart.engine.startswith("tesserocr")


def test_models_of_a_wheel_are_read_in_the_child_too(raster: Raster) -> None:
    if "rapidocr" not in registry.available()["recognizers"]:
        pytest.skip(registry.ADVICE["rapidocr"])
    apart = recognize(raster, Options(recognizer="rapidocr"), LIMITS, in_process=False)
    assert (apart.engine.split()[0], len(apart.words) > 100) == ("rapidocr", True)


def test_the_child_turns_pages_upright_too(raster: Raster) -> None:
    read = recognize(orient.turned(raster, 180), OPTIONS, LIMITS, in_process=False)
    assert read.turn == 180


def test_the_child_reads_languages_of_ones_own(raster: Raster, tmp_path: Path) -> None:
    shutil.copy(tessdata.installed()["eng"], tmp_path / "own.traineddata")
    options = replace(OPTIONS, languages=("own", "eng"))  # of two directories, so linked into one
    read = recognize(raster, options, LIMITS, tessdata=tmp_path, in_process=False)
    assert (read.languages, bool(read.words)) == (("own", "eng"), True)


def test_a_language_that_is_missing_is_said_by_the_caller(raster: Raster) -> None:
    with pytest.raises(PipelineError) as caught:
        recognize(raster, replace(OPTIONS, languages=("zzz",)), LIMITS, in_process=False)
    assert caught.value.reason is Reason.LANGUAGE_MISSING


def test_an_engine_that_dies_costs_its_page_and_no_more(
    raster: Raster, noise: Raster, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PageFailed):  # Tesseract aborts where it finds no memory
        recognize(noise, OPTIONS, replace(LIMITS, memory_bytes=100 * 2**20), in_process=False)
    assert recognize(raster, OPTIONS, LIMITS, in_process=False).words


def test_time_is_bounded_in_the_child(noise: Raster) -> None:
    with pytest.raises(PageFailed) as caught:
        recognize(noise, OPTIONS, replace(LIMITS, recognize_seconds=1), in_process=False)
    assert caught.value.reason is Reason.TIMEOUT


@pytest.mark.parametrize("apart", [False, True])
def test_bullets_are_seen_before_lists_are_put_in_order(apart: bool) -> None:
    image = Image.new("L", (1650, 500), 255)
    draw = ImageDraw.Draw(image)
    lists = ["harbour and market", "museum", "fishing"], ["garden", "cycling", "football field"]
    for left, points in zip((100, 900), lists, strict=True):
        for row, point in enumerate(points):
            top = 80 + 90 * row
            draw.ellipse((left, top + 16, left + 13, top + 29), fill=0)
            draw.text((left + 70, top), point, 0, ImageFont.load_default(36))
    raster = Raster(image.width, image.height, 200.0, image.tobytes())
    read = recognize(raster, Options(languages=("eng",)), LIMITS, in_process=not apart)
    lines = [line for line in read.text.split("\n") if line]
    assert lines == [f"• {point}" for points in lists for point in points]

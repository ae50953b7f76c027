"""Pages that a real engine reads only after something is done to them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from octavo.samples import page_lines, typeset
from pipelines.inspect import inspect
from pipelines.recognize import recognize
from pipelines.render import render
from pipelines.values import Limits, Options, Preparation, Raster, Recognition

# No second engine, which reads some of this without preparation.
ALONE = Limits(escalate_below=0)
UNTOUCHED = Preparation(straighten=False, rescale=False, whiten=False)
WITHOUT = replace(ALONE, preparation=UNTOUCHED)
LINES = page_lines(1, random.Random(3))


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """The upper half of a page at 200 dpi, with a margin."""
    return typeset(LINES).crop((100, 150, 1600, 1200))


def _raster(image: Image.Image) -> Raster:
    return Raster(image.width, image.height, 200.0, image.convert("L").tobytes())


def _read(image: Image.Image, limits: Limits = ALONE) -> Recognition:
    return recognize(_raster(image), Options(), limits)


def _share(read: Recognition, like: Recognition) -> float:
    words = like.text.split()
    found = set(read.text.split())
    return sum(word in found for word in words) / len(words)


@pytest.fixture(scope="module")
def plain(page: Image.Image) -> Recognition:
    return _read(page)


def test_sloping_lines_are_made_level_and_boxes_lie_on_the_page(
    page: Image.Image, plain: Recognition
) -> None:
    sloping = page.rotate(-7, Image.Resampling.BICUBIC, fillcolor=255)
    read = _read(sloping)
    assert _share(read, plain) > 0.9 > _share(_read(sloping, WITHOUT), plain)
    assert (read.width, read.height, read.turn) == (page.width, page.height, 0)
    ink = sloping.point([255 if value < 128 else 0 for value in range(256)])
    for word in read.words:
        box = (word.box.left, word.box.top, word.box.right, word.box.bottom)
        assert ink.crop(box).getbbox() is not None  # there is ink where the word is said to be


def test_tiny_letters_are_enlarged(page: Image.Image, plain: Recognition) -> None:
    tiny = page.resize((page.width * 3 // 10, page.height * 3 // 10), Image.Resampling.LANCZOS)
    read = _read(tiny)
    assert _share(read, plain) > 0.85 > _share(_read(tiny, WITHOUT), plain)
    assert (read.width, read.height) == tiny.size
    assert max(word.box.right for word in read.words) <= tiny.width


def test_huge_letters_are_made_smaller_and_read_the_same(page: Image.Image) -> None:
    part = page.crop((0, 100, 700, 400))
    huge = part.resize((part.width * 3, part.height * 3), Image.Resampling.BICUBIC)
    assert _share(_read(huge), _read(part)) > 0.9


def test_a_wrong_resolution_costs_no_detail(page: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "wrong.png"
    page.save(path, dpi=(1200, 1200))
    raster = render(path, inspect(path, Options(), Limits()).pages[0], Limits())
    assert raster.width > 0.7 * page.width
    clamped = render(path, inspect(path, Options(), WITHOUT).pages[0], WITHOUT)
    assert clamped.width == pytest.approx(page.width / 4, abs=1)


def test_a_page_that_needs_nothing_is_left_alone(page: Image.Image) -> None:
    usual = page.resize((page.width * 3 // 4, page.height * 3 // 4), Image.Resampling.LANCZOS)
    assert _read(usual) == _read(usual, WITHOUT)

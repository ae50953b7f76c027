"""How tall letters are, and how far lines slope."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PIL import Image

from octavo.samples import page_lines, typeset
from pipelines import ink, letters, skew
from pipelines.values import Raster
from pipelines.view import View

# Times at 12 points and 200 dpi: small letters are 0.45 of 33 pixels.
HEIGHT = 15


def _raster(image: Image.Image) -> Raster:
    return Raster(image.width, image.height, 200.0, image.tobytes())


@pytest.fixture(scope="module")
def page() -> Raster:
    sheet = typeset(page_lines(1, random.Random(8)))
    return _raster(sheet.crop((150, 250, 1100, 1000)))


@pytest.mark.parametrize("scale", [0.6, 1.0, 1.7])
def test_the_height_of_small_letters_is_measured(scale: float, page: Raster) -> None:
    found = letters.measured(View(scale=scale).of(page))
    assert found is not None
    assert found.usual >= found.smallest
    assert found.usual == pytest.approx(HEIGHT * scale, rel=0.25)


@pytest.mark.parametrize("gray", [0, 255])
def test_a_page_without_letters_has_no_height(gray: int) -> None:
    blank = Raster(800, 600, 200.0, bytes([gray]) * 480_000)
    assert letters.measured(blank) is None
    assert skew.measured(ink.small(blank)) == 0


@pytest.mark.parametrize("slope", [-7.0, -1.3, 0.0, 0.4, 3.2])
def test_the_slope_of_lines_is_measured(slope: float, page: Raster) -> None:
    image = Image.frombytes("L", (page.width, page.height), page.pixels)
    image = image.rotate(-slope, Image.Resampling.BICUBIC, fillcolor=255)
    sloping = replace(page, pixels=image.tobytes())
    assert skew.measured(ink.small(sloping)) == pytest.approx(slope, abs=0.15)

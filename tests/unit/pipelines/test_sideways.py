"""Pages on their side, told by their ink."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from octavo.samples import page_lines, typeset
from pipelines import ink, orient, sideways
from pipelines.values import Raster


def _raster(image: Image.Image) -> Raster:
    return Raster(image.width, image.height, 200.0, image.tobytes())


@pytest.fixture(scope="module")
def page() -> Raster:
    return _raster(typeset(page_lines(1, random.Random(8))))


@pytest.mark.parametrize("lies", [0, 90, 180, 270])
def test_a_page_is_turned_where_its_lines_run_down_it(lies: int, page: Raster) -> None:
    turn = sideways.turn(ink.small(orient.turned(page, lies)))
    assert turn in ((90, 270) if lies in (90, 270) else (0,))


@pytest.mark.parametrize("gray", [0, 255])
def test_a_page_without_letters_is_left(gray: int) -> None:
    assert sideways.turn(ink.small(Raster(800, 600, 200.0, bytes([gray]) * 480_000))) == 0


def test_rules_between_columns_are_no_lines_of_text(page: Raster) -> None:
    pixels = np.frombuffer(page.pixels, np.uint8).reshape(page.height, page.width).copy()
    for across in range(200, page.width, 200):
        pixels[:, across : across + 6] = 0
    assert sideways.turn(ink.small(replace(page, pixels=pixels.tobytes()))) == 0


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_the_ink_of_a_page_turns_as_the_page_does(angle: int) -> None:
    pixels = np.full((600, 800), 255, np.uint8)
    pixels[120:180, 80:160] = 0
    lying = Raster(800, 600, 200.0, pixels.tobytes())
    dark = ink.small(lying)
    assert dark.any()
    assert np.array_equal(ink.turned(dark, angle), ink.small(orient.turned(lying, angle)))

"""The picture for people keeps the page's shape and its bounds."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from pipelines.preview import LONGEST_SIDE, preview
from pipelines.values import Raster


@pytest.mark.parametrize(
    ("width", "height"), [(2480, 3508), (100, 50), (1601, 1600), (6000, 900), (1, 1)]
)
def test_a_preview_fits_and_keeps_its_shape(width: int, height: int) -> None:
    raster = Raster(width, height, 300.0, bytes([200]) * (width * height))
    seen = Image.open(io.BytesIO(preview(raster)), formats=["JPEG"])
    assert max(seen.size) <= LONGEST_SIDE
    assert seen.mode == "L"
    assert seen.width / seen.height == pytest.approx(width / height, rel=0.01)
    if max(width, height) <= LONGEST_SIDE:
        assert seen.size == (width, height)


def test_what_is_dark_stays_dark() -> None:
    pixels = b"\x00" * (2000 * 1000) + b"\xff" * (2000 * 1000)
    seen = Image.open(io.BytesIO(preview(Raster(2000, 2000, 300.0, pixels))), formats=["JPEG"])
    assert seen.getpixel((seen.width // 2, seen.height // 4)) < 10  # type: ignore[operator]
    assert seen.getpixel((seen.width // 2, 3 * seen.height // 4)) > 245  # type: ignore[operator]

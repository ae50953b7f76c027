"""One conformance suite over every rasterizer."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from pipelines.engines import registry
from pipelines.engines.protocols import Rasterizer
from pipelines.errors import PageFailed, PipelineError, Reason
from pipelines.values import Raster
from tests.support.pdfs import CATALOG, one_page, pdf_bytes, stream

from .conftest import MakePdf

MANY = 40_000_000


def _present(name: str) -> Rasterizer:
    try:
        return registry.rasterizer(name)
    except PipelineError as error:
        pytest.skip(f"{error.message} {error.advice}")


@pytest.fixture(params=registry.RASTERIZERS)
def rasterizer(request: pytest.FixtureRequest) -> Rasterizer:
    return _present(request.param)


def _draw(
    rasterizer: Rasterizer, source: Path, page: int = 1, dpi: float = 72.0, most: int = MANY
) -> Raster:
    return rasterizer.rasterize(source, page, dpi=dpi, max_pixels=most, seconds=30)


def test_a_raster_holds_its_pixels(rasterizer: Rasterizer, scan: tuple[Path, list[str]]) -> None:
    raster = _draw(rasterizer, scan[0], 2, 100.0)
    assert len(raster.pixels) == raster.width * raster.height
    assert raster.dpi == 100.0
    assert min(raster.pixels) < max(raster.pixels)


def test_it_names_itself(rasterizer: Rasterizer) -> None:
    assert registry.rasterizer(rasterizer.name) is rasterizer
    assert rasterizer.version[0].isdigit()


def test_the_same_page_gives_the_same_pixels(
    rasterizer: Rasterizer, scan: tuple[Path, list[str]]
) -> None:
    assert _draw(rasterizer, scan[0]) == _draw(rasterizer, scan[0])
    assert _draw(rasterizer, scan[0], 1).pixels != _draw(rasterizer, scan[0], 2).pixels


def test_more_pixels_than_allowed_are_refused(
    rasterizer: Rasterizer, scan: tuple[Path, list[str]]
) -> None:
    with pytest.raises(PageFailed) as caught:
        _draw(rasterizer, scan[0], most=1000)
    assert caught.value.reason is Reason.PAGE_TOO_LARGE


def test_a_file_that_is_not_there_is_an_error(rasterizer: Rasterizer, tmp_path: Path) -> None:
    with pytest.raises(PipelineError):
        _draw(rasterizer, tmp_path / "absent.pdf")


def _picture(data: bytes, coded: bytes) -> bytes:
    """A page that is one gray image of 80 x 50 pixels."""
    sheet = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>"
    )
    entries = b"/Subtype /Image /Width 80 /Height 50 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return pdf_bytes(
        [
            CATALOG,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            sheet,
            stream(b"200 0 0 100 0 0 cm /I Do"),
            stream(data, b"/Type /XObject %s /Filter %s" % (entries, coded)),
        ]
    )


class TestDrawing:
    """What null does not do."""

    @pytest.fixture(params=[name for name in registry.RASTERIZERS if name != "null"])
    def real(self, request: pytest.FixtureRequest) -> Rasterizer:
        return _present(request.param)

    def test_size_follows_the_resolution(self, real: Rasterizer, make_pdf: MakePdf) -> None:
        source = make_pdf(one_page(b"", b"0 0 200 100"))
        raster = _draw(real, source, dpi=144.0)
        assert (raster.width, raster.height) == (400, 200)
        assert set(raster.pixels) == {255}

    def test_black_is_low_and_the_first_row_is_the_top(
        self, real: Rasterizer, make_pdf: MakePdf
    ) -> None:
        source = make_pdf(one_page(b"0 g 0 50 200 50 re f", b"0 0 200 100"))
        raster = _draw(real, source)
        assert raster.pixels[10 * raster.width + 10] == 0
        assert raster.pixels[90 * raster.width + 10] == 255

    def test_the_pages_own_rotation_is_kept(self, real: Rasterizer, make_pdf: MakePdf) -> None:
        source = make_pdf(one_page(b"", b"0 0 200 100", b"/Rotate 90"))
        raster = _draw(real, source)
        assert (raster.width, raster.height) == (100, 200)

    def test_the_crop_box_is_the_page(self, real: Rasterizer, make_pdf: MakePdf) -> None:
        source = make_pdf(one_page(b"", b"0 0 200 100", b"/CropBox [0 0 50 60]"))
        raster = _draw(real, source)
        assert (raster.width, raster.height) == (50, 60)

    @pytest.mark.parametrize("coded", [b"/JPXDecode", b"/DCTDecode"])
    def test_an_image_that_cannot_be_decoded_is_no_empty_page(
        self, real: Rasterizer, make_pdf: MakePdf, coded: bytes
    ) -> None:
        with pytest.raises(PageFailed) as caught:
            _draw(real, make_pdf(_picture(b"no image", coded)))
        assert caught.value.reason is Reason.RENDER_FAILED

    def test_a_white_image_is_an_empty_page(self, real: Rasterizer, make_pdf: MakePdf) -> None:
        white = zlib.compress(b"\xff" * 4_000)
        assert set(_draw(real, make_pdf(_picture(white, b"/FlateDecode"))).pixels) == {255}

    def test_a_page_beyond_the_last_is_an_error(self, real: Rasterizer, make_pdf: MakePdf) -> None:
        with pytest.raises(PageFailed) as caught:
            _draw(real, make_pdf(one_page(b"")), 5)
        assert caught.value.reason is Reason.RENDER_FAILED

"""Files that are broken or mean harm: each ends in a typed error or a result, none harms us."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines import local
from pipelines.errors import DocumentRejected, PageFailed, Reason
from pipelines.inspect import inspect
from pipelines.outputs.pdf.book import write
from pipelines.recognize import recognize_page
from pipelines.render import render
from pipelines.values import Limits, Options, PageInfo, TextLayer, Verdict
from tests.support.pdfs import CATALOG, FONT, one_page, page, pdf_bytes, stream

from .conftest import MakePdf

LIMITS = Limits(render_seconds=10)
TEXT = b"BT /F 24 Tf 72 700 Td (Hello, this page can be read.) Tj ET"
ENCRYPT = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
    b"41" * 32,
    b"42" * 32,
)


def _chunk(content: bytes) -> bytes:
    """A chunk of a PNG: its length, kind and content, checksum."""
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


WIDEST = b"\x89PNG\r\n\x1a\n%b%b" % (
    _chunk(b"IHDR" + struct.pack(">IIBBBBB", 2**31, 1, 1, 0, 0, 0, 0)),
    _chunk(b"IDAT"),
)


def _rejected(path: Path, options: Options | None = None) -> Reason:
    with pytest.raises(DocumentRejected) as caught:
        inspect(path, options or Options(), LIMITS)
    assert caught.value.message
    assert not caught.value.retryable
    return caught.value.reason


def _pages(kids: bytes, count: bytes = b"1") -> bytes:
    return b"<< /Type /Pages /Kids [%s] /Count %s >>" % (kids, count)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY_FILE),
        (b"<html><body>not a PDF</body></html>", Reason.UNSUPPORTED_MEDIA),
        (b"<!-- -->" + one_page(TEXT), Reason.UNSUPPORTED_MEDIA),
        (b"%PDF-1.7\n" + b"junk " * 100, Reason.INVALID_PDF),
        (one_page(TEXT)[:60], Reason.INVALID_PDF),
        (pdf_bytes([CATALOG, _pages(b"", b"0")]), Reason.NO_PAGES),
        (
            pdf_bytes([CATALOG, _pages(b"3 0 R"), page(), stream(TEXT), FONT], ENCRYPT),
            Reason.ENCRYPTED,
        ),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, Reason.INVALID_IMAGE),
        (WIDEST, Reason.INVALID_IMAGE),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, Reason.INVALID_IMAGE),
        (b"II*\0\xff\xff\xff\xff", Reason.INVALID_IMAGE),
        (b"RIFF\xff\0\0\0WEBPVP8 ", Reason.INVALID_IMAGE),
        (b"SIMPLE  =                    T", Reason.UNSUPPORTED_MEDIA),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", Reason.UNSUPPORTED_MEDIA),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.UNSUPPORTED_MEDIA),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    data: bytes, reason: Reason, make_pdf: MakePdf
) -> None:
    assert _rejected(make_pdf(data)) is reason


def test_too_many_pages_are_refused_before_any_is_drawn(make_pdf: MakePdf) -> None:
    kids = b" ".join(b"3 0 R" for _ in range(20_000))
    source = make_pdf(pdf_bytes([CATALOG, _pages(kids, b"20000"), page(), stream(TEXT), FONT]))
    assert _rejected(source) is Reason.TOO_MANY_PAGES


@pytest.mark.parametrize("count", [b"2147483647", b"-5", b"99999999999999"])
def test_a_page_count_that_lies_ends_in_a_result_or_a_reason(
    count: bytes, make_pdf: MakePdf
) -> None:
    source = make_pdf(pdf_bytes([CATALOG, _pages(b"3 0 R", count), page(), stream(TEXT), FONT]))
    try:
        assert 1 <= inspect(source, Options(), LIMITS).page_count <= LIMITS.max_pages
    except DocumentRejected as error:
        assert error.reason in (Reason.TOO_MANY_PAGES, Reason.INVALID_PDF, Reason.NO_PAGES)


def test_a_page_that_is_only_counted_is_missing(make_pdf: MakePdf) -> None:
    source = make_pdf(pdf_bytes([CATALOG, _pages(b"3 0 R", b"3"), page(), stream(TEXT), FONT]))
    first, *others = local.run(source, Options(), LIMITS)
    assert first.text == "Hello, this page can be read."
    assert len(others) == 2
    for other in others:
        assert other.error is not None and "missing" in other.error.message
        assert other.error.reason is Reason.RENDER_FAILED


def test_a_page_tree_that_loops_ends(make_pdf: MakePdf) -> None:
    source = make_pdf(
        pdf_bytes([CATALOG, _pages(b"2 0 R 3 0 R", b"2"), page(), stream(TEXT), FONT])
    )
    for result in local.run(source, Options(), LIMITS):
        assert result.recognition or result.error


def test_a_page_out_of_range_is_refused(make_pdf: MakePdf) -> None:
    assert _rejected(make_pdf(one_page(TEXT)), Options(pages="2")) is Reason.PAGE_OUT_OF_RANGE


def test_a_truncated_file_is_repaired_where_it_can_be(make_pdf: MakePdf) -> None:
    assert _rejected(make_pdf(one_page(TEXT)[:-200])) is Reason.INVALID_PDF
    source = make_pdf(one_page(TEXT)[:-20])
    (result,) = local.run(source, Options(), LIMITS)
    assert result.text == "Hello, this page can be read."


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        (b"0 0 2000000 2000000", Reason.PAGE_TOO_LARGE),
        (b"0 0 1e38 1e38", None),
        (b"0 0 0 0", None),
        (b"100 100 100 700", None),
        (b"0 0 0.001 0.001", None),
        (b"0 0 nonsense 5", None),
    ],
)
def test_a_strange_page_size_costs_its_page_at_most(
    box: bytes, reason: Reason | None, make_pdf: MakePdf
) -> None:
    source = make_pdf(one_page(TEXT, box))
    (result,) = local.run(source, Options(text_layer=TextLayer.FORCE), LIMITS)
    if reason is not None or result.error is not None:
        assert result.error is not None
        assert result.error.reason in {reason} - {None} or reason is None
    else:
        assert result.recognition is not None


def test_a_giant_page_is_drawn_at_a_lower_resolution(make_pdf: MakePdf) -> None:
    source = make_pdf(one_page(TEXT, b"0 0 14400 14400"))
    info = inspect(source, Options(), LIMITS).pages[0]
    raster = render(source, info, LIMITS)
    assert raster.width * raster.height <= LIMITS.max_page_pixels * 1.01
    assert raster.flags == ("resolution_lowered",)


def test_a_flate_bomb_costs_its_page_and_no_other(make_pdf: MakePdf) -> None:
    bomb = zlib.compress(zlib.compress(b"q " * (1 << 30 >> 1), 9), 9)
    source = make_pdf(
        pdf_bytes(
            [
                CATALOG,
                _pages(b"3 0 R 6 0 R", b"2"),
                page(contents=4),
                stream(bomb, b"/Filter [/FlateDecode /FlateDecode]"),
                FONT,
                page(contents=7),
                stream(TEXT),
            ]
        )
    )
    limits = Limits(render_seconds=4, memory_bytes=1 << 30)
    first, second = local.run(source, Options(), limits)
    if first.error is not None:
        assert first.error.reason in (Reason.RESOURCE_LIMIT, Reason.TIMEOUT, Reason.RENDER_FAILED)
    assert second.text == "Hello, this page can be read."


@pytest.mark.parametrize("mode", [TextLayer.AUTO, TextLayer.SKIP])
def test_a_layer_no_page_can_hold_is_not_taken(mode: TextLayer, make_pdf: MakePdf) -> None:
    words = b"(So many words on this single page. ) Tj\n" * 6_000
    source = make_pdf(one_page(b"BT /F 1 Tf 72 700 Td %s ET" % words))
    (info,) = inspect(source, Options(text_layer=mode), LIMITS).pages
    assert (info.verdict, info.why) == (Verdict.BAD_TEXT, "too_long")
    if mode is TextLayer.SKIP:
        with pytest.raises(PageFailed) as caught:
            recognize_page(source, info, Options(text_layer=mode), LIMITS)
        assert caught.value.reason is Reason.PAGE_TOO_LARGE
        assert "force" in caught.value.advice


def test_a_form_that_draws_itself_ends(make_pdf: MakePdf) -> None:
    source = make_pdf(
        pdf_bytes(
            [
                CATALOG,
                _pages(b"3 0 R"),
                page().replace(b"/Font", b"/XObject << /X 6 0 R >> /Font"),
                stream(b"/X Do"),
                FONT,
                stream(
                    b"/X Do /X Do",
                    b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
                    b" /Resources << /XObject << /X 6 0 R >> >>",
                ),
            ]
        )
    )
    (result,) = local.run(source, Options(), Limits(render_seconds=2))
    assert result.recognition or result.error


def test_scripts_are_not_run(make_pdf: MakePdf) -> None:
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    objects = [CATALOG[:-2] + action, _pages(b"3 0 R"), page(), stream(TEXT), FONT]
    (result,) = local.run(make_pdf(pdf_bytes(objects)), Options(), LIMITS)
    assert result.text == "Hello, this page can be read."


class TestImages:
    """Images that are large, turned or odd."""

    @pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp"])
    def test_a_truncated_image_fails_its_page(self, suffix: str, tmp_path: Path) -> None:
        path = tmp_path / f"cut.{suffix}"
        Image.effect_noise((400, 400), 50).save(path)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        try:
            results = local.run(path, Options(), LIMITS)
        except DocumentRejected as error:
            assert error.reason is Reason.INVALID_IMAGE
        else:
            assert [result.error.reason for result in results if result.error] == [
                Reason.RENDER_FAILED
            ]

    def test_an_image_bomb_is_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.png"
        Image.new("1", (30_000, 30_000)).save(path)
        (result,) = local.run(path, Options(), LIMITS)
        assert isinstance(result.error, PageFailed)
        assert result.error.reason is Reason.PAGE_TOO_LARGE

    @pytest.mark.parametrize("side", [60_000, 2**31 - 1])
    def test_the_header_of_a_png_says_enough_to_refuse_it(self, side: int, tmp_path: Path) -> None:
        path = tmp_path / "header.png"
        head = b"IHDR" + struct.pack(">IIBBBBB", side, 60_000, 1, 0, 0, 0, 0)
        data = zlib.compress(bytes(10_000_000), 9)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(head) + _chunk(b"IDAT" + data))
        (result,) = local.run(path, Options(), LIMITS)
        assert isinstance(result.error, PageFailed)
        assert result.error.reason is Reason.PAGE_TOO_LARGE

    def test_a_large_image_is_scaled_down_first(self, tmp_path: Path) -> None:
        path = tmp_path / "wide.png"
        Image.new("L", (33_000, 3_000), 255).save(path)
        raster = render(path, inspect(path, Options(), LIMITS).pages[0], LIMITS)
        assert raster.width <= 32_000
        assert raster.width * raster.height <= LIMITS.max_page_pixels

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
    def test_every_mode_becomes_gray(self, mode: str, tmp_path: Path) -> None:
        path = tmp_path / "mode.tiff"
        Image.new(mode, (40, 30), None).save(path)
        raster = render(path, inspect(path, Options(), LIMITS).pages[0], LIMITS)
        assert len(raster.pixels) == raster.width * raster.height

    def test_a_transparent_page_is_white(self, tmp_path: Path) -> None:
        path = tmp_path / "clear.png"
        Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(path)
        raster = render(path, inspect(path, Options(), LIMITS).pages[0], LIMITS)
        assert set(raster.pixels) == {255}

    def test_exif_turns_the_page(self, tmp_path: Path) -> None:
        path = tmp_path / "turned.jpg"
        exif = Image.Exif()
        exif[0x0112] = 6
        image = Image.new("L", (300, 200), 255)
        image.paste(0, (0, 0, 150, 200))
        image.save(path, exif=exif, dpi=(200, 200))
        info = inspect(path, Options(), LIMITS).pages[0]
        assert info.width < info.height
        raster = render(path, info, LIMITS)
        assert (raster.width, raster.height) == (200, 300)
        assert raster.pixels[10] < 50
        assert raster.pixels[-10] > 200

    def test_a_fax_whose_lines_lie_apart_has_its_shape(self, tmp_path: Path) -> None:
        path = tmp_path / "fax.tiff"
        Image.new("L", (408, 98), 255).save(path, dpi=(204, 98))
        info = inspect(path, Options(), LIMITS).pages[0]
        assert info.dpi == 204
        assert info.width == pytest.approx(2 * info.height, rel=0.01)
        raster = render(path, info, LIMITS)
        assert (raster.width, raster.height) == (408, 204)
        made = tmp_path / "fax.pdf"
        made.touch()
        write(path, "image/tiff", made, LIMITS)
        (page,) = inspect(made, Options(), LIMITS).pages
        assert (page.width, page.height) == pytest.approx((info.width, info.height), rel=0.01)

    def test_a_resolution_that_nobody_stated_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "camera.jpg"
        exif = Image.Exif()
        exif[0x010F] = "A camera"
        Image.new("L", (300, 200), 255).save(path, exif=exif)
        assert inspect(path, Options(), LIMITS).pages[0].dpi is None

    @pytest.mark.parametrize("level", [np.nan, np.inf, 3e38])
    def test_a_level_that_no_paper_has_hides_no_page(self, tmp_path: Path, level: float) -> None:
        path = tmp_path / "levels.tiff"
        levels = np.full((200, 300), 0.9, np.float32) * 1000
        levels[:, :150] = 100
        levels[7, 7] = level
        Image.fromarray(levels).save(path)
        raster = render(path, inspect(path, Options(), LIMITS).pages[0], LIMITS)
        assert raster.pixels[0] < 50 < 200 < raster.pixels[raster.width - 1]

    def test_every_page_of_a_tiff_is_a_page(self, tmp_path: Path) -> None:
        path = tmp_path / "many.tiff"
        sheets = [Image.new("L", (100, 50 + each), 255) for each in range(3)]
        sheets[0].save(path, save_all=True, append_images=sheets[1:], dpi=(200, 200))
        seen = inspect(path, Options(pages="2-3"), LIMITS)
        assert (seen.media_type, seen.page_count) == ("image/tiff", 3)
        assert [render(path, info, LIMITS).height for info in seen.pages] == [51, 52]
        with pytest.raises(DocumentRejected) as caught:
            inspect(path, Options(), Limits(max_pages=2))
        assert caught.value.reason is Reason.TOO_MANY_PAGES

    def test_a_page_that_is_gone_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "one.png"
        Image.new("L", (100, 50), 255).save(path)
        with pytest.raises(PageFailed) as caught:
            render(path, PageInfo(4, 36.0, 18.0, 200.0), LIMITS)
        assert caught.value.reason is Reason.RENDER_FAILED

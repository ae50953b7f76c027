"""Pages that are one image: their pixels are those that PDFium would draw."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipelines import pdf, pixels, whole
from pipelines.engines.pdfium import Pdfium
from tests.support.pdfs import CATALOG, pdf_bytes, stream

from .conftest import MakePdf

WIDTH, HEIGHT = 120, 90  # pixels of the image, and points of the page
MEDIA = b"/MediaBox [0 0 120 90]"
PLACED = b"q 120 0 0 90 0 0 cm /I Do Q"
GRAY = b"/ColorSpace /DeviceGray /BitsPerComponent 8"
HIDDEN = b"BT 3 Tr /F 12 Tf 10 10 Td (unseen) Tj ET"
SEPARATION = (
    b"/ColorSpace [/Separation /Ink /DeviceGray"
    b" << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>] /BitsPerComponent 8"
)
PALETTE = b"[/Indexed /DeviceRGB 3 <000000 ff2020 80c0ff ffffff>]"


def _scan() -> Image.Image:
    """Shapes whose edges show where each pixel went."""
    image = Image.new("L", (WIDTH, HEIGHT), 230)
    draw = ImageDraw.Draw(image)
    draw.rectangle((5, 5, 50, 30), fill=0)
    draw.ellipse((60, 40, 110, 85), fill=120)
    draw.line((0, HEIGHT - 1, WIDTH - 1, 0), fill=60, width=2)
    return image


SCAN = _scan()
COLOUR = Image.merge("RGB", (SCAN, SCAN.point(lambda level: level // 2), SCAN.rotate(180)))


def _packed(bits: int) -> bytes:
    """The scan in so many bits a pixel, rows padded to bytes."""
    levels = (np.asarray(SCAN) >> (8 - bits)).astype(np.uint8)
    single = np.unpackbits(levels[:, :, None], axis=2)[:, :, 8 - bits :]
    return np.packbits(single.reshape(HEIGHT, -1), axis=1).tobytes()


def _coded(image: Image.Image, kind: str) -> bytes:
    with io.BytesIO() as file:
        image.save(file, kind)
        return file.getvalue()


KINDS = {
    "1 bit": (_packed(1), b"/ColorSpace /DeviceGray /BitsPerComponent 1"),
    "1 bit inverted": (
        _packed(1),
        b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0]",
    ),
    "2 bits": (_packed(2), b"/ColorSpace /DeviceGray /BitsPerComponent 2"),
    "4 bits": (_packed(4), b"/ColorSpace /DeviceGray /BitsPerComponent 4"),
    "gray": (SCAN.tobytes(), GRAY),
    "gray inverted": (SCAN.tobytes(), GRAY + b" /Decode [1 0]"),
    "16 bits": (
        np.repeat(np.asarray(SCAN), 2).tobytes(),
        b"/ColorSpace /DeviceGray /BitsPerComponent 16",
    ),
    "colour": (COLOUR.tobytes(), b"/ColorSpace /DeviceRGB /BitsPerComponent 8"),
    "four inks": (
        COLOUR.convert("CMYK").tobytes(),
        b"/ColorSpace /DeviceCMYK /BitsPerComponent 8",
    ),
    "one ink": (SCAN.tobytes(), SEPARATION),
    "palette": (_packed(2), b"/BitsPerComponent 2 /ColorSpace " + PALETTE),
    "JPEG": (
        _coded(COLOUR, "JPEG"),
        b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
    ),
    "JPEG 2000": (_coded(COLOUR, "JPEG2000"), b"/Filter /JPXDecode"),
    "cut off": (SCAN.tobytes()[:3000], GRAY),
}


def _page(
    data: bytes = SCAN.tobytes(),
    entries: bytes = GRAY,
    contents: bytes = PLACED,
    *,
    page: bytes = b"",
    tree: bytes = b"",
    colours: bytes = b"",
    media: bytes = MEDIA,
    mask: bytes = b"/Width 120 /Height 90 /ColorSpace /DeviceGray /BitsPerComponent 8",
) -> bytes:
    """A page that shows an image, whose dictionary may name object 6, a mask that hides all."""
    resources = (
        b"<< /XObject << /I 5 0 R >> /ExtGState << /Half << /ca 0.5 >>"
        b" /Turned << /TR 8 0 R >> >> /Properties << /L 7 0 R >>"
        b" /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
        + colours
        + b" >>"
    )
    image = b"/Type /XObject /Subtype /Image /Width 120 /Height 90 "
    sheet = b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources " % media
    return pdf_bytes(
        [
            CATALOG,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 %s >>" % tree,
            sheet + resources + page + b" >>",
            stream(contents),
            stream(data, image + entries),
            stream(bytes(WIDTH * HEIGHT), b"/Type /XObject /Subtype /Image " + mask),
            b"<< /Type /OCG /Name (Layer) >>",
            b"<< /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>",
        ]
    )


def _taken(source: Path, most: int = 10**6) -> NDArray[np.uint8] | None:
    with pdf.opened(source) as document, pdf.loaded(document, 1) as sheet:
        bitmap = whole.bitmap_of(source, sheet, 1, most)
        return None if bitmap is None else np.array(pixels.gray(bitmap))


def _drawn(source: Path) -> NDArray[np.uint8]:
    with closing(pypdfium2.PdfDocument(source)) as document:
        return np.asarray(document[0].render(scale=1).to_pil().convert("L"))


@pytest.mark.parametrize("kind", KINDS)
def test_its_pixels_are_those_of_a_drawing(kind: str, make_pdf: MakePdf) -> None:
    source = make_pdf(_page(*KINDS[kind]))
    taken = _taken(source)
    assert taken is not None
    assert np.ptp(taken) > 50
    assert np.array_equal(taken, _drawn(source))


def test_colours_are_made_gray_band_by_band(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "BAND", 7 * WIDTH)
    source = make_pdf(_page(*KINDS["colour"]))
    taken = _taken(source)
    assert taken is not None
    assert np.array_equal(taken, _drawn(source))


NEARLY = {
    "an edge within": b"119.6 0 0 89.6 0.3 0.3 cm /I Do",
    "tilted by nothing": b"120 0.005 0.005 90 0 0 cm /I Do",
}


@pytest.mark.parametrize("kind", NEARLY)
def test_rounding_is_no_matter(kind: str, make_pdf: MakePdf) -> None:
    assert _taken(make_pdf(_page(contents=NEARLY[kind]))) is not None


@pytest.mark.parametrize("box", [b"/CropBox [0 0 60 90]", b"/MediaBox [0 0 900 900]"])
def test_boxes_are_inherited(box: bytes, make_pdf: MakePdf) -> None:
    inherited = _page(tree=box, media=b"" if b"Media" in box else MEDIA)
    assert _taken(make_pdf(inherited)) is None
    assert _taken(make_pdf(_page(tree=MEDIA, media=b""))) is not None


def test_a_page_with_more_than_a_scan_has_is_drawn(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_pdf(_page(contents=PLACED + b" " + HIDDEN))
    monkeypatch.setattr(whole, "PARTS", 1)
    assert _taken(source) is None


def test_a_text_layer_that_nobody_sees_is_no_matter(make_pdf: MakePdf) -> None:
    taken = _taken(make_pdf(_page(contents=PLACED + b" " + HIDDEN)))
    assert taken is not None
    assert np.array_equal(taken, np.asarray(SCAN))


DRAWN = {
    "a soft mask": _page(entries=GRAY + b" /SMask 6 0 R"),
    "a mask": _page(
        entries=GRAY + b" /Mask 6 0 R",
        mask=b"/Width 120 /Height 90 /ImageMask true /BitsPerComponent 1",
    ),
    "a colour left out": _page(entries=GRAY + b" /Mask [0 10]"),
    "a name spelt by numbers": _page(entries=GRAY + b" /S#4dask 6 0 R"),
    "a stencil": _page(_packed(1), b"/ImageMask true /BitsPerComponent 1"),
    "a layer": _page(entries=GRAY + b" /OC 7 0 R"),
    "in a layer": _page(contents=b"/OC /L BDC " + PLACED + b" EMC"),
    "in negative": _page(contents=b"/Turned gs " + PLACED),
    "half of its strength": _page(contents=b"/Half gs " + PLACED),
    "a clip": _page(contents=b"0 0 60 90 re W n " + PLACED),
    "mirrored": _page(contents=b"-120 0 0 90 120 0 cm /I Do"),
    "on its side": _page(contents=b"0 90 -120 0 120 0 cm /I Do"),
    "slanted": _page(contents=b"120 1 -1 90 0 0 cm /I Do"),
    "a margin": _page(contents=b"118 0 0 88 1 1 cm /I Do"),
    "a crop": _page(page=b"/CropBox [0 0 60 90]"),
    "text beside": _page(contents=PLACED + b" BT /F 12 Tf 10 10 Td (seen) Tj ET"),
    "a rule beside": _page(contents=PLACED + b" 0 0 60 5 re f"),
    "twice": _page(contents=PLACED + PLACED),
    "an image in its contents": _page(
        contents=b"120 0 0 90 0 0 cm BI /W 8 /H 1 /IM true /BPC 1 ID \xaa EI"
    ),
    "other colours by default": _page(
        colours=b"/ColorSpace << /DefaultGray [/Indexed /DeviceGray 255 6 0 R] >>"
    ),
    "colours without a space": _page(entries=b"/BitsPerComponent 8"),
    "colours by a program": _page(
        entries=b"/BitsPerComponent 8 /ColorSpace [/DeviceN [/Ink] /DeviceGray 8 0 R]"
    ),
    "no image": _page(contents=b"0 0 60 90 re f"),
    "an annotation": _page(page=b"/Annots [<< /Subtype /Square /Rect [0 0 50 50] >>]"),
    "beyond decoding": _page(b"no image", GRAY + b" /Filter /JPXDecode"),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_all_else_is_drawn(kind: str, make_pdf: MakePdf) -> None:
    assert _taken(make_pdf(DRAWN[kind])) is None


def test_an_image_of_too_many_pixels_is_drawn(make_pdf: MakePdf) -> None:
    source = make_pdf(_page())
    assert _taken(source, WIDTH * HEIGHT) is not None
    assert _taken(source, WIDTH * HEIGHT - 1) is None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_pages_own_rotation_is_kept(turn: int, make_pdf: MakePdf) -> None:
    source = make_pdf(_page(page=b"/Rotate %d" % turn))
    raster = Pdfium().rasterize(source, 1, dpi=72, max_pixels=10**6, seconds=30)
    assert _taken(source) is not None
    assert np.array_equal(pixels.array_of(raster), _drawn(source))


@pytest.mark.parametrize("dpi", [36.0, 60.0, 100.0])
def test_at_other_resolutions_it_looks_as_drawn(dpi: float, make_pdf: MakePdf) -> None:
    source = make_pdf(_page(page=b"/Rotate 90"))
    raster = Pdfium().rasterize(source, 1, dpi=dpi, max_pixels=10**6, seconds=30)
    with closing(pypdfium2.PdfDocument(source)) as document:
        drawn = document[0].render(scale=dpi / 72, grayscale=True).to_numpy()
    assert (raster.height, raster.width) == drawn.shape
    assert np.abs(pixels.array_of(raster).astype(int) - drawn).mean() < 3

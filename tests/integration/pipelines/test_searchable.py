"""A searchable PDF as a whole: made in the confined child, looked at by other programs."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps

from pipelines import media
from pipelines.confine import confined
from pipelines.errors import DocumentRejected, PageFailed, PipelineError, Reason
from pipelines.inspect import inspect
from pipelines.outputs.pdf import layer_file
from pipelines.outputs.pdf.layer import Layer
from pipelines.outputs.pdf.make import make
from pipelines.recognize import recognize_page
from pipelines.values import Box, Limits, Options, Word
from tests.support.pdfs import one_page

LIMITS = Limits(render_seconds=20)
BOX = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<')
NEAR = 1.0  # points
WORDS = (Word("Words", Box(20, 30, 90, 60), 0.9, 0), Word("stand", Box(100, 30, 150, 60), 0.9, 0))


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    path = tmp_path / "layers"
    layer_file.write(path, [Layer(1, 300, 200, 0, WORDS)])
    return path


def made(source: Path, media_type: str, layers: Path, scratch: Path) -> bytes:
    scratch.mkdir()
    return make(source, media_type, layers, scratch, LIMITS, 20).read_bytes()


def picture() -> Image.Image:
    image = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(image).rectangle((30, 20, 180, 90), fill=(200, 30, 30))
    ImageDraw.Draw(image).ellipse((200, 120, 290, 190), fill=(20, 40, 220))
    return image


def difference(pdf: bytes, number: int, true: Image.Image) -> int:
    """The largest difference of a color, of the page drawn at a pixel a point."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[number].render(scale=1).to_pil().convert("RGB")
    document.close()
    highest = ImageChops.difference(drawn, true.convert("RGB")).getextrema()
    return max(high for _, high in highest)  # type: ignore[misc]


def words_in(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    found: list[str] = text.get_text_range().split()
    text.close()
    document.close()
    return found


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is missing")
def test_every_word_stands_in_its_box(scan: tuple[Path, list[str]], tmp_path: Path) -> None:
    source, _ = scan
    pages = inspect(source, Options(), LIMITS).pages
    seen = [(page, recognize_page(source, page, Options(), LIMITS)) for page in pages]
    found = [Layer(page.number, s.width, s.height, s.turn, s.words) for page, s in seen]
    layer_file.write(tmp_path / "layers", found)
    pdf = made(source, media.PDF, tmp_path / "layers", tmp_path / "scratch")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.check_pdf_syntax()
    told = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "scratch" / "searchable.pdf", "-"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for part, (page, recognition) in zip(told.split("<page ")[1:], seen, strict=True):
        point = recognition.width / page.width  # pixels
        boxes = [
            (text, *(float(each) for each in (left, top, right, bottom)))
            for left, top, right, bottom, text in BOX.findall(part)
        ]
        plain = [word for word in recognition.words if word.text.isalnum()]
        assert len(plain) > 50
        for word in plain:
            edge, head = word.box.left / point, word.box.top / point
            left, top, right, bottom = min(
                (box for text, *box in boxes if text == word.text),
                key=lambda box: abs(box[0] - edge) + abs(box[1] - head),
            )
            assert abs(left - edge) < NEAR and abs(right - word.box.right / point) < NEAR
            # The line is as high as its highest word.
            assert top < word.box.top / point + NEAR and bottom > word.box.bottom / point - NEAR
    before, after = pypdfium2.PdfDocument(source), pypdfium2.PdfDocument(pdf)
    for number in range(len(before)):
        drawn = [each[number].render(scale=1).to_pil().tobytes() for each in (before, after)]
        assert drawn[0] == drawn[1]
    before.close()
    after.close()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is missing")
def test_words_of_a_line_that_slopes_are_found_whole_and_in_order(tmp_path: Path) -> None:
    source, layers = tmp_path / "blank.pdf", tmp_path / "layers"
    source.write_bytes(one_page(b""))
    said = ["Every", "quizzical", "baker", "jumped", "vividly", "over", "hillocks"]
    words = [
        Word(text, Box(left, 300 + left // 20, left + 150, 340 + left // 20), 0.9, 0)
        for left, text in zip(range(60, 1200, 160), said, strict=False)
    ]
    layer_file.write(layers, [Layer(1, 1224, 1584, 0, tuple(words))])
    pdf = made(source, media.PDF, layers, tmp_path / "scratch")
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    assert told.stdout.decode().split() == said == words_in(pdf)


def test_words_whose_boxes_overlap_stay_apart(tmp_path: Path) -> None:
    source, layers = tmp_path / "blank.pdf", tmp_path / "layers"
    source.write_bytes(one_page(b""))
    words = [
        Word(text, Box(60 + 100 * at, 300, 60 + 100 * at + 130, 340), 0.9, 0)
        for at, text in enumerate(("lie", "on", "one", "another"))
    ]
    layer_file.write(layers, [Layer(1, 1224, 1584, 0, tuple(words))])
    pdf = made(source, media.PDF, layers, tmp_path / "scratch")
    assert words_in(pdf) == ["lie", "on", "one", "another"]


@pytest.mark.parametrize(
    ("name", "mode", "lossless"),
    [
        ("a.png", "RGB", True),
        ("a.png", "L", True),
        ("a.png", "P", True),
        ("a.png", "1", True),
        ("a.png", "RGBA", True),
        ("a.webp", "RGB", True),
        ("a.tiff", "1", True),
        ("a.tiff", "RGB", True),
        ("a.jpg", "RGB", False),
        ("a.jpg", "L", False),
    ],
)
def test_an_image_becomes_a_page(
    name: str, mode: str, lossless: bool, tmp_path: Path, layers: Path
) -> None:
    source = tmp_path / name
    more = {"lossless": True} if name == "a.webp" else {"dpi": (72, 72)}
    picture().convert(mode).save(source, **more)
    with Image.open(source) as opened:
        true = opened.convert("RGB")
        kind = f"image/{(opened.format or '').lower()}"
    pdf = made(source, kind, layers, tmp_path / "scratch")
    with pikepdf.open(io.BytesIO(pdf)) as opened_pdf:
        assert not opened_pdf.check_pdf_syntax()
        if name == "a.jpg":
            shown = opened_pdf.pages[0].Resources.XObject.Im0
            assert shown.read_raw_bytes() == source.read_bytes()
    assert set(words_in(pdf)) == {"Words", "stand"}
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    assert width / height == pytest.approx(1.5, abs=0.01)
    if (width, height) == (300, 200):  # a pixel a point: WebP states no resolution, PNG 71.98
        assert difference(pdf, 0, true) <= (0 if lossless else 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_lies_as_exif_says(orientation: int, tmp_path: Path, layers: Path) -> None:
    source = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture().save(source, exif=exif, dpi=(72, 72), quality=95)
    with Image.open(source) as opened:
        true = ImageOps.exif_transpose(opened)
    pdf = made(source, "image/jpeg", layers, tmp_path / "scratch")
    assert difference(pdf, 0, true) <= 3


def test_every_page_of_a_tiff_is_a_page(tmp_path: Path, layers: Path) -> None:
    source = tmp_path / "many.tif"
    frames = [picture().convert(mode) for mode in ("1", "RGB", "L", "CMYK", "P")]
    frames[0].save(source, save_all=True, append_images=frames[1:], dpi=(72, 72))
    pdf = made(source, "image/tiff", layers, tmp_path / "scratch")
    assert made(source, "image/tiff", layers, tmp_path / "again") == pdf
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 5
    document.close()
    assert [difference(pdf, at, frames[at]) for at in (0, 1, 2, 4)] == [0, 0, 0, 0]


def reason(source: Path, media_type: str, layers: Path, scratch: Path) -> Reason:
    with pytest.raises(PipelineError) as caught:
        made(source, media_type, layers, scratch)
    return caught.value.reason


def test_damaged_images_are_said_to_be(tmp_path: Path, layers: Path) -> None:
    source = tmp_path / "cut.webp"
    picture().save(source)
    source.write_bytes(source.read_bytes()[:60])
    assert reason(source, "image/webp", layers, tmp_path / "a") is Reason.INVALID_IMAGE
    source.write_bytes(b"II*\x00" + bytes(20))
    assert reason(source, "image/tiff", layers, tmp_path / "b") is Reason.INVALID_IMAGE


def test_no_more_memory_is_taken_than_given(tmp_path: Path, layers: Path) -> None:
    source, target = tmp_path / "huge.png", tmp_path / "out"
    Image.new("1", (20_000, 20_000)).save(source)
    tight = replace(LIMITS, memory_bytes=2**29)
    (tmp_path / "scratch").mkdir()
    with pytest.raises((PageFailed, DocumentRejected)) as caught:
        make(source, "image/png", layers, tmp_path / "scratch", tight, 20)
    assert caught.value.reason in (Reason.PAGE_TOO_LARGE, Reason.RESOURCE_LIMIT)
    assert not target.exists()


def write_to(path: Path) -> int:
    """Runs in the confined child."""
    try:
        with path.open("r+b") as file:
            return file.write(b"written")
    except OSError:
        return 0


def test_a_child_writes_the_file_it_was_given_and_no_other(tmp_path: Path) -> None:
    given, other = tmp_path / "given", tmp_path / "other"
    given.touch()
    other.touch()
    assert confined(write_to, given, limits=LIMITS, writable=(given,)) == 7
    confined(write_to, other, limits=LIMITS, writable=(given,))
    assert other.read_bytes() in (b"", b"written")  # where the kernel has no Landlock


def test_a_damaged_pdf_is_said_to_be(tmp_path: Path, layers: Path) -> None:
    source = tmp_path / "cut.pdf"
    source.write_bytes(one_page(b"BT ET")[:80])
    assert reason(source, media.PDF, layers, tmp_path / "scratch") is Reason.INVALID_PDF

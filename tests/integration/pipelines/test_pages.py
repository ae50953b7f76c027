"""Pages read from end to end in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.samples import make_scan
from pipelines import local
from pipelines.inspect import inspect
from pipelines.recognize import recognize_page
from pipelines.values import Limits, Options, TextLayer, Verdict
from tests.support.pdfs import one_page

from .conftest import MakePdf

LAYER = b"BT /F 12 Tf 72 700 Td (First line of text) Tj 0 -14 Td (second line.) Tj"
LAYER += b" 0 -60 Td (A paragraph of its own.) Tj ET"


def test_a_scan_is_read(scan: tuple[Path, list[str]]) -> None:
    source, truth = scan
    results = local.run(source)
    assert [result.page.number for result in results] == [1, 2]
    for result, true in zip(results, truth, strict=True):
        assert result.recognition is not None
        assert result.recognition.dpi == pytest.approx(200, abs=1)
        found = set(result.text.split())
        assert sum(word in found for word in true.split()) > 0.95 * len(true.split())


def test_a_scan_is_seen_as_one(scan: tuple[Path, list[str]]) -> None:
    seen = inspect(scan[0], Options(), Limits())
    assert (seen.media_type, seen.page_count) == ("application/pdf", 2)
    for info in seen.pages:
        assert info.dpi == pytest.approx(200, abs=1)
        assert info.verdict is Verdict.IMAGE
        assert (info.width, info.height) == pytest.approx((595, 842), abs=1)


def test_a_text_layer_is_taken_with_its_boxes(make_pdf: MakePdf) -> None:
    source = make_pdf(one_page(LAYER))
    (result,) = local.run(source)
    read = result.recognition
    assert read is not None
    assert read.engine == "text-layer"
    assert read.text == "First line of text\nsecond line.\n\nA paragraph of its own."
    first = read.words[0]
    assert (first.text, first.line) == ("First", 0)
    assert first.box.left == pytest.approx(72 * 2, abs=3)
    assert first.box.bottom == pytest.approx((792 - 700) * 2, abs=3)
    assert [word.line for word in read.words] == [0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2]


def test_boxes_of_a_turned_page_are_those_people_see(make_pdf: MakePdf) -> None:
    # Written upwards on a page that is displayed turned clockwise: people see it upright.
    upwards = b"BT /F 12 Tf 0 1 -1 0 100 72 Tm (First line of text) Tj"
    upwards += b" 0 -14 Td (second line.) Tj ET"
    (result,) = local.run(make_pdf(one_page(upwards, entries=b"/Rotate 90")))
    read = result.recognition
    assert read is not None
    assert read.text == "First line of text\nsecond line."
    assert (read.width, read.height) == (1584, 1224)
    box = read.words[0].box
    assert (box.left, box.bottom) == pytest.approx((72 * 2, 100 * 2), abs=3)
    assert box.right - box.left > box.bottom - box.top


def test_force_reads_the_page_itself(make_pdf: MakePdf) -> None:
    source = make_pdf(one_page(LAYER))
    (result,) = local.run(source, Options(text_layer=TextLayer.FORCE))
    assert result.recognition is not None
    assert result.recognition.engine != "text-layer"
    assert "First line of text" in result.text


def test_null_engines_need_no_page(make_pdf: MakePdf) -> None:
    source = make_pdf(one_page(b""))
    options = Options(text_layer=TextLayer.FORCE, rasterizer="null", recognizer="null")
    (result,) = local.run(source, options)
    assert result.text == "page 1\n\nnull"


def test_both_rasterizers_lead_to_the_same_text(scan: tuple[Path, list[str]]) -> None:
    from pipelines.engines import registry

    if "pdf2image" not in registry.available()["rasterizers"]:
        pytest.skip(registry.ADVICE["pdf2image"])
    page = inspect(scan[0], Options(), Limits()).pages[0]
    ours, theirs = (
        set(recognize_page(scan[0], page, Options(rasterizer=name), Limits()).text.split())
        for name in ("pypdfium2", "pdf2image")
    )
    assert len(ours & theirs) > 0.95 * len(ours)


@pytest.mark.parametrize("suffix", ["pdf", "png", "jpg", "tiff", "webp"])
def test_a_sample_can_be_of_any_kind(suffix: str, tmp_path: Path) -> None:
    source, again = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
    (truth,) = make_scan(source, 1, seed=3)
    make_scan(again, 1, seed=3)
    assert source.read_bytes() == again.read_bytes()
    (result,) = local.run(source)
    assert result.text.split()[:3] == truth.split()[:3]
